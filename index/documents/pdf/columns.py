"""Columns: which lines stand side by side, where a column begins and ends, and in which order to read."""

from __future__ import annotations

import statistics
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.documents.pdf.lines import Line

FULL, LEFT, RIGHT = "full", "left", "right"

_GUTTER_FROM, _GUTTER_TO, _STEPS = 0.3, 0.7, 41  # of the text's width: where two columns may part, and tries
_LEAST_LINES = 4  # in each column
_LEAST_SHARE = 0.2  # of the page's lines in each column
_FILLED = 0.6  # of its column that the usual line takes
_ALIGNED = 0.5  # of the lines of the right column begin at one height of x: else they are ends of lines
_MIRRORED_LEAST = 12  # lines on odd and on even pages, to measure their margins apart
_LEFT_SHARE = 0.08  # of the lines that begin at the margin, at least; most may be indented
_ROW_WISE = 0.3  # of the steps from line to line lead across the gutter: not written column by column


@dataclass(frozen=True, slots=True)
class Column:
    """A column of lines: where its text begins and ends, in points."""

    left: float
    right: float


def find_sides(lines: Sequence[Line]) -> list[str]:
    """Return for each line of a page in which column it stands: left, right, or over the full width."""
    gutter = _find_gutter(lines)
    if gutter is None:
        return [FULL] * len(lines)
    return [LEFT if line.x1 <= gutter else RIGHT if line.x0 >= gutter else FULL for line in lines]


def _find_gutter(lines: Sequence[Line]) -> float | None:
    if len(lines) < 2 * _LEAST_LINES:
        return None
    left, right = min(line.x0 for line in lines), max(line.x1 for line in lines)
    least = max(_LEAST_LINES, _LEAST_SHARE * len(lines))
    found: list[tuple[int, float, float]] = []
    for step in range(_STEPS):
        share = _GUTTER_FROM + (_GUTTER_TO - _GUTTER_FROM) * step / (_STEPS - 1)
        gutter = left + share * (right - left)
        before = [line for line in lines if line.x1 <= gutter]
        after = [line for line in lines if line.x0 >= gutter]
        if min(len(before), len(after)) < least or not (
            _fill(before, gutter - left) and _fill(after, right - gutter)
        ):
            continue
        em = after[0].em
        aligned = max(sum(abs(line.x0 - other.x0) < em / 2 for other in after) for line in after)
        if aligned >= _ALIGNED * len(after):
            found.append((len(lines) - len(before) - len(after), abs(share - 0.5), gutter))
    return min(found)[2] if found else None


def _fill(lines: Sequence[Line], width: float) -> bool:
    """Tell whether lines are text that fills a column, not cells of a table."""
    return statistics.median(line.x1 - line.x0 for line in lines) >= _FILLED * width


def in_reading_order(lines: Sequence[Line], sides: Sequence[str]) -> list[int]:
    """Return the order to read lines in, as indices: as the file has them, unless it goes by rows.

    Then the lines over the full width part the page into bands, and in a band the left column comes first.
    """
    order = list(range(len(lines)))
    if RIGHT not in sides:
        backwards = any(below.bottom < above.top for above, below in pairwise(lines))
        return _from_above(lines) if backwards else order
    crossings = sum({sides[i], sides[i + 1]} == {LEFT, RIGHT} for i in order[:-1])
    if crossings <= _ROW_WISE * len(lines):
        return order
    banded: list[int] = []
    band: list[int] = []
    for i in sorted(order, key=lambda i: lines[i].top):
        if sides[i] == FULL:
            banded += [*_by_column(band, sides), i]
            band = []
        else:
            band.append(i)
    return banded + _by_column(band, sides)


def _from_above(lines: Sequence[Line]) -> list[int]:
    """Return the order of lines from above, and in one band from the left."""
    bands: list[list[int]] = []
    for i in sorted(range(len(lines)), key=lambda i: lines[i].middle):
        if bands and lines[bands[-1][0]].beside(lines[i]):
            bands[-1].append(i)
        else:
            bands.append([i])
    return [i for band in bands for i in sorted(band, key=lambda i: lines[i].x0)]


def _by_column(band: Sequence[int], sides: Sequence[str]) -> list[int]:
    return [i for i in band if sides[i] == LEFT] + [i for i in band if sides[i] != LEFT]


def measure_columns(pages: Sequence[Sequence[tuple[Line, str]]]) -> Mapping[tuple[str, int], Column]:
    """Return the column of each side on even and on odd pages (counted from 0), which may be mirrored."""
    lines: dict[tuple[str, int], list[Line]] = defaultdict(list)
    for page in pages:
        for line, side in page:
            lines[side, line.page % 2].append(line)
    columns = {}
    for side, parity in list(lines):
        own = lines[side, parity]
        other = lines.get((side, 1 - parity), [])
        enough = min(len(own), len(other)) >= _MIRRORED_LEAST
        columns[side, parity] = _measure(own if enough else [*own, *other])
    return columns


def _measure(lines: Sequence[Line]) -> Column:
    em = sorted(line.em for line in lines)[len(lines) // 2]
    begins, ends = sorted(line.x0 for line in lines), sorted(line.x1 for line in lines)
    least = max(2, _LEFT_SHARE * len(lines)) if len(lines) > 1 else 1
    near = (x for i, x in enumerate(begins) if bisect_left(begins, x + em / 2) - i >= least)
    right = max(ends, key=lambda x: (bisect_right(ends, x) - bisect_right(ends, x - em), x))
    return Column(next(near, begins[0]), right)
