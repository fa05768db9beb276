"""Every time that a text names: the one grammar of time, for questions, reports and claims alike.

Relative years are reckoned from the year of the report, which looks back: 去年 is the year before it, 五年来
five years up to then. A time that is recognised and means no certain years is a value of its own: nobody
shall take it for no time at all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from index.language.figures import find_figures
from index.language.numerals import NUMERAL, from_numeral, to_numeral
from index.language.units import MEASURES, is_unit
from index.language.words import tag_words
from index.types import Span

__all__ = [
    "A_PLAN",
    "A_RELATIVE_YEAR",
    "A_YEAR",
    "FIVE_YEARS",
    "Form",
    "PeriodMention",
    "Time",
    "Unresolved",
    "Why",
    "ends_plan",
    "find_periods",
    "find_times",
    "name_years",
    "plan_years",
    "read_label",
    "remove_times",
    "resolve_anaphora",
]

FIVE_YEARS = 5
_FOURTH_PLAN, _FOURTH_PLAN_START = 4, 1971  # since the fourth plan (1971–1975) one has followed the other
_SHORT_YEAR_REACH = 10
"""Years: 19年 is 2019 in a report of 2021, but 50年 is how long something takes."""
_CENTURY = 100
_FIGURE_WORDS = 6
"""Characters behind a number that are read to tell what it counts."""


class Form(StrEnum):
    """How a time is put."""

    YEAR = "year"  # 2020年, 去年, 今年上半年, “十四五”开局之年
    BARE = "bare"  # 2020 and 2016—2020, without 年
    UNTIL = "until"  # 到2025年
    YEARS = "years"  # 2016—2020年, 2016年以来
    PLAN = "plan"  # “十三五”, 第十三个五年规划
    PAST = "past"  # 过去五年, 三年来
    FUTURE = "future"  # 今后五年
    RUN = "run"  # 连续三年
    DAY = "day"  # 2020年12月5日
    YEAR_END = "year_end"  # 年底, which year's is left to the report


class Why(StrEnum):
    """Why a time means no certain years."""

    NO_YEAR = "a part of a year that is not named"
    NO_NUMBER = "years without their number"
    NO_START = "years without where they begin"
    TERM = "a term of office"


@dataclass(frozen=True, slots=True)
class PeriodMention:
    """A period named in a text: where, what a reader would call it, first and last year.

    `part` is the part of the year that is meant (上半年, 一季度, 1—11月, 12月5日), empty for all of it; the
    label ends in it.
    """

    span: Span
    label: str
    first: int
    last: int
    part: str = ""
    form: Form = Form.YEAR

    @property
    def years(self) -> tuple[int, int]:
        """The first and the last year."""
        return self.first, self.last


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A time whose years are not certain: where, its words and why."""

    span: Span
    words: str
    why: Why

    @property
    def label(self) -> str:
        """What a reader would call it: its own words."""
        return self.words

    @property
    def part(self) -> str:
        """The part of a year that it names without the year, or nothing."""
        return self.words if self.why is Why.NO_YEAR else ""


Time = PeriodMention | Unresolved

_ZEROS = "〇零○Oo"
_DIGITS = "一二三四五六七八九"
_TO_DIGITS = str.maketrans(_ZEROS + _DIGITS, "0" * len(_ZEROS) + "123456789")
_RELATIVE = {
    **{
        "大前年": -3,
        "前年": -2,
        "上上年": -2,
        "上一年": -1,
        "前一年": -1,
        "去年": -1,
        "上年": -1,
        "昨年": -1,
    },
    **{
        "今年": 0,
        "本年": 0,
        "新的一年": 0,
        "明年": 1,
        "下一年": 1,
        "来年": 1,
        "后年": 2,
        "下下年": 2,
        "大后年": 3,
    },
}
"""Words for a year, and how far from the report's own it lies."""
_STAGES = {
    "开局": 0,
    "起步": 0,
    "首": 0,
    "收官": FIVE_YEARS - 1,
    "最后一": FIVE_YEARS - 1,
    "末": FIVE_YEARS - 1,
}
"""Words for a year of a plan, and how far from its first it lies."""

