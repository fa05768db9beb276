"""Figures in a text: number, unit and hedge as one expression, with its offsets.

A figure is read whole (“近7000人”, “82万余株”, “15个以上”, “3—5个”) because dropping any part of it changes
what is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from index.types import Span

_NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
_MAGNITUDE = r"[十百千万亿]"
# Measure words of more than one character; any other single CJK character after a number counts as its unit.
_LONG_UNITS = (
    "个百分点|百分点|平方公里|平方千米|平方米|立方米|公里|千米|公斤|千克|千瓦时|千瓦|兆瓦|公顷|小时|分钟|"
    "工作日|人次|架次|批次|车次|家次|户次"
)
_HEDGES_BEFORE = "不少于|不低于|不高于|不超过|不足|超过|超|近|约|逾|突破|接近|高于|低于|至少|最多|力争"
_HEDGES_INSIDE = "余|多|几"
_HEDGES_AFTER = "左右|以上|以下|以内|以外|之间|上下"

_FIGURE = re.compile(
    rf"(?P<before>(?:{_HEDGES_BEFORE})?)"
    rf"(?<![\d.])(?P<low>{_NUMBER})(?:[%％]?[—–~～至-](?P<high>{_NUMBER}))?"
    rf"(?P<scale>(?:{_MAGNITUDE}|{_HEDGES_INSIDE})*)"
    rf"(?P<unit>[%％‰℃]|(?:{_LONG_UNITS})|(?!{_HEDGES_AFTER})[一-鿿])?"
    rf"(?P<after>(?:{_HEDGES_AFTER})?)"
)
_REACH = 24
"""No figure is longer than this many characters: looking so far around an edge finds the one it may cut."""
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
        value = Decimal(number.replace(",", ""))
        for mark in scale:
            value *= _SCALES[mark]
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


def cuts_figure(text: str, span: Span) -> bool:
    """Tell whether `span` begins or ends inside a figure of `text`: quoting it would change the figure."""
    for edge in (span.start, span.end):
        base = max(0, edge - _REACH)
        for figure in find_figures(text[base : edge + _REACH]):
            if base + figure.span.start < edge < base + figure.span.end:
                return True
    return False
