"""The time and the place that a question asks about, and whether a report covers them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.language.periods import (
    FIVE_YEARS,
    Form,
    PeriodMention,
    Time,
    Unresolved,
    Why,
    find_periods,
    find_times,
    name_years,
    read_label,
)
from index.language.words import tag_words
from index.types import Document, IndexedDocument, Passage, PeriodKind

_PLANNED = re.compile(r"目标|计划|预期|要达到|要完成|打算|准备|将要|规划|力争|预计|拟|重点工作|重点任务")
# A figure that was reached stands at the end of a plan; what was built in its course is spread over it.
_STATE = re.compile(
    r"达到?\d|达到|增[加长]?[到至]|提[高升][到至]|[上下]?[升降][到至]|[率量积数]为?\d|突破|拥有|保有|稳定在|覆盖"
)
_OVER_YEARS = re.compile(r"年均|累计")
_PLAN_WORDS = re.compile(r"的?(?:主要)?(?:预期)?目标|计划|预期")
_DONE = re.compile(r"取得|累计|成绩|成效|发展成就")
_MODALS = frozenset({"要", "将", "会", "拟", "还要", "将要", "想"})
"""Words by themselves that put what follows into the time to come: 要改造, but not 主要 or 需要."""
_PERFECTIVES = frozenset({"了", "已", "已经", "过"})
"""Words by themselves that say of what stands beside them that it happened."""

# The name of an administrative place ends so; shorter words (全市, 本区) point back at the report's own.
_PLACE_ENDING = re.compile(r"^[一-鿿]{2,}(?:省|市|区|县|旗|州|盟|自治区|特别行政区)$")
# Words that end like a place and are none: 工业园区, 居民小区, 大型超市, 产业联盟.
_COMMON_ENDING = re.compile(
    r"(?:(?:老|主|中心)城区|[园社小景山郊市校厂灾农牧林片街特矿辖商库老疫居宅地能范发护作病验聚住]区|"
    r"[超股门都城夜楼早上集]市|[全节]省|[全各]县|[红国锦]旗|[联同加结]盟|[全本各][市区州旗盟])$"
)
# A place of an English question that the report does not name: it is left in Latin letters.
_LATIN_PLACE = re.compile(r"[A-Z][A-Za-z']{1,30}(?:省|市|区|县|旗(?![舰下帜号])|州)")
# “甲市乙区” names two places, one in the other.
_PLACES = re.compile(r".{1,20}?(?:自治区|自治州|自治县|特别行政区|[省市区县旗州盟])")
_PLACE_TAG, _COMMON_TAG = "ns", "n"
_SHORTEST_PLACE = 3
"""Characters of the name of a county or a district, its ending included."""
_VILLAGE = re.compile(r"[一-鿿]{2,4}(?:村|镇|乡|街道)")
_MIN_VILLAGE = 3
"""Characters of the name of a town or a village, its ending included."""
_COMMON_VILLAGE = re.compile(
    r"(?:农|乡|山|新|行政|自然|建制|贫困|脱贫|示范|重点|美丽|民族|特色|中心|文明|嘎查|个|各|条|些|的|点|镇|乡镇|小城|城)"
    r"(?:村|镇|乡|街道)$"
)
_LAST_TERM = "上"
"""How a time begins that is a term before this one."""
_ENDING = re.compile(r"(?<=..)(?:自治[区州县]|特别行政区|[省市区县旗州盟])$")


@dataclass(frozen=True, slots=True)
class Scope:
    """What a question restricts itself to; `planned` is None when its wording leaves open done or planned.

    `unresolved` are the times it names whose years are not certain. `places` are those the report is not
    about at all, `inner_places` those it names beside its own.
    """

    periods: tuple[PeriodMention, ...]
    unresolved: tuple[Unresolved, ...]
    planned: bool | None
    places: tuple[str, ...]
    inner_places: tuple[str, ...]

    @property
    def times(self) -> tuple[Time, ...]:
        """Every time that the question names."""
        return (*self.periods, *self.unresolved)


def read_scope(question: str, report: Document) -> Scope:
    """Read the scope of a normalised `question` asked of `report` (relative years count from its year)."""
    times = [_resolve(time, report) for time in find_times(question, report.meta.year)]
    return Scope(
        periods=tuple(time for time in times if isinstance(time, PeriodMention)),
        unresolved=tuple(time for time in times if isinstance(time, Unresolved)),
        planned=_read_planned(question),
        places=(places := find_foreign_places(question, report)),
        inner_places=tuple(
            name
            for word, tag in tag_words(question)
            if _PLACE_ENDING.match(word) and _is_place(word, tag) and word not in places
            if tag != _COMMON_TAG  # 棚户区
            for name in [_ENDING.sub("", word)]
            if name in report.text and name not in report.meta.place
        )
        + _find_villages(question, report.text),
    )


def _resolve(time: Time, report: Document) -> Time:
    """Return a term of office as the years that `report` looks back on as one (五年来), if it does."""
    if not isinstance(time, Unresolved) or time.why is not Why.TERM or time.words.startswith(_LAST_TERM):
        return time
    last = report.meta.year - 1
    term = next(
        (
            one
            for one in find_periods(report.text, report.meta.year)
            if one.form is Form.PAST and one.years == (last - FIVE_YEARS + 1, last)
        ),
        None,
    )
    return replace(term, span=time.span) if term else time


def _read_planned(question: str) -> bool | None:
    """Tell whether a question asks for what is planned or for what was done; None where that is open."""
    words = {word for word, _ in tag_words(question)}
    if _PLANNED.search(question) or words & _MODALS:
        return True
    return False if _DONE.search(question) or words & _PERFECTIVES else None


def _find_villages(question: str, text: str) -> tuple[str, ...]:
    """Return the towns and villages of the report `text` that `question` names."""
    found = []
    for match in _VILLAGE.finditer(question):
        names = (match.group()[start:] for start in range(len(match.group()) - _MIN_VILLAGE + 1))
        name = next((name for name in names if name in text), None)
        if name and not _COMMON_VILLAGE.search(name):
            found.append(name)
    return tuple(found)


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


def names_of(place: str) -> tuple[str, ...]:
    """Return every name of an administrative place: 青山市云溪区, 云溪区 and 云溪, but not 城市 of 云城市."""
    own = (_PLACES.findall(place) or [place])[-1]
    return place, own, _ENDING.sub("", own)


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


def remove_own_place(question: str, report: Document) -> str:
    """Return `question` without the name of the report's own place: every passage is about it."""
    place = report.meta.place
    for start in range(len(place) - 1):
        question = question.replace(place[start:], "")
    return question


