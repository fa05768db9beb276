"""Paragraphs: which lines go on in the next one, judged by indents, short lines, gaps and sizes."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.documents.pdf.columns import Column
from index.documents.pdf.lines import Line, is_wide

_INDENTED_SHARE = 0.04  # of the lines; then paragraphs are told by their indents
_INDENT = (1.2, 3.0)  # em of a paragraph's first line
_OFF_MARGIN = 0.8  # em from the margin: indented, centred, or set to the right
_SHORT_INDENTED = 6.0  # em: Chinese lines end up to four early before a figure or a quotation mark
_SHORT = 1.9  # em, where no indent tells
_ENDS = frozenset("。！？：；…”）)!?:;.")
_WIDE_GAP = 2.4  # lines, from one to the next
_SPACED = 1.15  # of the usual distance, where paragraphs are told by the space between them
_OTHER_SIZE = 1.12  # a heading or a note is set in another size
_CELL_GAP = 1.5  # em between two cells of one row
_ROW_GAPS = 2  # in a row of a table; one is a name set apart from an office
_WIDE_LEAST = 2  # Chinese characters, for their width to tell the size


@dataclass(frozen=True, slots=True)
class Placed:
    """A line in its column."""

    line: Line
    column: Column
    side: str

    @property
    def indent(self) -> float:
        """How far from the margin it begins, in em."""
        return (self.line.x0 - self.column.left) / self.line.em

    @property
    def lack(self) -> float:
        """How far from the end of the column it ends, in em."""
        return (self.column.right - self.line.x1) / self.line.em


class Manner:
    """How a document sets its paragraphs: indented, spaced or neither, and how far its lines stand apart."""

    def __init__(self, lines: Sequence[Placed]) -> None:
        low, high = _INDENT
        indented = sum(low <= placed.indent <= high for placed in lines)
        self.indented = indented >= _INDENTED_SHARE * len(lines)
        steps = [
            below.line.middle - above.line.middle
            for above, below in pairwise(lines)
            if _follows(above, below) and not _is_other_size(above.line, below.line)
        ]
        self.pitch = statistics.median(steps) if steps else 0.0
        wide = sum(step > _SPACED * self.pitch for step in steps)
        self.spaced = not self.indented and wide >= _INDENTED_SHARE * len(lines)

    def parts(self, above: Placed, below: Placed) -> bool:
        """Tell whether a paragraph ends between two lines that follow each other."""
        if _is_other_size(above.line, below.line):
            return True
        if below.indent > _OFF_MARGIN and (self.indented or below.indent > _INDENT[0]):
            return True
        follows = bool(self.pitch) and _follows(above, below)
        if follows:
            gap = (below.line.middle - above.line.middle) / self.pitch
            if gap > (_WIDE_GAP if self.indented else _SPACED):
                return True
        if self.spaced and follows:
            return False  # lines end early for other reasons: what follows may not be broken
        # Over the end of a page or column nothing else tells: the line must also end something.
        surely = self.indented or not (follows or above.line.text[-1] in _ENDS)
        return above.lack > (_SHORT_INDENTED if surely else _SHORT)


def gather_paragraphs(lines: Iterable[Placed], manner: Manner) -> list[list[Placed]]:
    """Return the paragraphs of a run of lines; rows of a table without rules are paragraphs of their own."""
    bands: list[list[Placed]] = []
    for placed in lines:
        if bands and _is_same_band(bands[-1][-1], placed):
            bands[-1].append(placed)
        else:
            bands.append([placed])
    rows = [is_row([placed.line for placed in band]) for band in bands]
    paragraphs: list[list[Placed]] = []
    for number, band in enumerate(bands):
        apart = number == 0 or rows[number] or rows[number - 1]
        if apart or manner.parts(bands[number - 1][-1], band[0]):
            paragraphs.append(band)
        else:
            paragraphs[-1].extend(band)
    return paragraphs


def is_row(pieces: Sequence[Line]) -> bool:
    """Tell whether pieces of one line are cells of a table: at least three with wide gaps between them."""
    return sum(_is_wide_gap(left, right) for left, right in pairwise(pieces)) >= _ROW_GAPS


def _is_wide_gap(left: Line, right: Line) -> bool:
    return left.beside(right) and right.x0 - left.x1 > _CELL_GAP * min(left.em, right.em)


def _is_same_band(before: Placed, placed: Placed) -> bool:
    return before.side == placed.side and before.line.beside(placed.line) and before.line.x1 <= placed.line.x0


def _follows(above: Placed, below: Placed) -> bool:
    return above.line.page == below.line.page and above.side == below.side and above.line.top < below.line.top


def _is_other_size(one: Line, other: Line) -> bool:
    sizes = [
        line.em if sum(is_wide(glyph.text) for glyph in line.glyphs) >= _WIDE_LEAST else 0.0
        for line in (one, other)
    ]
    if not all(sizes):
        sizes = [one.height, other.height]
    return max(sizes) > _OTHER_SIZE * min(sizes)
