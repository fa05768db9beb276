"""The time and the place that a question asks about, and whether a report covers them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import rjieba

from index.structure.numerals import NUMERAL, from_numeral
from index.structure.periods import Calendar, plan_years
from index.types import Document, IndexedDocument, Passage, PeriodKind, Span
from rag.types import Reason, ReasonCode

_QUOTES = "“”\"'‘’《》"
_PLAN = re.compile(
    rf"[{_QUOTES}]?(?P<ordinal>{NUMERAL})五[{_QUOTES}]?(?:(?<=十[一二三四五六]五)(?![年个名人])|(?=时期|期间|规划|末|初|以来|这|那|结束|[,，、。\s的]|[{_QUOTES}]|[^一-鿿]))"
)
_YEAR = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)(?:\s*年|(?=\D|$))")

# Words that place a question relative to the report's own year, and how many years away from it.
_RELATIVE_YEARS = {
    "去年": -1,
    "上年": -1,
    "上一年": -1,
    "过去一年": -1,
    "一年来": -1,
    "今年": 0,
    "本年": 0,
    "年内": 0,
    "明年": 1,
    "下一年": 1,
}
_PAST_FIVE = re.compile(
    r"过去五年|五年来|这五年|近五年|"
    r"(?<![后来个一今])五年(?:总共|一共|累计|合计|间|里|总计|下来|加起来|加在一起)"
)
_NEXT_FIVE = re.compile(r"今后五年|未来五年|下一个五年|接下来五年")
_PLAN_YEARS = 5
# “比上年增长” asks for a rate and names no other period.
_RELATIVE = re.compile("(?<![比较])(?:" + "|".join(sorted(_RELATIVE_YEARS, key=len, reverse=True)) + ")")

_PLANNED = re.compile(r"目标|计划|预期|要达到|要完成|打算|准备|将要|规划|力争|预计|拟|重点工作|重点任务")
# A figure that was reached stands at the end of a plan; what was built in its course is spread over it.
_STATE = re.compile(
    r"达到?\d|达到|增[加长]?[到至]|提[高升][到至]|[上下]?[升降][到至]|[率量积数]为?\d|突破|拥有|保有|稳定在|覆盖"
)
_OVER_YEARS = re.compile(r"年均|累计|五年|[两三四]年来")
_PLAN_WORDS = re.compile(r"的?(?:主要)?(?:预期)?目标|计划|预期")
_DONE = re.compile(r"完成了|实现了|达到了|取得|已经|累计|新增了|增长了|建成了|成绩|成效|发展成就")

# The name of an administrative place ends so; shorter words (全市, 本区) point back at the report's own.
_PLACE_ENDING = re.compile(r"^[一-鿿]{2,}(?:省|市|区|县|旗|州|盟|自治区|特别行政区)$")
# Words that end like a place and are none: 工业园区, 居民小区, 大型超市, 产业联盟.
_COMMON_ENDING = re.compile(
    r"(?:(?:老|主|中心)城区|[园社小景山郊市校厂灾农牧林片街特矿辖商库老疫居宅地能范发护作病验聚住]区|"
    r"[超股门都城夜楼早上集]市|[全节]省|[全各]县|[红国锦]旗|[联同加结]盟|[全本各][市区州旗盟])$"
)
# A place of an English question that the report does not name: rag.english leaves it in Latin letters.
_LATIN_PLACE = re.compile(r"[A-Z][A-Za-z']{1,30}(?:省|市|区|县|旗(?![舰下帜号])|州)")
# “甲市乙区” names two places, one in the other.
_PLACES = re.compile(r".{1,20}?(?:自治区|自治州|自治县|特别行政区|[省市区县旗州盟])")
_PLACE_TAG = "ns"
_SHORTEST_PLACE = 3
"""Characters of the name of a county or a district, its ending included."""
_VILLAGE = re.compile(r"[一-鿿]{2,4}(?:村|镇|乡|街道)")
_MIN_VILLAGE = 3
"""Characters of the name of a town or a village, its ending included."""
_COMMON_VILLAGE = re.compile(
    r"(?:农|乡|山|新|行政|自然|建制|贫困|脱贫|示范|重点|美丽|民族|特色|中心|文明|嘎查|个|各|条|些|的|点|镇|乡镇|小城|城)"
    r"(?:村|镇|乡|街道)$"
)
_ENDING = re.compile(r"(?<=..)(?:省|市|区|县|旗|州|盟)$")


@dataclass(frozen=True, slots=True)
class PeriodMention:
    """A period named in a question: where, what a passage's period label would be, first and last year."""

    span: Span
    label: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Scope:
    """What a question restricts itself to; `planned` is None when its wording leaves open done or planned.

    `places` are those the report is not about at all, `inner_places` those it names beside its own.
    """

    periods: tuple[PeriodMention, ...]
    planned: bool | None
    places: tuple[str, ...]
    inner_places: tuple[str, ...]


def read_scope(question: str, report: Document) -> Scope:
    """Read the scope of a normalised `question` asked of `report` (relative years count from its year)."""
    planned = True if _PLANNED.search(question) else False if _DONE.search(question) else None
    return Scope(
        periods=tuple(find_periods(question, report.meta.year)),
        planned=planned,
        places=(places := find_foreign_places(question, report)),
        inner_places=tuple(
            name
            for word, tag in tag_words(question)
            if _PLACE_ENDING.match(word) and _is_place(word, tag) and word not in places
            for name in [_ENDING.sub("", word)]
            if name in report.text and name not in report.meta.place
        )
        + _find_villages(question, report.text),
    )