def remove_plan_words(question: str) -> str:
    """Return `question` without the words that only say that something is planned: the scope holds that."""
    return _PLAN_WORDS.sub("", question)


def is_in_time(passage: Passage, report: Document, scope: Scope) -> bool:
    """Tell whether `passage` speaks of a period that `scope` names, and of each time of uncertain years."""
    return all(matches_period(passage, report, time) for time in scope.unresolved) and (
        not scope.periods or any(matches_period(passage, report, time) for time in scope.periods)
    )


def matches_period(passage: Passage, report: Document, time: Time) -> bool:
    """Tell whether `passage` of `report` speaks of `time`: by its period, or because it names it.

    Of a part of a year, or of uncertain years, only what names them speaks.
    """
    named = find_times(passage.span.of(report.text), report.meta.year)
    if isinstance(time, Unresolved) and not time.part:
        return any(time.words == one.label for one in named)
    if time.part and not any(one.part.startswith(time.part) for one in named):
        return False
    return isinstance(time, Unresolved) or _is_of(passage, named, time)


def _is_of(passage: Passage, named: Sequence[Time], mention: PeriodMention) -> bool:
    """Tell whether `passage`, which has `named` these times, is of the years of `mention`."""
    named_years = {one.years for one in named if isinstance(one, PeriodMention)}
    return (
        passage.period.label == name_years(*mention.years)
        or mention.years in named_years
        or {(mention.first, mention.first), (mention.last, mention.last)} <= named_years
    )


def ends_period(passage: Passage, report: Document, mention: PeriodMention) -> bool:
    """Tell whether `passage` says how things stood when its plan ended, in the year `mention`.

    Reports that look back on a plan give the results of its last year without naming the year again.
    """
    if mention.first != mention.last or mention.part or passage.period.kind is not PeriodKind.DONE:
        return False
    words = passage.span.of(report.text)
    spread = any(one.first != one.last for one in find_periods(words, report.meta.year))
    states = _STATE.search(words) and not spread and not _OVER_YEARS.search(words)
    years = read_label(passage.period.label)
    return bool(states) and years is not None and years[1] == mention.last


def find_missing_times(scope: Scope, report: IndexedDocument) -> tuple[Time, ...]:
    """Return the times asked for, if no passage of `report` speaks of any, or of one of uncertain years."""
    missing = tuple(
        time
        for time in scope.times
        if not any(matches_period(passage, report.document, time) for passage in report.structure.passages)
    )
    uncertain = any(isinstance(time, Unresolved) for time in missing)
    return missing if uncertain or len(missing) == len(scope.periods) else ()


def is_covered(scope: Scope, report: IndexedDocument) -> bool:
    """Tell whether `report` is about the places and the times of `scope`."""
    return not scope.places and not find_missing_times(scope, report)
