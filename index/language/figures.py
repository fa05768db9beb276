"""Figures in a text: number, unit and hedge as one expression, with its offsets.

A figure is read whole (“近7000人”, “82万余株”, “15个以上”, “3—5个”) because dropping any part of it changes
what is said.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from index.types import Span

_NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
_MAGNITUDE = r"(?:[十百万亿]|千(?![米瓦克]))"  # 千米 is a unit
# Measure words of more than one character; any other single CJK character after a number counts as its unit.
LONG_UNITS = (
    "微克/立方米|个百分点|百分点|美元|欧元|港元|标准箱|标箱|瓦时|个工作日|个批次|个小时|个月|平方公里|平方千米|"
    "平方米|立方米|公里|千米|公斤|千克|千瓦时|千瓦|兆瓦|公顷|小时|分钟|"
    "工作日|人次|架次|批次|车次|家次|户次"
)
MEASURES = frozenset(LONG_UNITS.split("|"))
_HEDGES_BEFORE = (
    "不少于|不低于|不高于|不超过|不足|超过|超|(?<![最附临])近|(?<![签节合预])约|逾|突破|接近|高于|低于|至少|"
    "最多|力争"
)
_HEDGES_INSIDE = "余|多|几"
_HEDGES_AFTER = "左右|以上|以下|以内|以外|之间|上下"

ABOUT = "左右"
"""The one hedge that arithmetic keeps: what is reckoned from a figure that is about right is about right."""

_FIGURE = re.compile(
    rf"(?P<before>(?:{_HEDGES_BEFORE})?)"
    rf"(?<![\d.])(?P<low>{_NUMBER})(?:[%％]?[—–~～至-](?P<high>{_NUMBER}))?"
    rf"(?P<scale>(?:{_MAGNITUDE}|{_HEDGES_INSIDE})*)"
    rf"(?P<unit>[%％‰℃]|(?:{LONG_UNITS})|(?!{_HEDGES_AFTER})[一-鿿])?"
    rf"(?P<after>(?:{_HEDGES_AFTER})?)"
)
_REACH = 24
"""No figure is longer than this many characters: looking so far around an edge finds the one it may cut."""
_EACH = "个"  # 个工作日 and 工作日 are one unit
_PEOPLE = set("人名位个") | {"人次"}
_DAYS = {"天", "日", "工作日", "个工作日"}
_THINGS = set("样个家件条处项次场部株栋座间套张辆台届批宗类支只头种份层门例起所幢班处") | {
    "批次",
    "架次",
    "车次",
    "家次",
}
_SINGLE_UNITS = frozenset("元米吨亩克度年月户倍期届次轮岁号层分秒升瓦伏%‰℃")
_SCALES = {"十": 10, "百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: `span` covers hedges, number and unit; `value` is in units of `unit`, magnitudes applied.

    For a range `value` is its upper end. `hedge` joins every hedge of the expression.
    """

    span: Span
    text: str
    number: str
    scale: str
    value: Decimal
    unit: str
    hedge: str

    @property
    def is_percentage(self) -> bool:
        """Tell whether the figure is a share or a rate."""
        return self.unit in ("%", "％", "‰", "个百分点", "百分点")


def find_figures(text: str) -> Iterator[Figure]:
    """Yield the figures of `text` in reading order, with offsets into it."""
    for match in _FIGURE.finditer(text):
        number = match["high"] or match["low"]
        scale = "".join(mark for mark in match["scale"] if mark in _SCALES)
        value = _read(number) * _magnitude(scale)
        inside = "".join(mark for mark in match["scale"] if mark not in _SCALES)
        yield Figure(
            span=Span(*match.span()),
            text=match.group(),
            number=number,
            scale=scale,
            value=value,
            unit=match["unit"] or "",
            hedge=match["before"] + inside + match["after"],
        )


def _read(number: str) -> Decimal:
    return Decimal(number.replace(",", ""))


def _magnitude(scale: str) -> int:
    return math.prod(_SCALES[mark] for mark in scale)


def measures_alike(asked: str, unit: str) -> bool:
    """Tell whether a figure of `unit` may answer a question for `asked` (empty: for any unit).

    People are not things, and neither are amounts of money, time, length, area or weight; but which word
    counts a thing varies (多少批: 84批次, 几处: 3座).
    """
    if asked in ("", unit) or asked.removeprefix(_EACH) == unit.removeprefix(_EACH) != "":
        return True
    return any(asked in kind and unit in kind for kind in (_PEOPLE, _THINGS, _DAYS))


def subtract(larger: Figure, smaller: Figure) -> Decimal:
    """Return the difference of figures of one unit in the magnitude of the `smaller`: 1.4万 − 9000 = 5000."""
    if larger.scale == smaller.scale:
        return _read(larger.number) - _read(smaller.number)
    difference = (larger.value - smaller.value) / _magnitude(smaller.scale)
    return difference.quantize(Decimal(1)) if difference == difference.to_integral_value() else difference


def is_unit(word: str) -> bool:
    """Tell whether `word`, a character behind a number, measures or counts something."""
    return word in _SINGLE_UNITS or any(word in kind for kind in (_PEOPLE, _THINGS, _DAYS))


def cuts_figure(text: str, span: Span) -> bool:
    """Tell whether `span` begins or ends inside a figure of `text`: quoting it would change the figure."""
    for edge in (span.start, span.end):
        base = max(0, edge - _REACH)
        for figure in find_figures(text[base : edge + _REACH]):
            if base + figure.span.start < edge < base + figure.span.end:
                return True
    return False