_FULL = rf"(?:(?<!\d)(?:19|20)\d\d|(?:一九|二[{_ZEROS}])[{_ZEROS}{_DIGITS}]{{2}})"
_SHORT = rf"(?:[’‘']?(?<![\d.])\d\d|(?<![{_DIGITS}十])(?:一[六七八九]|二[{_ZEROS}]))"
A_RELATIVE_YEAR = rf"(?:{'|'.join(sorted(_RELATIVE, key=len, reverse=True))})"
A_YEAR = rf"(?:{_FULL}年|{A_RELATIVE_YEAR})"
A_PLAN = rf"“{NUMERAL}五”"
"""Regular expressions for a year and a plan inside another expression, without a group."""
_COUNT = rf"(?:\d{{1,2}}|两|{NUMERAL})"
_TO = r"\s?[-－—–~～至到]{1,2}\s?"
_MONTHS = rf"(?:\d{{1,2}}月?{_TO})?\d{{1,2}}月份?(?:\d{{1,2}}[日号])?|{NUMERAL}月份?(?:{NUMERAL}[日号])?"
_PART = rf"(?:[上下]半年|第?[一二三四1-4]季度|前[一二三123]个?季度|前{_COUNT}个月|{_MONTHS})"
_GOES_ON = r"(?:[多余]?来|以来|[间里]|下来)"
_SUMMED = r"(?:全[省市县区州旗]|累计|总共|一共|合计|总计|加(?:起来|在一起))"
# No time begins with another character: nothing more is tried at most places of a text.
_NUMBERS = rf"\d{_DIGITS}{_ZEROS}十两几多第“\"'‘’《"
_BEGINS = rf"(?=[{_NUMBERS}从自由连今未接往下过最近这回上前后头那次本开起收大去昨明来新年])"
_TIME = re.compile(
    rf"""{_BEGINS}(?:
    [从自由]?(?P<from>{_FULL}|{_SHORT}(?=年))年?{_TO}(?P<to>{_FULL}|\d\d(?=年))(?P<closed>年)?
  | (?P<since>{_FULL})年(?:以来|至今)
  | (?:[“"‘'《](?P<quoted>{NUMERAL})五[”"’'》]
      |(?<![{_DIGITS}十百第])(?P<bare_plan>{NUMERAL})五
        (?:(?<=十[{_DIGITS}]五)(?![年个名人])|(?=[时期规以末]))
      |第(?P<spelt>{NUMERAL})个五年(?:规划|计划))
    (?!\s?(?:普法|法治宣传))
    (?:(?:规划|时期|期间)?的?(?:(?P<stage>{"|".join(_STAGES)})之?年|第(?P<nth>[一二三四五])年)
      |(?:时期|期间)?(?P<whole>[这那]?五|[这那]几)年[里间来]?)?
  | 连续(?P<run>{_COUNT})年
  | (?:今后|未来|接下来|往后)的?(?P<ahead>{_COUNT})年|(?<![以线])下一?个(?P<following>{_COUNT})年
  | (?:过去的?|最近|(?<![附接临最])近|这|回顾|(?<!以)上一?个?|前(?={_COUNT}年[来间])
      |(?<![第个后来前头未续{_DIGITS}十百几\d])(?={_COUNT}年{_GOES_ON}|(?!一|\d\d){_COUNT}年{_SUMMED}))
    (?!一年多)(?P<gone>{_COUNT})年(?![前级代行]){_GOES_ON}?
  | (?P<vague>(?<![附接临将最])近年来?|(?:过去|最近|近|这|那|前|未来|今后)的?[几些]年来?|(?<!十)[几多]年来
      |一年多来)
  | (?P<floating>(?<![最今以往之])(?!前一年)[前头后]{_COUNT}年(?![级度])
      |(?<![第\d]){_COUNT}年之?[前后](?!三?个?季)|次年|第[二三四五]年
      |(?:[上本]个?世纪)?(?:\d{{1,3}}0|[{_DIGITS}]十)年代|[上本]个?世纪)
  | (?P<term>[本上这]一?届(?:(?:[省市县区州旗]|自治区)?(?:人民)?政府|任期))
  | (?:(?P<year>{_FULL})\s?年(?![代级])|(?P<short>{_SHORT})年(?![代级])
      |(?P<bare>(?<![\d.A-Za-z])(?:19|20)\d\d)(?!\.?\d)|(?P<own_stage>开局|起步|收官)之年
      |(?<![目提之以当今往最基近])(?<![比较](?=[去上]年))(?P<relative>{A_RELATIVE_YEAR})(?!度?产|[轻龄纪均])
      |(?<![年{_DIGITS}\d两十几半全多])(?P<ending>年[内底]))
    (?:度|年(?=[底末内初]))?(?:[，,的]?(?P<part>{_PART}))?
  | (?P<yearless>(?<![\d.个几每各]){_PART}|(?<![以线马])[上本下]个?(?:月|季度|周)))
    """,
    re.VERBOSE,
)
# Around a row of two digits these tell how long something takes: 用了20年, 20年一遇.
_LASTING_BEFORE = re.compile(r"(?:[第近满约超过了历时续隔长后每这共延需花用逾达]|达到)$")
_LASTING_AFTER = re.compile(r"[来多余期间内里中历老质保免租限左如]|一遇|以[来上下内]|的[历时]")
_UNRESOLVED = {
    "vague": Why.NO_NUMBER,
    "floating": Why.NO_START,
    "term": Why.TERM,
    "yearless": Why.NO_YEAR,
}
_POINTING = "这"
_DAY = re.compile(r"[日号]$")
_ANAPHORA = (
    (re.compile(r"下一年|次年|第二年"), 1),
    (re.compile(r"上一年|前一年|上年(?!度?同期)|头一年"), -1),
    (re.compile(r"当年|同年|同期"), 0),
)
"""Words for a year that count from another one, and how far from it they lie."""


