"""Characters of a page grouped into lines: one band, no jump back, no wide gap."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from index.documents.pdf.page import Glyph

_WIDE_GAP = 2.5  # em: what stands farther off is another cell, or another column
_BACK = 0.5  # em that kerning may pull a character back by
_RAISED_HEIGHT = 0.75  # of its line's: lower characters are marks of notes, or exponents
_RAISED_BY = 0.08  # of its line's height, between the centres
_WORD_GAP = 0.1  # of the height: less is no space, but a change of the baseline
_TOUCHING = 0.3  # em between characters of one word


@dataclass(frozen=True)
class Line:
    """Characters in one line, from left to right; no white space at its ends."""

    page: int
    glyphs: tuple[Glyph, ...]

    @cached_property
    def text(self) -> str:
        """Its characters."""
        return "".join(glyph.text for glyph in self.glyphs)

    @cached_property
    def x0(self) -> float:
        """Where it begins."""
        return min(glyph.x0 for glyph in self.glyphs)

    @cached_property
    def x1(self) -> float:
        """Where it ends."""
        return max(glyph.x1 for glyph in self.glyphs)

    @cached_property
    def top(self) -> float:
        """Its upper edge."""
        return min(glyph.top for glyph in self.glyphs)

    @cached_property
    def bottom(self) -> float:
        """Its lower edge."""
        return max(glyph.bottom for glyph in self.glyphs)

    @cached_property
    def height(self) -> float:
        """The height of most of its characters; those that came from ActualText have only their ink."""
        heights = sorted(glyph.bottom - glyph.top for glyph in self.glyphs)
        return heights[len(heights) * 3 // 4]

    @property
    def middle(self) -> float:
        """The height of its centre."""
        return (self.top + self.bottom) / 2

    @cached_property
    def em(self) -> float:
        """The width of a Chinese character, in a line without any its height."""
        widths = [glyph.x1 - glyph.x0 for glyph in self.glyphs if is_wide(glyph.text)]
        return statistics.median(widths) if widths else max(self.height * 0.8, 1.0)

    def beside(self, other: Line) -> bool:
        """Tell whether `other` stands in the same band of the same page."""
        return self.page == other.page and self.top < other.middle < self.bottom


def is_wide(character: str) -> bool:
    """Tell whether a character is as wide as it is high."""
    return "\u3400" <= character <= "\u9fff" or "\U00020000" <= character <= "\U0003ffff"


def group_lines(page: int, glyphs: Iterable[Glyph]) -> list[Line]:
    """Return the lines of `glyphs`, in their order; pieces of one line that were written apart are joined."""
    lines: list[list[Glyph]] = []
    top = bottom = em = 0.0
    for glyph in glyphs:
        blank = glyph.text.isspace()
        if lines and lines[-1]:
            last = lines[-1][-1]
            gap = glyph.x0 - last.x1
            if top <= glyph.middle <= bottom and -_BACK * em <= gap <= _WIDE_GAP * em:
                lines[-1].append(glyph)
                if not blank:
                    top, bottom = min(top, glyph.top), max(bottom, glyph.bottom)
                    em = max(em, glyph.x1 - glyph.x0)
                continue
        if not blank:
            lines.append([glyph])
            top, bottom, em = (
                glyph.top,
                glyph.bottom,
                max(glyph.x1 - glyph.x0, (glyph.bottom - glyph.top) / 2),
            )
    return _join_pieces([line for found in lines if (line := _trim(page, found))])


def _trim(page: int, glyphs: Sequence[Glyph]) -> Line | None:
    first, last = 0, len(glyphs)
    while first < last and glyphs[first].text.isspace():
        first += 1
    while last > first and glyphs[last - 1].text.isspace():
        last -= 1
    kept = [
        glyph
        for before, glyph, after in zip(
            [None, *glyphs[first : last - 1]],
            glyphs[first:last],
            [*glyphs[first + 1 : last], None],
            strict=False,
        )
        if not glyph.generated or _parts_words(before, after)
    ]
    return Line(page, tuple(kept)) if kept else None


def _parts_words(before: Glyph | None, after: Glyph | None) -> bool:
    """Tell whether a space that pdfium saw in a gap is one: between Latin words."""
    if before is None or after is None or not (before.text.isascii() and after.text.isascii()):
        return False
    return after.x0 - before.x1 > _WORD_GAP * (before.bottom - before.top)


def _join_pieces(lines: list[Line]) -> list[Line]:
    """Join a line with the next where they overlap or touch in one band: a subscript, a word set apart."""
    joined: list[Line] = []
    for line in lines:
        before = joined[-1] if joined else None
        if before and (before.beside(line) or line.beside(before)):
            gap = max(line.x0 - before.x1, before.x0 - line.x1)
            small = min(before.height, line.height) < _RAISED_HEIGHT * max(before.height, line.height)
            if gap <= _TOUCHING * max(before.em, line.em) and (small or gap < 0):
                glyphs = sorted((*before.glyphs, *line.glyphs), key=lambda glyph: glyph.x0)
                joined[-1] = Line(line.page, tuple(glyphs))
                continue
        joined.append(line)
    return joined


def is_raised(glyph: Glyph, line: Line) -> bool:
    """Tell whether a character is small and stands high in its line, as the mark of a note does."""
    height = glyph.bottom - glyph.top
    middle = statistics.median(other.middle for other in line.glyphs)
    return height < _RAISED_HEIGHT * line.height and middle - glyph.middle > _RAISED_BY * line.height
