"""Figures in a text: sign, number, unit and hedge as one expression, with its offsets.

A figure is read whole (“近7000人”, “82万余棵”, “15个以上”, “3—5个”) because dropping any part of it changes
what is said. Every way of writing one reads as the same value: full or half width (12．6), thousands with or
without separators, blanks and line breaks inside, Chinese numerals (两万三千吨), shares in words
(百分之六点五, 四成, 三分之一, 一半), multiples (翻一番). A Chinese numeral is a figure only before a unit
or in one of these forms: 三北 and 十四五 are names.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from index.language.numerals import ANY_NUMERAL, NUMERALS, is_word, read_numeral
from index.language.units import LONG_UNITS, UNITS, Kind, canonical, kinds_of, measures, measures_alike
from index.language.words import tag_words
from index.types import Span

__all__ = ["ABOUT", "FALLS", "Figure", "cuts_figure", "find_figures", "rounds", "subtract"]

ABOUT = "左右"
"""The one hedge that arithmetic keeps: what is reckoned from a figure that is about right is about right."""
ALMOST = Decimal("0.3")
"""From this share of the last digit below a round number on a figure is “nearly” it."""
FALLS = "下降|下滑|下跌|减少|降低|回落|压减|压缩|缩小|收窄|缩短|缩减|下调|削减|减收|少收"
"""Verbs of which the figure right behind says by how much there is less; 下降到 says how much is left."""

# Signs in half width, one for one, so that offsets stay those of the text.
_HALF_WIDTH = str.maketrans("０１２３４５６７８９．％﹪－", "0123456789.%%-")
_HEDGES_BEFORE = (
    "不少于|不低于|不高于|不超过|不足|超过|超|(?<![最附临])近|(?<![签节合预])约|逾|突破|接近|高于|低于|至少|"
    "最多|力争"
)
_HEDGES_INSIDE = "余多几"
_HEDGES_AFTER = "左右|以上|以下|以内|以外|之间|上下"
_HEDGES = {
    "about": re.compile(r"约|左右|上下"),
    "nearly": re.compile(r"接近|近|不足"),
    "over": re.compile(r"(?<!不)超|突破|逾|余|多|几"),
    "at_least": re.compile(r"不少于|不低于|至少|以上"),
    "at_most": re.compile(r"不超过|不高于|最多|以内|以下"),
}
_SCALES = {"十": 10, "百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}
_MAGNITUDE = r"(?:[十万亿]|百(?!分点)|千(?![米瓦克]))"  # 千米 and 百分点 are units
_CONTRACTED = "(?<![抱胜欠自担辜肩背])负(?=[\\d百])"  # 负1.5%, not 抱负
_SPACE = r"[ \t\xa0\u2009\u202f\u3000]"
_BREAK = rf"{_SPACE}{{0,8}}\r?\n\s{{0,16}}"
_BLANK = rf"(?:{_SPACE}{{1,2}}|{_BREAK})"
_COUNTED = rf"(?:[十百千万亿]{{0,4}}(?:{UNITS})|[万亿])"
"""What has to follow where a blank, or a point that may part other things, is read as part of a figure."""
_GAP = rf"(?:{_BLANK}(?={_COUNTED}))?"


def _number(group: str, wrap: str) -> str:
    """Return the expression of a decimal number; `wrap` is what may part its digits where a line ends."""
    counted = rf"(?={_BLANK}?{_COUNTED})"
    commas = r"\d{1,3}(?:[,，]\d{3})+(?!\d)"
    blanks = rf"\d{{1,3}}(?:[ \xa0\u2009\u202f]\d{{3}})+(?!\d){counted}"
    point = rf"(?:{wrap})?\.(?:{wrap})?\d+|{_SPACE}\.{_SPACE}\d+{counted}|[·・•‧]\d+{counted}"
    return rf"(?P<{group}>(?:{commas}|{blanks}|\d+(?:{wrap}\d+)?)(?:{point})?)"


def _figure(wrap: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?P<before>(?:{_HEDGES_BEFORE})?)"
        rf"(?P<sign>(?:(?<![A-Za-z\d.%])[-−]|{_CONTRACTED})?)"
        rf"(?<![\d.]){_number('low', wrap)}(?:%?[—–~～至-]{_number('high', wrap)})?"
        rf"{_GAP}(?P<scale>(?:{_MAGNITUDE}|[{_HEDGES_INSIDE}])*)(?:{_BLANK}(?={UNITS}))?"
        rf"(?P<unit>[%‰℃]|(?:{LONG_UNITS})|(?!{_HEDGES_AFTER})[一-鿿])?"
        rf"(?P<after>(?:{_HEDGES_AFTER})?)"
    )


_FIGURE, _FIGURE_ON_ONE_LINE = _figure(_BREAK), _figure(r"(?!)")
_PARTS = "一二三四五六七八九"
_IN_WORDS = re.compile(
    rf"(?P<before>(?:{_HEDGES_BEFORE})?)(?P<sign>负?)(?<![{NUMERALS}\d.{_HEDGES_INSIDE}第“‘「])(?:"
    rf"百分之(?P<percent>{ANY_NUMERAL}|\d+(?:\.\d+)?)|千分之(?P<mille>{ANY_NUMERAL}|\d+(?:\.\d+)?)|"
    rf"(?P<whole>{ANY_NUMERAL}|\d+)分之(?P<part>{ANY_NUMERAL}|\d+)|"
    rf"(?P<tenths>[{_PARTS}两]|\d)成(?P<and_half>半?)(?![立果效员为本功就品交型套熟人])|"
    rf"翻(?P<doublings>[{_PARTS}两]|\d)?(?P<doubled>番)|"
    r"(?P<half>(?<=[到达为占近超过约])一半)|"
    rf"(?P<numeral>{ANY_NUMERAL})(?P<inside>[{_HEDGES_INSIDE}]?)(?P<scale>[万亿]{{0,2}})(?P<unit>{UNITS})"
    rf")(?P<after>(?:{_HEDGES_AFTER})?)"
)
_RISING_SCALE = re.compile(r"(?P<number>.+?)(?P<scale>万亿|万|亿)")
_BY_HOW_MUCH = re.compile(
    rf"(?:(?:{FALLS})(?:了|达|幅度为)?|(?:降幅|跌幅|减幅)(?:为|达到?|是)?|负增长(?:了|为)?)$"
)
_LISTING = re.compile(r"[、,，和与及]")
_REACH = 24
"""No figure is longer than this many characters: looking so far around an edge finds the one it may cut."""
_AROUND = 6
"""Characters on both sides of a numeral that show whether it is part of a word (五台山)."""
_SHORT = {"个", "工作日"}
"""“1.5个” may be short for 1.5个工作日."""
_PERCENT = 100
_TENTH = 10
_HALF = Decimal("0.5")
_EXACT_DIGITS = 18
"""A number with more digits is a fraction that does not come out even."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: `span` covers hedges, number and unit; `value` is in units of `unit`, magnitudes applied.

    `number` is what stands before the magnitude `scale`, decimals as printed. For a range both are its upper
    end. `hedge` joins every hedge of the expression; `falls` tells that the verb before says by how much
    there is less.
    """

    span: Span
    text: str
    number: Decimal
    scale: str
    value: Decimal
    unit: str
    hedge: str
    falls: bool = False

    @property
    def is_percentage(self) -> bool:
        """Tell whether the figure is a share or a rate."""
        return Kind.SHARE in kinds_of(self.unit)

    @property
    def is_amount(self) -> bool:
        """Tell whether it measures money, a share, an area, a length, a time …, and counts nothing."""
        return bool(kinds_of(self.unit) - {Kind.PEOPLE, Kind.THINGS, Kind.HOUSEHOLDS, Kind.RANK})

    @property
    def is_exact(self) -> bool:
        """Tell whether the figure can be reckoned with: no hedge but 左右, and it comes out even."""
        return self.hedge in ("", ABOUT) and len(self.number.as_tuple().digits) <= _EXACT_DIGITS

    @property
    def change(self) -> Decimal:
        """The value with the sign of its verb: 下降3.2% is −3.2."""
        return -self.value if self.falls else self.value

    @property
    def hedges(self) -> frozenset[str]:
        """The kinds of its hedges."""
        return frozenset(name for name, words in _HEDGES.items() if words.search(self.hedge))

    @property
    def shown(self) -> str:
        """The figure in half width and digits, without separators."""
        return f"{self.number:f}{self.scale}{self.unit}{self.hedge}".replace("-", "−")

    def measures_like(self, other: Figure) -> bool:
        """Tell whether the two are in the same unit, or count things with different measure words."""
        units = {canonical(self.unit), canonical(other.unit)}
        if len(units) == 1 or units == _SHORT:
            return True
        return bool(self.unit and other.unit) and measures_alike(self.unit, other.unit)

    def equals(self, other: Figure) -> bool:
        """Tell whether the two say the same: sign, number, unit and hedge."""
        return self.value == other.value and self.measures_like(other) and self.hedges == other.hedges


def find_figures(text: str) -> Iterator[Figure]:
    """Yield the figures of `text` in reading order, with offsets into it."""
    yield from _find(text)


@lru_cache(maxsize=8192)  # clauses are read again for every question, and for every claim that rests on them
def _find(text: str) -> tuple[Figure, ...]:
    folded = text.translate(_HALF_WIDTH)
    in_words = [figure for match in _IN_WORDS.finditer(folded) if (figure := _read_words(match, text))]
    taken = iter([*in_words, None])
    words = next(taken)
    figures: list[Figure] = []
    for figure in _find_digits(folded, text):
        while words and words.span.start < figure.span.end:
            figures.append(words)
            words = next(taken)
        if not (figures and figures[-1].span.overlaps(figure.span)):
            figures.append(figure)
    return tuple(_pass_on_falls([*figures, *([words] if words else ()), *filter(None, taken)], text))


def _pass_on_falls(figures: list[Figure], text: str) -> Iterator[Figure]:
    """Yield `figures`, those of a list with the verb before its first: 分别下降16.7%、49.7%."""
    before: Figure | None = None
    for figure in figures:
        listed = before and before.falls and before.unit == figure.unit
        if before and listed and _LISTING.fullmatch(text, before.span.end, figure.span.start):
            figure = replace(figure, falls=True)
        yield figure
        before = figure


def _find_digits(folded: str, text: str) -> Iterator[Figure]:
    at, end = 0, -1
    while match := _FIGURE.search(folded, at):
        if "\n" in match.group() and _begins_line(folded, match.start("low")):  # a row of numbers, a list
            match = _FIGURE_ON_ONE_LINE.match(folded, match.start()) or match
        yield _read_digits(match, text, follows=match.start() == end)
        at = end = match.end()


def _begins_line(text: str, at: int) -> bool:
    return not text[text.rfind("\n", 0, at) + 1 : at].strip()


def _read_digits(match: re.Match[str], text: str, *, follows: bool) -> Figure:
    """Return the figure of `match`; a dash behind another figure, or before an item, is no sign."""
    printed = re.sub(r"[^\d.]", "", re.sub(r"[·・•‧]", ".", match["high"] or match["low"]))
    start, sign, unit = match.start(), match["sign"], match["unit"] or ""
    kinds = kinds_of(unit)
    counts = not kinds or bool(kinds & {Kind.PEOPLE, Kind.THINGS, Kind.CALENDAR, Kind.RANK})
    if sign in ("-", "−") and (follows or (counts and _begins_line(text, match.start("sign")))):
        sign, start = "", match.end("sign")
    number = -Decimal(printed) if sign else Decimal(printed)
    scale = "".join(mark for mark in match["scale"] if mark in _SCALES)
    inside = "".join(mark for mark in match["scale"] if mark not in _SCALES)
    return _make(match, text, start, number, scale, unit, inside)


def _make(
    match: re.Match[str], text: str, start: int, number: Decimal, scale: str, unit: str, inside: str = ""
) -> Figure:
    return Figure(
        span=Span(start, match.end()),
        text=text[start : match.end()],
        number=number,
        scale=scale,
        value=number * math.prod(_SCALES[mark] for mark in scale),
        unit=unit,
        hedge=match["before"] + inside + match["after"],
        falls=bool(_BY_HOW_MUCH.search(text[max(0, start - _REACH) : start])),
    )


def _read_words(match: re.Match[str], text: str) -> Figure | None:
    """Return the figure that is written in words, or None where the numeral counts nothing."""
    found = {name: words for name, words in match.groupdict().items() if words}
    number, scale, unit = Decimal(0), "", "%"
    if "percent" in found:
        number = _read(found["percent"])
    elif "mille" in found:
        number, unit = _read(found["mille"]), "‰"
    elif "whole" in found:
        if not (whole := _read(found["whole"])):
            return None
        number = _read(found["part"]) * _PERCENT / whole
    elif "tenths" in found:
        number = _read(found["tenths"]) * _TENTH + (_TENTH // 2 if "and_half" in found else 0)
    elif "doubled" in found:
        number, unit = _read(found.get("doublings", "一")), "番"
    elif "half" in found:
        number = Decimal(_PERCENT // 2)
    elif not _counts(match, text):
        return None
    else:
        unit, numeral = found["unit"], found["numeral"]
        split = None if "scale" in found else _RISING_SCALE.fullmatch(numeral)
        numeral, scale = (split["number"], split["scale"]) if split else (numeral, found.get("scale", ""))
        number = read_numeral(numeral)
    number = -number if "sign" in found else number
    return _make(match, text, match.start(), number, scale, unit, found.get("inside", ""))


def _read(number: str) -> Decimal:
    return Decimal(number) if number[0].isascii() else read_numeral(number)


def _counts(match: re.Match[str], text: str) -> bool:
    """Tell whether a numeral before a unit counts: no rank, no article (一家), no part of a name."""
    numeral, unit, end = match["numeral"], match["unit"], match.end("unit")
    if not measures(unit) or is_word(text, match.start("numeral")) or set(numeral) <= set("百千万亿"):
        return False
    if len(numeral) > 1 and "点" not in numeral and not set(numeral) & {"十", *_SCALES}:
        return False  # 三五个
    if numeral == "一" and kinds_of(unit) & {Kind.PEOPLE, Kind.THINGS, Kind.HOUSEHOLDS, Kind.DAYS, Kind.TIME}:
        return False
    around = max(0, match.start("numeral") - _AROUND)
    place = around
    for word, _ in tag_words(text[around : end + _AROUND]):
        if place < end < place + len(word):
            return False
        place += len(word)
    return True


def subtract(left: Figure, right: Figure, *, signed: bool = False) -> Decimal:
    """Return the difference of figures of one unit in the magnitude of `right`: 1.4万 − 9000 = 5000.

    Where `signed`, each counts with the sign of its verb: 增长2.1% − 下降3.2% is 5.3.
    """
    one, other = ((figure.change if signed else figure.value) for figure in (left, right))
    difference = (one - other) / math.prod(_SCALES[mark] for mark in right.scale)
    if left.scale == right.scale:
        places = min(figure.number.as_tuple().exponent for figure in (left, right))
        return difference.quantize(Decimal(1).scaleb(int(places)))
    return difference.quantize(Decimal(1)) if difference == difference.to_integral_value() else difference


def rounds(figure: Figure, exact: Decimal) -> bool:
    """Tell whether `figure`, its hedge included, is `exact` with fewer digits: 超过2.2亿 of 22015万."""
    if len(figure.hedges) > 1 or not figure.number or (figure.value < 0) != (exact < 0):
        return False
    value, exact = abs(figure.value), abs(exact)
    step = abs(_last_digit(figure.number) * figure.value / figure.number)
    match next(iter(figure.hedges), ""):
        case "":
            return abs(value - exact) <= step * _HALF
        case "over" | "at_least":
            return value < exact < value + step
        case "nearly":
            return value - step * ALMOST <= exact < value
        case "about":
            return 0 < abs(value - exact) <= step * _HALF
        case _:
            return False


def _last_digit(number: Decimal) -> Decimal:
    """Return what one of the last digit of `number` is worth that is not nought: 10 of 80, 0.1 of 2.2."""
    exponent = number.normalize().as_tuple().exponent
    return Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)


def cuts_figure(text: str, span: Span) -> bool:
    """Tell whether `span` begins or ends inside a figure of `text`: quoting it would change the figure."""
    for edge in (span.start, span.end):
        base = max(0, edge - _REACH)
        for figure in find_figures(text[base : edge + _REACH]):
            if base + figure.span.start < edge < base + figure.span.end:
                return True
    return False