@lru_cache(maxsize=20_000)  # passages are asked for again with every question
def find_times(text: str, report_year: int) -> tuple[Time, ...]:
    """Return every time that `text` names, in reading order; relative ones count from `report_year`.

    What a rate is told against by habit (比上年增长) is no time of its own, nor is what points back at one
    that is named before it (2020年…这一年).
    """
    times: list[Time] = []
    for match in _TIME.finditer(text):
        time = _read(match, text, report_year)
        if time is not None and not (times and match.group().startswith(_POINTING)):
            times.append(time)
    return tuple(times)


def find_periods(text: str, report_year: int) -> list[PeriodMention]:
    """Return the times of `text` whose years are certain, in reading order."""
    return [time for time in find_times(text, report_year) if isinstance(time, PeriodMention)]


def remove_times(text: str, times: Sequence[Time]) -> str:
    """Return `text` without the words that name `times`."""
    for time in sorted(times, key=lambda time: time.span, reverse=True):
        text = text[: time.span.start] + text[time.span.end :]
    return text


def resolve_anaphora(text: str, anchor: PeriodMention) -> str:
    """Return `text` with the years that count from `anchor` (次年, 前一年, 当年) named."""
    for pattern, shift in _ANAPHORA:
        year = anchor.last + shift if shift > 0 else anchor.first + shift
        text = pattern.sub(f"{year}年" if shift else anchor.label, text)
    return text


def plan_years(number: int) -> tuple[int, int]:
    """Return the first and the last year of the five-year plan `number`: 2016 and 2020 for the 13th."""
    first = _FOURTH_PLAN_START + FIVE_YEARS * (number - _FOURTH_PLAN)
    return first, first + FIVE_YEARS - 1


def ends_plan(year: int) -> bool:
    """Tell whether a five-year plan ends with `year`."""
    return (year + 1 - _FOURTH_PLAN_START) % FIVE_YEARS == 0


def name_years(first: int, last: int) -> str:
    """Name the years from `first` to `last` as a reader would: 2020年, “十三五”时期 or 2017—2021年."""
    if first == last:
        return f"{first}年"
    if ends_plan(last) and last - first == FIVE_YEARS - 1 and first >= _FOURTH_PLAN_START:
        return f"“{to_numeral(_FOURTH_PLAN + (first - _FOURTH_PLAN_START) // FIVE_YEARS)}五”时期"
    return f"{first}—{last}年"


def read_label(label: str) -> tuple[int, int] | None:
    """Return the years of a label that `name_years` made, or None for an empty one."""
    periods = find_periods(label, report_year=0)
    return periods[0].years if periods else None


def _read(match: re.Match[str], text: str, report_year: int) -> Time | None:
    """Return the time that a match of _TIME names, or None if it names none after all."""
    span = Span(*match.span())
    for group, why in _UNRESOLVED.items():
        if match[group]:
            return Unresolved(span, _name_part(match.group()) if why is Why.NO_YEAR else match.group(), why)
    years = _read_years(match, text, report_year) or _read_year(match, text, report_year)
    if years is None:
        return None
    first, last, form = years
    part = _name_part(match["part"] or "")
    return PeriodMention(
        span, name_years(first, last) + part, first, last, part, Form.DAY if _DAY.search(part) else form
    )


