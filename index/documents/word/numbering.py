"""Automatic numbers of Word (“一、”, “1.”): they stand nowhere in the file and are counted as Word does."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from index.documents.word.package import attribute, child, name_of
from index.language.numerals import to_numeral

_LEVELS = 9
_PLACE = re.compile(r"%(\d)")
_DIGITS = "〇一二三四五六七八九"
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_LEGAL = str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟")
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_LARGEST_ROMAN = 4_000
BULLET = "• "
"""What any bullet becomes: the file names a character of some symbol font."""


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list is numbered."""

    form: str = "decimal"
    text: str = ""
    start: int = 1
    suffix: str = "tab"
    legal: bool = False  # all levels in decimal digits
    restart: int | None = None  # the level (from 1) that restarts it, 0: none; None: any above


@dataclass
class _List:
    levels: dict[int, Level] = field(default_factory=dict)
    counts: list[int | None] = field(default_factory=lambda: [None] * _LEVELS)


class Numbering:
    """The lists of a document, counted as its paragraphs are read in their order."""

    def __init__(self, numbering: Any, styles: Styles) -> None:
        self._styles = styles
        self._lists: dict[str, _List] = {}
        self._of: dict[str, str] = {}  # num → abstractNum
        self._overrides: dict[tuple[str, int], tuple[int | None, Level | None]] = {}
        self._started: set[tuple[str, int]] = set()
        self._style_levels: dict[tuple[str, str], int] = {}  # (abstractNum, style) → level
        linked: dict[str, str] = {}
        for element in numbering if numbering is not None else ():
            key = attribute(element, "abstractNumId") or ""
            if name_of(element) == "abstractNum":
                self._read_list(key, element)
                if (link := attribute(child(element, "numStyleLink"), "val")) is not None:
                    linked[key] = link
            elif name_of(element) == "num":
                self._read_num(element)
        for key, style in linked.items():  # the list is defined where the style says
            number = styles.number_of(style)[0]
            if number in self._of:
                self._lists[key] = self._lists.get(self._of[number], _List())

    def next_label(self, number: str | None, level: int | None, style: str | None) -> str:
        """Return the number of the next paragraph, empty for one without.

        `number` and `level` are the paragraph's own, `style` the style that gives what it lacks.
        """
        styled, styled_level = self._styles.number_of(style)
        key = self._of.get(number or styled or "")
        if key is None or number == "0":
            return ""
        used = number or styled or ""
        if level is None:
            level = self._style_levels.get((key, style or ""), styled_level or 0)
        level = min(max(level, 0), _LEVELS - 1)
        return self._count(self._lists[key], used, level)

    def _count(self, found: _List, number: str, level: int) -> str:
        start, replaced = self._overrides.get((number, level), (None, None))
        shape = replaced or found.levels.get(level, Level())
        if start is not None and (number, level) not in self._started:
            found.counts[level] = None
        self._started.add((number, level))
        before = found.counts[level]
        found.counts[level] = (start if start is not None else shape.start) if before is None else before + 1
        for deeper in range(level + 1, _LEVELS):
            restart = found.levels.get(deeper, Level()).restart
            if restart is None or 0 < restart <= level + 1:
                found.counts[deeper] = None
        if shape.form == "bullet":
            return BULLET
        return _write(found, shape)

    def _read_list(self, key: str, element: Any) -> None:
        found = self._lists[key] = _List()
        for level in element:
            if name_of(level) == "lvl":
                index = int(attribute(level, "ilvl") or 0)
                found.levels[index] = _read_level(level)
                if (style := attribute(child(level, "pStyle"), "val")) is not None:
                    self._style_levels[key, style] = index

    def _read_num(self, element: Any) -> None:
        number = attribute(element, "numId") or ""
        self._of[number] = attribute(child(element, "abstractNumId"), "val") or ""
        self._lists.setdefault(self._of[number], _List())
        for override in element:
            if name_of(override) == "lvlOverride":
                start = attribute(child(override, "startOverride"), "val")
                shape = child(override, "lvl")
                index = int(attribute(override, "ilvl") or 0)
                self._overrides[number, index] = (
                    int(start) if start else None,
                    _read_level(shape) if shape is not None else None,
                )


