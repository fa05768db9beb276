"""Says which time a sentence speaks of: read off it, else off the headings and paragraphs before it.

The same indicator stands in a report as a five-year average, a result, a plan and a target; the label tells
them apart. All years are reckoned from the year of the report: it looks back on the year before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.language.lexicon import alternatives, compile_words
from index.language.periods import FIVE_YEARS, Form, PeriodMention, ends_plan, find_periods, name_years
from index.types import Period, PeriodKind

__all__ = ["NO_PERIOD", "Calendar", "admits_problems", "is_bare_address", "is_problem"]

NO_PERIOD = Period("", PeriodKind.OTHER)

# A report speaks of the plan it stands in and its neighbours; “八五” is an older thing in one of 2021.
_FARTHEST_PLAN = 2 * FIVE_YEARS
_UNDATED = {Form.RUN, Form.DAY, Form.YEAR_END}
"""Forms of a time that never date a sentence: 连续三年, 2020年12月5日, 年底."""
_PLAN_AS_PERIOD = re.compile(r"期间|以来|时|[，,是]")
# Words before a time that only compare with it, or name something else by it.
_COMPARED_BEFORE = re.compile(rf"{alternatives('structure', 'compared-before')}$")
_COMPARED_AFTER = compile_words("structure", "compared-after")
_CLAUSE_START = re.compile(r"(?:^|[，,；;。！!：:、（(“—和及的]|各位代表)\s*$")
_HOLDS_ON = re.compile(r"(?:时期|期间|以来|里)?(?:[，,是]|我们)")
_ADDRESS = re.compile(r"^(?:各位(?:代表|委员)|同志们)[，,！!：:]?\s*")
_LEAD = re.compile(
    r"^(?:[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]|[-—–─－#*\s]+|回[首望顾]|刚刚过去的|关于|第.{1,2}部分|(?:我们)?在)*"
)
_FIRST_HALF = 0.5  # a year named later in a sentence dates only its last clauses

_REVIEW_WORDS = compile_words("structure", "review")
_PLAN_WORDS = compile_words("structure", "plan")
_PROBLEM = alternatives("structure", "problem")
_PROBLEMS_SEEN = re.compile(
    rf"(?:清醒|深刻|深切)[地的]?(?:看到|认识|意识)|{alternatives('structure', 'problems-named')}|"
    # “…还面临诸多困难挑战:”, not “解决存在的一些问题” nor “面临不少困难的一年”
    rf"(?:存在|面临)着?[^,，;；。:：的]{{0,6}}{alternatives('structure', 'problems-many')}"
    rf"[^,，;；。:：]{{0,8}}{_PROBLEM}"
    r"[^,，;；。:：的]{0,6}(?:[,，;；。:：]|$)"
)
_PROBLEMS = re.compile(rf"(?:存在|面临|[还仍]有).{{0,30}}{_PROBLEM}")
_CEREMONY = re.compile(
    r"(?:表示|致以?).{0,30}(?:感谢|[敬谢]意|问候)|^(?:现在[，,]?)?我(?:谨|受.{0,16})?代表.{2,40}(?:报告|汇报)|(?<!提)请予?(?:.{0,4})审议|让我们"
    r"|(?:成绩|成就|这些|一切).{0,20}(?:来之不易|根本在于|得益于|是.{2,40}(?:领导|指引).{0,60}结果)|万岁|^各位(?:代表|委员)[，,！!：:]*$"
)


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
            return Period(name_years(cue.first, cue.last), PeriodKind.DONE if done else PeriodKind.PLANNED)
        if around.kind is not PeriodKind.OTHER or not (review or plan):
            return around
        year, kind = (self.year - 1, PeriodKind.DONE) if review else (self.year, PeriodKind.PLANNED)
        return Period(name_years(year, year), kind)

    def of_part(self, heading: str, position: int) -> Period:
        """Return the period of a part; the first part looks back unless its heading says otherwise."""
        found = self.of_heading(heading, NO_PERIOD)
        if found is not NO_PERIOD:
            return found
        year, kind = (self.year, PeriodKind.PLANNED) if position else (self.year - 1, PeriodKind.DONE)
        return Period(name_years(year, year), kind)

    def of_sentence(self, sentence: str, around: Period) -> Period:
        """Return the period of a sentence that stands where `around` holds."""
        if is_ceremony(sentence):
            return NO_PERIOD
        return self.cued(sentence, around) or around

    def cued(self, sentence: str, around: Period) -> Period | None:
        """Return the period that the sentence itself names, or None."""
        for cue in self._cues(sentence, anchored=True):
            if cue.form is Form.UNTIL:
                if cue.last < self.year and around.kind is PeriodKind.DONE:
                    continue
                return self._target(cue, around)
            return Period(name_years(cue.first, cue.last), self._kind(cue, sentence, around))
        return None

    def opens(self, sentence: str, around: Period) -> Period | None:
        """Return the period that a sentence opens with and that holds for those after it, or None.

        “2016年，……” and “五年来，……” do; “2016年全市服务业增加值……” dates its own sentence alone.
        """
        words = _ADDRESS.sub("", sentence)
        lead = _LEAD.match(words)
        cue = next(self._cues(words, anchored=True), None)
        if cue is None or cue.form is Form.UNTIL or lead is None or cue.span.start > lead.end() + 1:
            return None
        if not _HOLDS_ON.match(words, cue.span.end):
            return None
        return Period(name_years(cue.first, cue.last), self._kind(cue, words, around))

    def _target(self, cue: PeriodMention, around: Period) -> Period:
        if around.label.endswith(f"—{cue.last}年"):
            return Period(around.label, PeriodKind.PLANNED)
        start = cue.last - FIVE_YEARS + 1
        whole_plan = ends_plan(cue.last) and start <= self.year + FIVE_YEARS
        return Period(name_years(start if whole_plan else cue.last, cue.last), PeriodKind.PLANNED)

    def _kind(self, cue: PeriodMention, sentence: str, around: Period) -> PeriodKind:
        if cue.last < self.year:
            return PeriodKind.DONE
        if cue.first < self.year or cue.part or sentence.startswith("以来", cue.span.end):
            return around.kind if around.kind is not PeriodKind.OTHER else PeriodKind.DONE
        return PeriodKind.PLANNED

    def _cues(self, words: str, *, anchored: bool) -> Iterator[PeriodMention]:
        """Yield the times in `words` from the left; `anchored` ones only where they date the sentence."""
        for time in find_periods(words, self.year):
            if self._can_date(time, words) and (not anchored or _dates_sentence(words, time)):
                yield time

    def _can_date(self, time: PeriodMention, words: str) -> bool:
        """Tell whether a report may tell of `time`, put as it is, in a sentence or a section."""
        if time.form is Form.PLAN:
            return abs(time.first - self.year) <= _FARTHEST_PLAN
        if time.form is Form.PAST:  # “七十年来” looks back on more than is told of
            return time.last - time.first < FIVE_YEARS
        return time.form not in _UNDATED and (
            time.form is not Form.BARE or words[time.span.end :][:1] == "，"
        )


def _dates_sentence(words: str, time: PeriodMention) -> bool:
    """Tell whether `time` dates the sentence, rather than being compared with or mentioned in it."""
    before, after = words[: time.span.start], words[time.span.end :]
    if time.form is Form.UNTIL:
        return True
    if time.form is Form.PLAN and not _PLAN_AS_PERIOD.match(after):
        return False
    if _COMPARED_BEFORE.search(before) or _COMPARED_AFTER.match(after):
        return False
    unaddressed = _ADDRESS.sub("", before)
    lead = _LEAD.match(unaddressed)
    if lead is not None and lead.end() == len(unaddressed):
        return True
    return _CLAUSE_START.search(before) is not None and time.span.start <= len(words) * _FIRST_HALF


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