def _read_years(match: re.Match[str], text: str, report_year: int) -> tuple[int, int, Form] | None:
    """Return the years of a match that names several, and how it names them."""
    if match["from"]:
        first = _complete(match["from"], report_year)
        last = _complete(match["to"], report_year)
        counted = not match["closed"] and _counts(text, match.start("to"), match.end("to"))
        form = Form.YEARS if match["closed"] else Form.BARE
        return (first, last, form) if first < last and not counted else None
    if match["since"]:
        first = _complete(match["since"], report_year)
        return first, max(first, report_year - 1), Form.YEARS
    if numeral := match["quoted"] or match["bare_plan"] or match["spelt"]:
        first, last = plan_years(from_numeral(numeral))
        if match["stage"] or match["nth"]:
            year = first + (_STAGES[match["stage"]] if match["stage"] else from_numeral(match["nth"]) - 1)
            return year, year, Form.YEAR
        return first, last, Form.PAST if match["whole"] else Form.PLAN
    if count := match["run"] or match["gone"]:
        return report_year - _read_count(count), report_year - 1, Form.RUN if match["run"] else Form.PAST
    if count := match["ahead"] or match["following"]:
        return report_year, report_year + _read_count(count) - 1, Form.FUTURE
    return None


def _read_year(match: re.Match[str], text: str, report_year: int) -> tuple[int, int, Form] | None:
    """Return the year of a match that names one, twice, and how it names it."""
    form = Form.YEAR
    if match["year"] or match["short"]:
        year = _complete(match["year"] or match["short"], report_year)
        if match["short"] and _lasts(match, text, year - report_year):
            return None
        form = Form.UNTIL if text.endswith("到", 0, match.start()) else form
    elif match["bare"]:
        if _counts(text, match.start(), match.end()):
            return None
        year, form = int(match["bare"]), Form.BARE
    elif match["own_stage"]:
        opening = report_year - (report_year - _FOURTH_PLAN_START) % FIVE_YEARS
        year = opening + _STAGES[match["own_stage"]]
        if year > opening == report_year:
            year = opening - 1  # the first report of a plan looks back on how the one before ended
    elif match["relative"]:
        year = report_year + _RELATIVE[match["relative"]]
    elif match["ending"]:
        year = report_year
        form = Form.YEAR_END if match["ending"] == "年底" else form
    else:
        return None
    return year, year, form


def _complete(year: str, report_year: int) -> int:
    """Return a year in digits or numerals; of two digits is meant the year nearest to the report's."""
    number = int(year.lstrip("’‘'").translate(_TO_DIGITS))
    if number >= _CENTURY:
        return number
    number += report_year - report_year % _CENTURY
    return min((number - _CENTURY, number, number + _CENTURY), key=lambda one: abs(one - report_year))


def _lasts(match: re.Match[str], text: str, away: int) -> bool:
    """Tell whether two digits and 年, as a year so many years `away`, rather say how long something takes."""
    if not match["short"][0].isalnum() or match["short"][0] == "0":  # ’19年, 05年
        return False
    return (
        abs(away) > _SHORT_YEAR_REACH
        or bool(_LASTING_BEFORE.search(text[max(0, match.start() - 2) : match.start()]))
        or bool(_LASTING_AFTER.match(text, match.end("short") + 1))
    )


def _counts(text: str, start: int, end: int) -> bool:
    """Tell whether the number at `start` counts or measures something: 2000户, but not 2020家庭医生."""
    figure = next(
        (one for one in find_figures(text[start : end + _FIGURE_WORDS]) if one.span.start == 0), None
    )
    if figure is None or not (figure.scale or figure.hedge or figure.unit):
        return False
    word = next((word for word, _ in tag_words(text[end : end + _FIGURE_WORDS])), "")
    single = len(word) == 1 and is_unit(word)
    long = len(figure.unit) > 1 and figure.unit in MEASURES
    return bool(figure.scale or figure.hedge) or long or not figure.unit.isalpha() or single


def _read_count(count: str) -> int:
    return 2 if count == "两" else from_numeral(count)


def _name_part(words: str) -> str:
    """Return the words for a part of a year in one form: 第1季度 as 一季度, 1至11月份 as 1—11月."""
    words = re.sub(r"^第|(?<=月)份", "", words)
    words = re.sub(r"\d(?=季度)", lambda found: to_numeral(int(found.group())), words)
    words = re.sub(
        rf"{NUMERAL}(?=[月日号])|{_COUNT}(?=个月)", lambda found: str(_read_count(found.group())), words
    )
    return re.sub(rf"^(\d+)月?{_TO}(?=\d)|^前(?=\d+个月)", lambda found: f"{found[1] or 1}—", words).replace(
        "个月", "月"
    )