class Styles:
    """What the styles of a document say of numbers and hidden text, each after the style it is based on."""

    def __init__(self, styles: Any) -> None:
        self._styles: dict[str, Any] = {}
        self.default = ""
        for element in styles if styles is not None else ():
            if name_of(element) == "style":
                key = attribute(element, "styleId") or ""
                self._styles[key] = element
                if attribute(element, "type") == "paragraph" and is_on(
                    attribute(element, "default"), absent=False
                ):
                    self.default = key

    def number_of(self, style: str | None) -> tuple[str | None, int | None]:
        """Return the list (numId) and the level that a style gives its paragraphs."""
        number = level = None
        for element in self._chain(style):
            found = child(element, "pPr", "numPr")
            number = number or attribute(child(found, "numId"), "val")
            own = attribute(child(found, "ilvl"), "val")
            level = int(own) if level is None and own is not None else level
        return (None if number == "0" else number), level

    def hides(self, style: str | None) -> bool:
        """Tell whether a style hides its text."""
        for element in self._chain(style):
            if (vanish := child(element, "rPr", "vanish")) is not None:
                return is_on(attribute(vanish, "val"))
        return False

    def called(self, style: str | None) -> str:
        """Return the name of a style in small letters: it is the same in every language of Word."""
        return (attribute(child(self._styles.get(style or ""), "name"), "val") or "").lower()

    def _chain(self, style: str | None) -> list[Any]:
        chain: list[Any] = []
        key = style or self.default
        while (element := self._styles.get(key)) is not None and element not in chain:
            chain.append(element)
            key = attribute(child(element, "basedOn"), "val") or ""
        return chain


def is_on(value: str | None, *, absent: bool = True) -> bool:
    """Return what the value of a switch says; `absent` where it has none."""
    return absent if value is None else value not in {"0", "false", "off"}


def _read_level(element: Any) -> Level:
    restart = attribute(child(element, "lvlRestart"), "val")
    form = child(element, "numFmt")
    if form is None:  # newer forms stand in an alternative, the older one in its fallback
        form = child(element, "AlternateContent", "Fallback", "numFmt")
    legal = child(element, "isLgl")
    return Level(
        attribute(form, "val") or "decimal",
        attribute(child(element, "lvlText"), "val") or "",
        int(attribute(child(element, "start"), "val") or 1),
        attribute(child(element, "suff"), "val") or "tab",
        legal is not None and is_on(attribute(legal, "val")),
        None if restart is None else int(restart),
    )


def _write(found: _List, shape: Level) -> str:
    def place(match: re.Match[str]) -> str:
        index = int(match[1]) - 1
        own = found.levels.get(index, Level())
        count = found.counts[index]
        form = "decimal" if shape.legal else (shape.form if own is shape else own.form)
        return write_number(own.start if count is None else count, form)

    label = _PLACE.sub(place, shape.text)
    # After a Chinese mark the gap is part of the layout; after “1.” it is a space.
    return f"{label} " if shape.suffix != "nothing" and label[-1:].isascii() and label.strip() else label


def write_number(number: int, form: str) -> str:
    """Return a number in one of Word's forms; in decimal digits where the form is unknown."""
    written = _FORMS.get(form, str)
    return written(number) if number > 0 or form == "decimal" else str(number)


def _row(first: str, length: int) -> Callable[[int], str]:
    return lambda number: chr(ord(first) + number - 1) if number <= length else str(number)


def _letters(number: int) -> str:
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


def _roman(number: int) -> str:
    if number >= _LARGEST_ROMAN:
        return str(number)
    written = ""
    for value, letters in _ROMAN:
        written += letters * (number // value)
        number %= value
    return written


def _cycle(characters: str) -> Callable[[int], str]:
    return lambda number: characters[(number - 1) % len(characters)]


def _digit_row(number: int) -> str:
    return "".join(_DIGITS[int(digit)] for digit in str(number))


_FORMS: Mapping[str, Callable[[int], str]] = {
    **dict.fromkeys(
        ("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting",
         "taiwaneseCountingThousand", "koreanCounting"),
        to_numeral,
    ),
    **dict.fromkeys(("ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital"), _digit_row),
    "chineseLegalSimplified": lambda number: to_numeral(number).translate(_LEGAL),
    "ideographTraditional": _cycle(_STEMS),
    "ideographZodiac": _cycle(_BRANCHES),
    "decimalEnclosedCircle": _row("①", 20),
    "decimalEnclosedCircleChinese": _row("①", 20),
    "decimalEnclosedParen": _row("⑴", 20),
    "decimalEnclosedFullstop": _row("⒈", 20),
    "ideographEnclosedCircle": _row("㊀", 10),
    "ideographParenthesized": _row("㈠", 10),
    "decimalFullWidth": lambda number: str(number).translate({48 + i: 0xFF10 + i for i in range(10)}),
    "decimalFullWidth2": lambda number: str(number).translate({48 + i: 0xFF10 + i for i in range(10)}),
    "decimalZero": lambda number: f"{number:02d}",
    "lowerLetter": _letters,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
    "ordinal": str,
    "none": lambda number: "",
}  # fmt: skip
