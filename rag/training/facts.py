"""Facts of a report with every kind of near miss: questions for its figures, and for what is not said.

The same window answers the first question and none of the others: another period, a target for a result,
another place, a part for the whole or its opposite, a neighbouring thing, a growth for an amount, a detail
(who, where, when, why, which firm, how much) that the sentence does not give.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from index.language.text import normalise_question
from index.types import IndexedDocument, Passage, Period, PeriodKind, Role, Span
from rag.evidence.reader.pairs import choose_window, describe_place
from rag.evidence.term_weights import split_terms
from rag.indicators.extraction import find_indicators
from rag.indicators.types import Indicator
from rag.training.examples import Group, Window
from rag.training.wording import Wording, load_wording

LONGEST_NAME = 16
NEAR_MISSES = 2
"""Near misses that are asked beside each fact."""
SHARED_END = 2
"""Characters: names that end in the same so many are neighbours (农业增加值, 服务业增加值)."""
OTHER_YEARS = (-6, -4, -3, -2, -1, 0, 1, 2)
"""From the year of a report: most of them it hardly speaks of."""
OTHER_PLANS = tuple(f"“{plan}”时期" for plan in ("十五", "十一五", "十二五", "十三五", "十四五"))
PLACES = (
    "新城区",
    "东山县",
    "临江镇",
    "北港区",
    "清河县",
    "高新区",
    "经开区",
    "河西区",
    "南山街道",
    "石桥镇",
    "青龙县",
    "江北区",
)
"""Places inside or beside a report's own, most of them in none."""

# What a sentence has that could give the detail, whatever it is about.
GIVES = {
    "person": re.compile(r"书记|市长|省长|同志|主任|院士|教授|先生|总理|主席|由.{2,4}(?:负责|牵头)"),
    "firm": re.compile(r"公司|集团|企业|银行|厂|[A-Z]{2}|单位|机构|院|校|局"),
    "place": re.compile(r"[县区镇乡村街路市州盟旗港湾岛园](?!级)|在.{1,8}(?:建|设)|位于"),
    "date": re.compile(r"\d月|\d日|季度|年底|月底|上半年|下半年|年末|\d{4}年|期间|\d{2}年"),
    "cause": re.compile(r"因|由于|受|影响|为了|得益|导致|源于|拉动|带动|通过|以.{2,12}为"),
    "money": re.compile(r"元|投资|资金|投入"),
    "share": re.compile(r"[%‰％]|占|比重|成"),
    "rank": re.compile(r"第[一二三四五六七八九十\d]|位|前列|首|排名|居|领先"),
    "people": re.compile(r"人|户|名|群众|居民|职工|学生"),
    "how": re.compile(r"通过|采取|实行|推行|以|用|靠|依托|实施|加强"),
}

NearMiss = Callable[["Facts", Indicator, str], str | None]
"""Words a question that a window (its words are given) with an indicator does not answer, or returns None."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Asks for the indicators of a report; `names` are those of other reports, for neighbours."""

    indexed: IndexedDocument
    names: Sequence[str]
    chooser: random.Random

    @property
    def wording(self) -> Wording:
        """The words questions are put in."""
        return Wording(self.indexed, self.chooser)

    def ask(self, count: int, near_misses: int = NEAR_MISSES) -> Iterator[Group]:
        """Yield up to `count` facts, each as a question that is answered and some that are not."""
        indicators = [one for one in find_indicators(self.indexed) if 1 < len(one.name) <= LONGEST_NAME]
        bodies = [passage for passage in self.indexed.structure.passages if passage.role is Role.BODY]
        chosen = list(indicators)
        self.chooser.shuffle(chosen)
        for indicator in chosen[:count]:
            twins = [one for one in indicators if _same_thing(one, indicator)]
            if any(
                one.period.label == indicator.period.label and one.span != indicator.span for one in twins
            ):
                continue  # said twice: what answers is not plain
            right = self._frame(indicator, bodies)
            if right is None:
                continue
            others = self._frame_others(indicator, indicators, bodies)
            time = self.wording.time(indicator.period)
            if not time and len(twins) > 1:
                time = self.wording.name_time(indicator.period)
            yield _group(self.wording.ask(indicator, time), (right,), others)
            wrong = replace(right, answer=None)
            kinds = list(KINDS)
            self.chooser.shuffle(kinds)
            missed = (kind(self, indicator, f"{wrong.context} {wrong.text}") for kind in kinds)
            asked = [question for question in missed if question][:near_misses]
            yield from (_group(question, (), (wrong, *others[:1])) for question in asked)

    def _frame(self, indicator: Indicator, bodies: Sequence[Passage]) -> Window | None:
        passage = next((one for one in bodies if one.span.contains(indicator.span)), None)
        if passage is None:
            return None
        window = choose_window(passage, self.indexed.document, indicator.span)
        if not window.contains(indicator.figure):
            return None
        words = window.of(self.indexed.document.text)
        figure = indicator.figure.moved(-window.start)
        return Window(describe_place(passage), words, figure, on_topic=True)

    def _frame_others(
        self, indicator: Indicator, indicators: Sequence[Indicator], bodies: Sequence[Passage]
    ) -> tuple[Window, ...]:
        """Return the windows of the likest other indicators, and one of any."""
        terms = split_terms(indicator.name)
        apart = [one for one in indicators if not _overlap(one.span, indicator.span)]
        apart = [one for one in apart if not (_same_thing(one, indicator) and one.period == indicator.period)]
        likest = sorted(apart, key=lambda one: -len(terms & split_terms(one.name)))[:1]
        far = [one for one in apart if not terms & split_terms(one.name)]
        chosen = [(one, None) for one in likest] + [(self.chooser.choice(far), False)] * bool(far)
        framed = ((self._frame(one, bodies), topic) for one, topic in chosen)
        return tuple(
            replace(window, answer=None, on_topic=topic)
            for window, topic in framed
            if window and not (split_terms(indicator.name) <= split_terms(window.text))
        )


