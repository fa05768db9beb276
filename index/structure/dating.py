"""Says which time a sentence speaks of: read off it, else off the headings and paragraphs before it.

The same indicator stands in a report as a five-year average, a result, a plan and a target; the label tells
them apart. All years are reckoned from the year of the report: it looks back on the year before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.language.numerals import NUMERAL, from_numeral, to_numeral
from index.types import Period, PeriodKind

__all__ = ["NO_PERIOD", "Calendar", "plan_years"]

NO_PERIOD = Period("", PeriodKind.OTHER)

_FIVE_YEARS = 5
_FOURTH_PLAN, _FOURTH_PLAN_START = 4, 1971  # since the fourth plan (1971–1975) one has followed the other
# A report speaks of the plan it stands in and its neighbours; “八五”普法 is not the plan of 1991.
_PLANS_AWAY_MAX = 2

# Where a sentence may name its time; what follows a plan's name tells the period from the document.
_CUE = re.compile(
    rf"""
    (?P<plan>
        (?:“(?P<quoted>{NUMERAL})五”
          |第(?P<spelt>{NUMERAL})个五年(?:规划|计划)
          |(?P<bare>{NUMERAL})五(?=时期|期间|规划|以来))
        (?!普法))
  | (?P<since>(?:19|20)\d\d)年以来
  | 到(?P<until>(?:19|20)\d\d)年(?!代)
  | (?P<span_from>(?:19|20)\d\d)年?\s?[-—–至到～~]{{1,2}}\s?(?P<span_to>(?:19|20)\d\d)年
  | (?P<year>(?:19|20)\d\d)(?:年(?!代|以来|\d?\d月\d)|(?=，))
  | (?P<past>(?:过去(?:的)?|近|前)?(?P<count>[两三四五])年(?:来|多来|间|(?=全[省市县区州]|累计))
      |过去(?:的)?(?P<count_gone>[两三四五])年
      |(?:本届|上届)(?:[市县区省州]|自治区)?(?:人民)?政府)
  | (?P<future>(?:今后|未来)(?:的)?(?P<count_ahead>[两三四五])年)
  | (?P<last>去年|上年|(?:刚刚)?过去的?一年|一年来|(?:这|回顾)一年)
  | (?P<this>今年|本年度|新的一年|年内)
  | (?P<next>明年)
    """,
    re.VERBOSE,
)
_PLAN_AS_PERIOD = re.compile(r"时期|期间|以来|这?五年|时|[，,是]")
# Words before a time that only compare with it, or name something else by it.
_COMPARED_BEFORE = re.compile(r"(?:比|较|与|同|于|超过?|从|由|自|以|是|为|《|达到)$")
_COMPARED_AFTER = re.compile(r"的?(?:相比|水平|同期|基础上|增长)|末?(?:增加|提高|上升|下降)到|同比|底相比|末")
_CLAUSE_START = re.compile(r"(?:^|[，,；;。！!：:、（(“——]|各位代表|和|及|的)\s*$")
_HOLDS_ON = re.compile(r"(?:时期|期间|以来|里)?(?:[，,是]|我们)")
_SO_FAR = re.compile(r"以来|上半年|[一二三]季度|(?:\d+月)")
_ADDRESS = re.compile(r"^(?:各位(?:代表|委员)|同志们)[，,！!：:]?\s*")
_LEAD = re.compile(
    r"^(?:[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]|[-—–─－#*\s]+|回首|回望|回顾|刚刚过去的|关于|第.{1,2}部分|我们在|在)*"
)
_FIRST_HALF = 0.5  # a year named later in a sentence dates only its last clauses

_REVIEW_WORDS = re.compile(r"回顾|总结|成就|成效|成绩|主要进展|完成情况|已完成|所做|做了|奋斗的")
_PLAN_WORDS = re.compile(
    r"目标|任务|安排|部署|打算|要求|思路|重点|今后|未来|规划|计划|谋划|举措|措施|自身建设|政府建设|展望|工作意见|意见|方略|建议"
)
_PROBLEMS_SEEN = re.compile(
    r"(?:清醒|深刻|深切)(?:地|的)?(?:看到|认识|意识)|(?:问题和(?:不足|短板|困难)|困难和(?:问题|矛盾)|不足和(?:问题|差距))"
)
_PROBLEMS = re.compile(r"(?:存在|面临|还有|仍有).{0,30}(?:问题|困难|不足|短板|差距|挑战)")
_CEREMONY = re.compile(
    r"(?:表示|致以|致).{0,30}(?:感谢|敬意|谢意|问候)|^(?:现在，?|现在,|现在)?我(?:谨|受.{0,16})?代表.{2,40}(?:报告|汇报)|(?<!提)请予?(?:.{0,4})审议|让我们"
    r"|(?:成绩|成就|这些|一切).{0,20}(?:来之不易|根本在于|得益于|是.{2,40}(?:领导|指引).{0,60}结果)|万岁|^各位(?:代表|委员)[，,！!：:]*$"
)

_COUNT = {"两": 2, "三": 3, "四": 4, "五": 5}


def plan_years(number: int) -> tuple[int, int]:
    """Return the first and the last year of the five-year plan `number`: 2016 and 2020 for the 13th."""
    first = _FOURTH_PLAN_START + _FIVE_YEARS * (number - _FOURTH_PLAN)
    return first, first + _FIVE_YEARS - 1


@dataclass(frozen=True, slots=True)
class _Cue:
    """A time found in words: its first and last year, where it stands and whether it is a target."""

    first: int
    last: int
    start: int
    end: int
    target: bool = False  # 到2025年: by then


@dataclass(frozen=True, slots=True)
class Calendar:
    """Labels the sentences of a report of `year`."""

    year: int

    def of_heading(self, heading: str, around: Period) -> Period:
        """Return the period of a section: what its heading names or means, else the period around it."""
        review = _REVIEW_WORDS.search(heading) is not None
        plan = not review and _PLAN_WORDS.search(heading) is not None
        cue = next(self._cues(heading, anchored=False), None)
        if cue is not None:
            done = cue.last < self.year or (
                cue.first < self.year and (review or around.kind is PeriodKind.DONE)
            )
            if review and cue.first >= self.year:
                done = around.kind is not PeriodKind.PLANNED
            return Period(self.label(cue.first, cue.last), PeriodKind.DONE if done else PeriodKind.PLANNED)
        if around.kind is not PeriodKind.OTHER or not (review or plan):
            return around
        year, kind = (self.year - 1, PeriodKind.DONE) if review else (self.year, PeriodKind.PLANNED)
        return Period(self.label(year, year), kind)

    def of_part(self, heading: str, position: int) -> Period:
        """Return the period of a part; the first part looks back unless its heading says otherwise."""
        found = self.of_heading(heading, NO_PERIOD)
        if found is not NO_PERIOD:
            return found
        year, kind = (self.year, PeriodKind.PLANNED) if position else (self.year - 1, PeriodKind.DONE)
        return Period(self.label(year, year), kind)

    def of_sentence(self, sentence: str, around: Period) -> Period:
        """Return the period of a sentence that stands where `around` holds."""
        if is_ceremony(sentence):
            return NO_PERIOD
        return self.cued(sentence, around) or around

    def cued(self, sentence: str, around: Period) -> Period | None:
        """Return the period that the sentence itself names, or None."""
        for cue in self._cues(sentence, anchored=True):
            if cue.target:
                if cue.last < self.year and around.kind is PeriodKind.DONE:
                    continue
                return self._target(cue, around)
            return Period(self.label(cue.first, cue.last), self._kind(cue, sentence, around))
        return None

    def opens(self, sentence: str, around: Period) -> Period | None:
        """Return the period that a sentence opens with and that holds for those after it, or None.

        “2016年，……” and “五年来，……” do; “2016年全市服务业增加值……” dates its own sentence alone.
        """
        words = _ADDRESS.sub("", sentence)
        lead = _LEAD.match(words)
        cue = next(self._cues(words, anchored=True), None)
        if cue is None or cue.target or lead is None or cue.start > lead.end() + 1:
            return None
        if not _HOLDS_ON.match(words, cue.end):
            return None
        return Period(self.label(cue.first, cue.last), self._kind(cue, words, around))

    def label(self, first: int, last: int) -> str:
        """Name the years from `first` to `last` as a reader would: 2020年, “十三五”时期 or 2017—2021年."""
        if first == last:
            return f"{first}年"
        plans, offset = divmod(first - _FOURTH_PLAN_START, _FIVE_YEARS)
        if plans >= 0 and offset == 0 and last - first == _FIVE_YEARS - 1:
            return f"“{to_numeral(_FOURTH_PLAN + plans)}五”时期"
        return f"{first}—{last}年"

    def _target(self, cue: _Cue, around: Period) -> Period:
        start = cue.last - _FIVE_YEARS + 1
        ends_plan = (start - _FOURTH_PLAN_START) % _FIVE_YEARS == 0 and start <= self.year + _FIVE_YEARS
        if around.label.endswith(f"—{cue.last}年"):
            return Period(around.label, PeriodKind.PLANNED)
        return Period(self.label(start if ends_plan else cue.last, cue.last), PeriodKind.PLANNED)

    def _kind(self, cue: _Cue, sentence: str, around: Period) -> PeriodKind:
        if cue.last < self.year:
            return PeriodKind.DONE
        if cue.first < self.year or _SO_FAR.match(sentence, cue.start + 2):
            return around.kind if around.kind is not PeriodKind.OTHER else PeriodKind.DONE
        return PeriodKind.PLANNED

    def _cues(self, words: str, *, anchored: bool) -> Iterator[_Cue]:
        """Yield the times in `words` from the left; `anchored` ones only where they date the sentence."""
        for match in _CUE.finditer(words):
            if anchored and not _dates_sentence(words, match):
                continue
            years = self._years(match)
            if years is not None:
                yield _Cue(*years, *match.span(), target=match["until"] is not None)

    def _years(self, match: re.Match[str]) -> tuple[int, int] | None:
        """Return the first and last year a match of _CUE means, or None if it means none."""
        year = self.year
        if match["plan"]:
            number = from_numeral(match["quoted"] or match["spelt"] or match["bare"])
            first, last = plan_years(number)
            return (first, last) if abs(first - year) <= _PLANS_AWAY_MAX * _FIVE_YEARS else None
        if match["since"]:
            return min(int(match["since"]), year - 1), year - 1
        if match["span_from"]:
            first, last = int(match["span_from"]), int(match["span_to"])
            return (first, last) if first < last else None
        if match["until"] or match["year"]:
            return int(match["until"] or match["year"]), int(match["until"] or match["year"])
        if match["past"]:
            return year - _COUNT.get(match["count"] or match["count_gone"], _FIVE_YEARS), year - 1
        if match["future"]:
            return year, year + _COUNT[match["count_ahead"]] - 1
        shift = -1 if match["last"] else 0 if match["this"] else 1
        return year + shift, year + shift


def _dates_sentence(words: str, match: re.Match[str]) -> bool:
    """Tell whether the time found dates the sentence, rather than being compared with or mentioned in it."""
    before, after = words[: match.start()], words[match.end() :]
    if match["until"]:
        return True
    if match["plan"] and not _PLAN_AS_PERIOD.match(after):
        return False
    if _COMPARED_BEFORE.search(before) or _COMPARED_AFTER.match(after):
        return False
    unaddressed = _ADDRESS.sub("", before)
    lead = _LEAD.match(unaddressed)
    if lead is not None and lead.end() == len(unaddressed):
        return True
    return _CLAUSE_START.search(before) is not None and match.start() <= len(words) * _FIRST_HALF


def admits_problems(sentence: str) -> bool:
    """Tell whether a sentence says in so many words that problems are seen."""
    return _PROBLEMS_SEEN.search(sentence) is not None


def is_problem(sentence: str, around: Period) -> bool:
    """Tell whether the first sentence of a paragraph announces problems; a plan too may face difficulties."""
    if around.kind is PeriodKind.PLANNED:
        return admits_problems(sentence)
    return admits_problems(sentence) or _PROBLEMS.search(sentence) is not None


def is_bare_address(sentence: str) -> bool:
    """Tell whether a sentence does nothing but address the audience."""
    return bool(sentence) and not _ADDRESS.sub("", sentence)


def is_ceremony(sentence: str) -> bool:
    """Tell whether a sentence thanks, greets, asks for approval or calls to action."""
    return _CEREMONY.search(sentence) is not None
