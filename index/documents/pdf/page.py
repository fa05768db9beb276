"""A page of a PDF as pdfium sees it: its characters with boxes, its ruling lines, whether it holds pictures.

Coordinates are points on the page as it is shown: /Rotate and CropBox applied, origin in the upper left.
"""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as pdfium

from index.documents.pdf.radicals import load_radicals

LOST = "\ufffd"
"""Stands for a character whose Unicode the file does not tell."""

_SOFT_BREAK = "\x02"  # pdfium's sign for a hyphen at which a word was broken
HYPHEN = "\u00ad"
"""Stands for a hyphen that the layout put at the end of a line."""

_SKEW = math.radians(4)  # text turned by more is no line of the page: a watermark
_DEVICE = 64  # device units a point, for conversion
_STRAIGHT = 0.5  # points by which the ends of a ruling line may differ
_FORM_DEPTH = 4  # forms inside forms that are looked into for ruling lines
_OBJECTS_MAX = 20_000  # of a page: maps and charts have more, and no tables


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character and its box."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    generated: bool = False

    @property
    def middle(self) -> float:
        """The height of its centre."""
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line, level or upright."""

    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def level(self) -> bool:
        """Whether it runs from left to right."""
        return self.x1 - self.x0 >= self.bottom - self.top


@dataclass(frozen=True, slots=True)
class Page:
    """What stands on a page, in the order of its content."""

    width: float
    height: float
    glyphs: tuple[Glyph, ...]
    rules: tuple[Rule, ...]
    pictures: int
    lost: int


Convert = Callable[[float, float], tuple[float, float]]


def read_page(document: Any, number: int) -> Page:
    """Return page `number` (from 0) of an open pdfium document; an empty one where it cannot be loaded."""
    page = pdfium.FPDF_LoadPage(document, number)
    if not page:
        return Page(1.0, 1.0, (), (), 0, 0)
    try:
        width, height = pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)
        convert = _converter(page, width, height)
        glyphs, lost = _read_glyphs(page, convert)
        rules, pictures = _read_objects(page, convert)
        return Page(width, height, glyphs, rules, pictures, lost)
    finally:
        pdfium.FPDF_ClosePage(page)


def _converter(page: Any, width: float, height: float) -> Convert:
    """Return the map from page space to the page as shown; it is affine, so three points give it."""
    device = (round(width * _DEVICE), round(height * _DEVICE))
    if not all(0 < side < 2**31 for side in device):
        return lambda x, y: (x, height - y)

    def ask(x: float, y: float) -> tuple[float, float]:
        left, top = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDF_PageToDevice(page, 0, 0, *device, 0, x, y, left, top)
        return left.value / _DEVICE, top.value / _DEVICE

    reach = 1000.0
    (ox, oy), (ax, ay), (bx, by) = ask(0, 0), ask(reach, 0), ask(0, reach)
    xx, xy, yx, yy = (ax - ox) / reach, (bx - ox) / reach, (ay - oy) / reach, (by - oy) / reach
    return lambda x, y: (ox + xx * x + xy * y, oy + yx * x + yy * y)


def _read_glyphs(page: Any, convert: Convert) -> tuple[tuple[Glyph, ...], int]:
    text = pdfium.FPDFText_LoadPage(page)
    if not text:
        return (), 0
    try:
        glyphs = tuple(_walk_glyphs(text, convert))
    finally:
        pdfium.FPDFText_ClosePage(text)
    return glyphs, sum(glyph.text == LOST or _is_private(glyph.text) for glyph in glyphs)


def _walk_glyphs(text: Any, convert: Convert) -> Iterator[Glyph]:
    radicals = load_radicals()
    box = pdfium.FS_RECTF()
    high = 0  # the first half of a character beyond U+FFFF
    for index in range(pdfium.FPDFText_CountChars(text)):
        code = pdfium.FPDFText_GetUnicode(text, index)
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            if not high:
                continue
            code, high = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00), 0
        generated = pdfium.FPDFText_IsGenerated(text, index) == 1
        character = chr(code)
        if character in (_SOFT_BREAK, HYPHEN):
            character = HYPHEN
        elif generated:
            if character != " ":
                continue  # line breaks of pdfium's own
        elif pdfium.FPDFText_HasUnicodeMapError(text, index) == 1 or code in (0, 0xFFFE, 0xFFFF):
            character = LOST
        elif unicodedata.category(character) == "Cc" or character == "\ufeff":
            continue
        if (
            not generated
            and abs(math.remainder(pdfium.FPDFText_GetCharAngle(text, index), math.pi / 2)) > _SKEW
        ):
            continue
        if not pdfium.FPDFText_GetLooseCharBox(text, index, box):
            continue
        (x0, y0), (x1, y1) = convert(box.left, box.top), convert(box.right, box.bottom)
        yield Glyph(
            radicals.get(character, character), min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1), generated
        )


def _is_private(character: str) -> bool:
    return unicodedata.category(character) == "Co"


def _read_objects(page: Any, convert: Convert) -> tuple[tuple[Rule, ...], int]:
    count = pdfium.FPDFPage_CountObjects(page)
    if count > _OBJECTS_MAX:
        return (), 0
    rules: list[Rule] = []
    pictures = 0
    pending = [(pdfium.FPDFPage_GetObject(page, i), convert, 0) for i in range(count)]
    for item, place, depth in pending:
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            pictures += 1
        elif kind == pdfium.FPDF_PAGEOBJ_PATH:
            rules += _read_rules(item, _within(item, place))
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _FORM_DEPTH:
            inner = _within(item, place)
            inside = pdfium.FPDFFormObj_CountObjects(item)
            if len(pending) + inside <= _OBJECTS_MAX:
                pending += [(pdfium.FPDFFormObj_GetObject(item, i), inner, depth + 1) for i in range(inside)]
    return tuple(rules), pictures


def _within(item: Any, place: Convert) -> Convert:
    matrix = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(item, matrix):
        return place
    a, b, c, d, e, f = matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f
    return lambda x, y: place(a * x + c * y + e, b * x + d * y + f)


def _read_rules(path: Any, place: Convert) -> Iterator[Rule]:
    x, y = ctypes.c_float(), ctypes.c_float()
    start = last = (0.0, 0.0)
    for index in range(pdfium.FPDFPath_CountSegments(path)):
        segment = pdfium.FPDFPath_GetPathSegment(path, index)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        point = place(x.value, y.value)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            start = point
        elif kind == pdfium.FPDF_SEGMENT_LINETO:
            yield from _straight(last, point)
        last = point
        if pdfium.FPDFPathSegment_GetClose(segment):
            yield from _straight(last, start)


def _straight(one: tuple[float, float], other: tuple[float, float]) -> Iterator[Rule]:
    rule = Rule(min(one[0], other[0]), min(one[1], other[1]), max(one[0], other[0]), max(one[1], other[1]))
    if min(rule.x1 - rule.x0, rule.bottom - rule.top) <= _STRAIGHT:
        yield rule
