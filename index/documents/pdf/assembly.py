"""Puts the text of a PDF together, and keeps for each line of it where on the page its characters stand."""

from __future__ import annotations

from collections.abc import Sequence

from index.documents.pdf.lines import Line
from index.documents.pdf.page import HYPHEN
from index.documents.pdf.paragraphs import is_row
from index.documents.pdf.running import PageSize
from index.types import Box, Place, Span

_TOUCHING = 0.3  # em between pieces of a line that are one word
_DIGITS = 5  # of a share: a hundredth of a point on a page of A4


class TextBuilder:
    """The text as it grows, with its places."""

    def __init__(self, sizes: Sequence[PageSize]) -> None:
        self._sizes = sizes
        self._pieces: list[str] = []
        self._places: list[Place] = []
        self.length = 0

    @property
    def text(self) -> str:
        """All that was added."""
        return "".join(self._pieces)

    @property
    def places(self) -> tuple[Place, ...]:
        """Where the lines stand."""
        return tuple(self._places)

    def add(self, text: str) -> None:
        """Add characters that stand nowhere."""
        self._pieces.append(text)
        self.length += len(text)

    def add_lines(self, lines: Sequence[Line]) -> None:
        """Add lines that make up one paragraph: no space between two, except between Latin words.

        Pieces of one line with a gap between them are parted by a space, in a row of a table by a tab.
        """
        row = is_row(lines)
        for number, line in enumerate(lines):
            following = lines[number + 1].text[:1] if number + 1 < len(lines) else ""
            glyphs = line.glyphs
            if glyphs[-1].text == HYPHEN and following.islower():
                glyphs = glyphs[:-1]
                following = ""
            if glyphs:
                self._add_line(Line(line.page, glyphs))
            if number + 1 == len(lines):
                break
            gap = lines[number + 1].x0 - line.x1 if line.beside(lines[number + 1]) else None
            if gap is not None:
                self.add("" if gap < _TOUCHING * line.em else "\t" if row else " ")
            elif following and _parts_words(line.text[-1], following):
                self.add(" ")

    def _add_line(self, line: Line) -> None:
        size = self._sizes[line.page]
        words = line.text.replace(HYPHEN, "-")
        lefts = [glyph.x0 for glyph in line.glyphs]
        edges = [_share(x, size.width) for x in (*lefts, line.glyphs[-1].x1)]
        box = Box(
            line.page,
            min(edges),
            _share(line.top, size.height),
            max(*edges, _share(line.x1, size.width)),
            _share(line.bottom, size.height),
        )
        self._places.append(Place(Span(self.length, self.length + len(words)), box, tuple(edges)))
        self.add(words)


def _parts_words(last: str, first: str) -> bool:
    return last.isascii() and first.isascii() and (last.isalpha() or first.isalpha()) and last not in "-/("


def _share(value: float, whole: float) -> float:
    return round(min(max(value / whole, 0.0), 1.0), _DIGITS)