def _find_villages(question: str, text: str) -> tuple[str, ...]:
    """Return the towns and villages of the report `text` that `question` names."""
    found = []
    for match in _VILLAGE.finditer(question):
        names = (match.group()[start:] for start in range(len(match.group()) - _MIN_VILLAGE + 1))
        name = next((name for name in names if name in text), None)
        if name and not _COMMON_VILLAGE.search(name):
            found.append(name)
    return tuple(found)


def find_periods(question: str, report_year: int) -> list[PeriodMention]:
    """Return the periods that `question` names, in reading order; it asks a report of `report_year`."""
    found = [(match, *plan_years(from_numeral(match["ordinal"]))) for match in _PLAN.finditer(question)]
    found += [(match, int(match["year"]), int(match["year"])) for match in _YEAR.finditer(question)]
    for match in _RELATIVE.finditer(question):
        year = report_year + _RELATIVE_YEARS[match.group()]
        found.append((match, year, year))
    found += [(match, report_year - _PLAN_YEARS, report_year - 1) for match in _PAST_FIVE.finditer(question)]
    found += [(match, report_year, report_year + _PLAN_YEARS - 1) for match in _NEXT_FIVE.finditer(question)]
    calendar = Calendar(report_year)
    mentions = [
        PeriodMention(Span(*match.span()), calendar.label(first, last), first, last)
        for match, first, last in found
    ]
    return sorted(mentions, key=lambda mention: mention.span)


def find_foreign_places(question: str, report: Document) -> tuple[str, ...]:
    """Return the administrative places that `question` is about and `report` is not.

    They are those the report never names, and the larger place that its own is part of when the question
    opens with it alone.
    """
    known = report.text + report.meta.place + report.meta.title
    named_in_latin = tuple(_LATIN_PLACE.findall(question))
    return named_in_latin + tuple(
        word
        for word, tag in tag_words(question)
        if _is_place(word, tag)
        and (not (word in known or word[:-1] in known) or _is_parent(word, question, report.meta.place))
        and not (tag != _PLACE_TAG and _is_misspelt(word, known))
    )


def _is_misspelt(word: str, known: str) -> bool:
    """Tell whether a word of three characters stands in `known` but for the middle one: 禁然区 for 禁燃区."""
    return len(word) == _SHORTEST_PLACE and bool(
        re.search(f"{re.escape(word[0])}[一-鿿]{re.escape(word[-1])}", known)
    )


def _is_parent(word: str, question: str, place: str) -> bool:
    """Tell whether a question opens with a place that `place` is part of, and does not go on to `place`."""
    *parents, own = _PLACES.findall(place) or [place]
    return (
        question.startswith(word) and own not in question and any(name.startswith(word) for name in parents)
    )


def _is_place(word: str, tag: str) -> bool:
    """Tell whether a word, tagged so by jieba, names an administrative place."""
    if _PLACE_ENDING.match(word):
        return not _COMMON_ENDING.search(word)
    # A short form (包头) is a place when the dictionary also knows it with its ending (包头市).
    return tag == _PLACE_TAG and any(
        tag_words(word + ending) == ((word + ending, _PLACE_TAG),) for ending in ("市", "省", "区", "县")
    )


@lru_cache(maxsize=1024)
def tag_words(text: str) -> tuple[tuple[str, str], ...]:
    """Return the words of `text` with jieba's part-of-speech tags (ns: place, nr: person)."""
    return tuple((word, tag) for word, tag in rjieba.tag(text))


def remove_periods(question: str, periods: tuple[PeriodMention, ...]) -> str:
    """Return `question` without the words that name `periods`."""
    for mention in sorted(periods, key=lambda mention: mention.span, reverse=True):
        question = question[: mention.span.start] + question[mention.span.end :]
    return question


def remove_own_place(question: str, report: Document) -> str:
    """Return `question` without the name of the report's own place: every passage is about it."""
    place = report.meta.place
    for start in range(len(place) - 1):
        question = question.replace(place[start:], "")
    return question


def remove_plan_words(question: str) -> str:
    """Return `question` without the words that only say that something is planned: the scope holds that."""
    return _PLAN_WORDS.sub("", question)


def matches_period(passage: Passage, text: str, mention: PeriodMention) -> bool:
    """Tell whether `passage` of the report `text` speaks of the period `mention`."""
    return passage.period.label == mention.label or _names(passage.span.of(text), mention)


def ends_period(passage: Passage, text: str, mention: PeriodMention) -> bool:
    """Tell whether `passage` says how things stood when its plan ended, in the year `mention`.

    Reports that look back on a plan give the results of its last year without naming the year again.
    """
    if mention.first != mention.last or passage.period.kind is not PeriodKind.DONE:
        return False
    words = passage.span.of(text)
    states = _STATE.search(words) and not _OVER_YEARS.search(words)
    return bool(states) and _last_year(passage.period.label) == mention.last


@lru_cache(maxsize=256)
def _last_year(label: str) -> int | None:
    years = [mention.last for mention in find_periods(label, report_year=0)]
    return max(years, default=None)


def _names(words: str, mention: PeriodMention) -> bool:
    return mention.label.removesuffix("时期") in words


def find_scope_reason(scope: Scope, report: IndexedDocument) -> Reason | None:
    """Return why `report` cannot answer a question of this scope at all, or None."""
    if scope.places:
        names = "、".join(scope.places)
        return Reason(ReasonCode.OTHER_PLACE, f"报告是{report.document.meta.place}的，未涉及{names}。")
    text = report.document.text
    missing = [
        mention.label
        for mention in scope.periods
        if not any(matches_period(passage, text, mention) for passage in report.structure.passages)
    ]
    if missing and len(missing) == len(scope.periods):
        return Reason(ReasonCode.OTHER_PERIOD, f"报告未涉及{'、'.join(dict.fromkeys(missing))}。")
    return None
