"""Numbers of a claim: Chinese numerals as digits, figures alike or not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from index.language.figures import Figure, find_figures, is_unit, measures_alike
from index.types import Span

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SCALES = {"十": 10, "百": 100, "千": 1_000}
_SECTIONS = {"万": 10_000, "亿": 100_000_000}
_NUMERAL = re.compile(
    r"(?P<share>百分之)?(?P<number>[零〇一二两三四五六七八九十百千万亿]+(?:点[零〇一二三四五六七八九]+)?)(?P<tenths>成)?"
)
# Rows of numerals that are words: not “10分” of something, nor a hundred surnames.
_WORDS = re.compile(
    r"十分|百姓|万一|千万(?![元人吨亩户])|万众|万家灯火|千家万户|[千万百]方百计|九三学社|一一|统一|唯一|单一|万物|亿万|"
    r"百[业年花]|千[里年百]|万[里象]|不一|第[一二三]产业|三次产业|三[农产]"
)
_NOT_OVER = re.compile(r"(?:没有|未|不会|不能)超过")
_HALF = re.compile(r"(?<=[到达为占近超过])一半(?![以多])")
_TIMES_OVER = re.compile("倍[多余]")
_MANTISSA = frozenset("0123456789.余多几")
_COUNTED_WHOLE = tuple("元吨亩头")
_FEWEST = 2
"""一 is as often an article as a number."""
_TENTHS = 10

_YEAR = re.compile(r"(?:19|20)\d\d")
_JOINTS = frozenset("、,和及与至到—-~/")
_UNITS = {
    "％": "%",
    "个百分点": "百分点",
    "平方千米": "平方公里",
    "千米": "公里",
    "千克": "公斤",
    "名": "人",
    "位": "人",
    "个工作日": "工作日",
    "个小时": "小时",
}
"""Units that are one and the same, by the one that stands for both."""
_ANYTHING = "个"
"""“1.5个” may be short for 1.5个工作日."""
_AMOUNTS = frozenset(
    [
        "元",
        "%",
        "‰",
        "百分点",
        "亩",
        "吨",
        "公里",
        "平方公里",
        "平方米",
        "立方米",
        "公斤",
        "公顷",
        "米",
        "小时",
        "分钟",
        "工作日",
        "年",
        "月",
        "天",
        "日",
    ]
)
_LATIN = re.compile(r"[A-Za-z]-?$")
_HEDGES = {
    "about": re.compile(r"约|左右|上下"),
    "nearly": re.compile(r"接近|近|不足"),
    "over": re.compile(r"(?<!不)超|突破|逾|余|多|几"),
    "at_least": re.compile(r"不少于|不低于|至少|以上"),
    "at_most": re.compile(r"不超过|不高于|最多|以内|以下"),
}


@dataclass(frozen=True, slots=True)
class ClaimFigure:
    """A figure as it is compared: `value` in `unit`, and the kinds of its hedges; `number` as printed."""

    span: Span
    text: str
    number: Decimal
    value: Decimal
    unit: str
    hedges: frozenset[str]

    @property
    def measures(self) -> bool:
        """Tell whether the figure measures or counts something; “六稳” does not."""
        return len(self.unit) != 1 or is_unit(self.unit)

    @property
    def is_bare_count(self) -> bool:
        """Whether it counts things without saying which."""
        return self.unit in ("", _ANYTHING)

    @property
    def is_amount(self) -> bool:
        """Whether it measures money, a share, an area, a length, a weight or a time."""
        return self.unit in _AMOUNTS

    def equals(self, other: ClaimFigure) -> bool:
        """Tell whether the two say the same: number, unit and hedge."""
        return self.value == other.value and self.measures_like(other) and self.hedges == other.hedges

    def measures_like(self, other: ClaimFigure) -> bool:
        """Tell whether the two are in the same unit, or count things with different measure words."""
        if self.unit == other.unit:
            return True
        if _ANYTHING in (self.unit, other.unit) and "工作日" in (self.unit, other.unit):
            return True
        return bool(self.unit and other.unit) and measures_alike(self.unit, other.unit)


def write_digits(text: str) -> str:
    """Return `text` with its Chinese numerals from two on in digits (三成 as 30%, 百分之六点五 as 6.5%)."""
    text = _TIMES_OVER.sub("多倍", _HALF.sub("50%", _NOT_OVER.sub("不超过", text)))
    return _NUMERAL.sub(lambda match: _write(match, text), text)


def _write(match: re.Match[str], text: str) -> str:
    number, before = match["number"], text[max(0, match.start() - 1) : match.start()]
    if any(_WORDS.match(text, match.start() - back) for back in (0, 1) if match.start() >= back):
        return match.group()
    if not match["share"] and (before in _MANTISSA if before else False):
        return match.group()  # the scale of a number in digits: 3万
    if not match["share"] and not set(number) & {*_DIGITS, "十"}:
        after = text[match.end() : match.end() + 1]
        return f"{_read(number)}" if after in _COUNTED_WHOLE else match.group()  # 亿元以上; else no number
    value = _read(number)
    if match["share"]:
        return f"{value}%"
    if (
        match["tenths"]
        and value < _TENTHS
        and text[match.end() : match.end() + 1] not in ("立", "果", "效", "员")
    ):
        return f"{value * _TENTHS}%"
    return f"{value}{match['tenths'] or ''}" if value >= _FEWEST else match.group()


def _read(number: str) -> Decimal:
    whole, _, decimals = number.partition("点")
    if len(whole) > 1 and not set(whole) & {*_SCALES, *_SECTIONS}:
        read = Decimal("".join(str(_DIGITS[char]) for char in whole))  # 二〇二〇
    else:
        total = section = digit = 0
        for char in whole:
            if char in _DIGITS:
                digit = _DIGITS[char]
            elif char in _SCALES:
                section += (digit or 1) * _SCALES[char]
                digit = 0
            else:
                total = (total + section + digit or 1) * _SECTIONS[char]
                section = digit = 0
        read = Decimal(total + section + digit)
    return read + Decimal(f"0.{''.join(str(_DIGITS[char]) for char in decimals)}") if decimals else read


def read_figures(text: str) -> list[ClaimFigure]:
    """Return the figures of a `text` whose numerals are digits, years aside.

    One without a unit takes that of the next one beside it: “14和25平方米”.
    """
    return list(_read_figures(text))


@lru_cache(maxsize=8192)  # the clauses of a source are read again for every sentence that may rest on it
def _read_figures(text: str) -> tuple[ClaimFigure, ...]:
    figures = [_prepare(figure, text) for figure in find_figures(text) if not _is_year(figure)]
    for place in range(len(figures) - 2, -1, -1):
        figure, following = figures[place : place + 2]
        between = text[figure.span.end : following.span.start]
        bare = figure.unit in ("", between[:1], *_JOINTS)
        if bare and len(between) <= 1 and set(between or figure.unit) <= _JOINTS:
            scale = following.value / following.number if following.number else 1
            figures[place] = replace(figure, unit=following.unit, value=figure.number * scale)
    return tuple(figures)


def _is_year(figure: Figure) -> bool:
    return figure.unit in ("年", "") and not figure.scale and bool(_YEAR.fullmatch(figure.number))


def _prepare(figure: Figure, text: str) -> ClaimFigure:
    hedges = frozenset(name for name, words in _HEDGES.items() if words.search(figure.hedge))
    number = Decimal(figure.number.replace(",", ""))
    unit = _UNITS.get(figure.unit, figure.unit)
    if _LATIN.search(text[: figure.span.start]):  # the 2.5 of PM2.5 counts nothing
        return ClaimFigure(figure.span, figure.number, number, number, "", frozenset())
    return ClaimFigure(figure.span, figure.text, number, figure.value, unit, hedges)


def blank_figures(text: str, figures: Sequence[ClaimFigure]) -> str:
    """Return `text` with a space in place of each of its `figures`; what only looks like a unit stays."""
    for figure in reversed(figures):
        end = figure.span.end
        if len(figure.unit) == 1 and not is_unit(figure.unit) and figure.text.endswith(figure.unit):
            end -= 1
        text = text[: figure.span.start] + " " + text[end:]
    return text