def _group(question: str, positives: tuple[Window, ...], negatives: tuple[Window, ...]) -> Group:
    return Group(normalise_question(question), positives, negatives)


def _same_thing(one: Indicator, other: Indicator) -> bool:
    return one.name == other.name and bool(one.change) == bool(other.change)


def _overlap(one: Span, other: Span) -> bool:
    return one.overlaps(other)


def other_period(facts: Facts, indicator: Indicator, words: str) -> str | None:
    """Ask for a year or a plan that the window does not speak of."""
    year = facts.indexed.document.meta.year
    label = facts.chooser.choice([*(f"{year + by}年" for by in OTHER_YEARS), *OTHER_PLANS])
    bare = label.removesuffix("年").removesuffix("时期")
    if bare in words or label == indicator.period.label:
        return None
    return facts.wording.ask(indicator, facts.wording.name_time(Period(label, PeriodKind.OTHER)))


def plan_for_result(facts: Facts, indicator: Indicator, words: str) -> str | None:
    """Ask for the target where there is a result, and the reverse."""
    year = facts.indexed.document.meta.year
    name = facts.wording.shorten(indicator.name)
    if indicator.period.kind is PeriodKind.PLANNED:
        if f"{year - 1}年" in words:
            return None
        tail = facts.chooser.choice(
            ["实际完成了多少?", "最后做到多少?", "已经达到多少?", "实际是多少", "完成情况是多少?"]
        )
        return f"{facts.chooser.choice(['去年', f'{year - 1}年', '过去一年'])}{name}{tail}"
    if indicator.period.kind is not PeriodKind.DONE or re.search(r"目标|预期|力争|计划", words):
        return None
    tail = facts.chooser.choice(
        ["目标是多少?", "计划完成多少?", "力争达到多少?", "打算做到多少?", "预期多少?", "的目标定了多少"]
    )
    return f"{facts.chooser.choice(['今年', f'{year}年', '明年', '下一步'])}{name}{tail}"


def other_place(facts: Facts, indicator: Indicator, words: str) -> str | None:
    """Ask for a part of the place, or a place beside it."""
    place = facts.chooser.choice(PLACES)
    if place in words:
        return None
    return f"{place}{facts.wording.ask(indicator, facts.wording.time(indicator.period))}"


def part_for_whole(facts: Facts, indicator: Indicator, words: str) -> str | None:
    """Ask for a part of the thing."""
    part = facts.chooser.choice(load_wording()["parts"]["before"])
    if part in words or part[-2:] in indicator.name:
        return None
    verb_less = replace(indicator, name=part + indicator.name)
    return facts.wording.ask(verb_less, facts.wording.time(indicator.period))


def opposite(facts: Facts, indicator: Indicator, words: str) -> str | None:
    """Ask for the opposite of what the thing is called (公办 for 民办), or for another word of its kind."""
    pairs = [
        pair for pair in load_wording()["parts"]["opposites"] if any(one in indicator.name for one in pair)
    ]
    facts.chooser.shuffle(pairs)
    for pair in pairs:
        here = next(one for one in pair if one in indicator.name)
        other = next(one for one in pair if one != here)
        if other not in words:
            swapped = replace(indicator, name=indicator.name.replace(here, other))
            return facts.wording.ask(swapped, facts.wording.time(indicator.period))
    return None


def neighbour(facts: Facts, indicator: Indicator, words: str) -> str | None:
    """Ask for another thing that is called alike."""
    end = indicator.name[-SHARED_END:]
    alike = [
        one
        for one in facts.names
        if one.endswith(end) and one not in indicator.name and indicator.name not in one
    ]
    alike = [one for one in alike if one[:-SHARED_END] and one[:-SHARED_END] not in words]
    if not alike:
        return None
    swapped = replace(indicator, name=facts.chooser.choice(alike))
    return facts.wording.ask(swapped, facts.wording.time(indicator.period))


def other_measure(facts: Facts, indicator: Indicator, words: str) -> str | None:
    """Ask for the growth where there is an amount, and the reverse."""
    time, name = facts.wording.time(indicator.period), facts.wording.shorten(indicator.name)
    if indicator.change:
        if re.search(r"\d[\d.,]*[万亿]?元|\d[\d.,]*[万亿]?[吨亩人户]", words):
            return None
        tail = facts.chooser.choice(
            ["是多少亿元?", "总量是多少?", "一共有多少亿?", "绝对数是多少", "达到多少亿元?"]
        )
        return f"{time}{name}{tail}"
    if re.search(r"[%％‰]|增长|下降|百分点", words):
        return None
    return facts.wording.fill(facts.chooser.choice(load_wording()["rate"]["plain"]), name, time)


def missing_detail(facts: Facts, indicator: Indicator, words: str) -> str | None:
    """Ask for a detail that the sentence does not give."""
    kinds = [kind for kind, pattern in GIVES.items() if not pattern.search(words)]
    if not kinds:
        return None
    template = facts.chooser.choice(load_wording()["missing"][facts.chooser.choice(kinds)])
    return facts.wording.fill(
        template, facts.wording.shorten(indicator.name), facts.wording.time(indicator.period)
    )


KINDS: tuple[NearMiss, ...] = (
    other_period,
    plan_for_result,
    other_place,
    part_for_whole,
    opposite,
    neighbour,
    other_measure,
    missing_detail,
    missing_detail,
)
"""The kinds of near misses; details, of which there are ten kinds, come twice."""
