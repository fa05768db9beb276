"""Ruled tables: cells from the lines around them, each with the characters inside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.documents.pdf.lines import Line, group_lines
from index.documents.pdf.page import Glyph, Rule

_NEAR = 2.5  # points between lines that are one: the two edges of a thin bar, corners that do not quite meet
_LEAST = 3  # lines each way: one frame around words is no table
_SHORTEST = 6.0  # points; shorter ones are parts of a drawing
_COVERED = 0.6  # of a cell's side, for the side to be there
_MOST = 2_000  # lines of a page; charts and maps have more
_EMPTY_SHARE = 0.85  # of the cells: a chart's grid lines, not a table


@dataclass(frozen=True, slots=True)
class Table:
    """A ruled table: `rows` of cells, each the lines in it; merged cells stand in their first place."""

    x0: float
    top: float
    x1: float
    bottom: float
    rows: tuple[tuple[tuple[Line, ...], ...], ...]

    def holds(self, glyph: Glyph) -> bool:
        """Tell whether a character stands in it."""
        return self.x0 <= (glyph.x0 + glyph.x1) / 2 <= self.x1 and self.top <= glyph.middle <= self.bottom


def find_tables(page: int, rules: Sequence[Rule], glyphs: Sequence[Glyph]) -> list[Table]:
    """Return the ruled tables of a page, from above."""
    long = [rule for rule in rules if max(rule.x1 - rule.x0, rule.bottom - rule.top) >= _SHORTEST]
    groups = _connected(long) if len(long) <= _MOST else []
    tables = filter(None, (_read_table(page, group, glyphs) for group in groups))
    return sorted(tables, key=lambda table: table.top)


def _connected(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Return the groups of rules that touch each other."""
    groups: list[list[Rule]] = []
    for rule in rules:
        joined, apart = [rule], []
        for group in groups:
            if any(_touch(rule, other) for other in group):
                joined += group
            else:
                apart.append(group)
        groups = [*apart, joined]
    return groups


def _touch(one: Rule, other: Rule) -> bool:
    return (
        one.x0 <= other.x1 + _NEAR
        and other.x0 <= one.x1 + _NEAR
        and one.top <= other.bottom + _NEAR
        and other.top <= one.bottom + _NEAR
    )


def _read_table(page: int, rules: Sequence[Rule], glyphs: Sequence[Glyph]) -> Table | None:
    level = [rule for rule in rules if rule.level]
    upright = [rule for rule in rules if not rule.level]
    ys, xs = _merge(rule.top for rule in level), _merge(rule.x0 for rule in upright)
    if len(ys) < _LEAST or len(xs) < _LEAST:
        return None
    cells = _merged_cells(xs, ys, level, upright)
    inside: dict[tuple[int, int], list[Glyph]] = {}
    for glyph in glyphs:
        column, row = _slot(xs, (glyph.x0 + glyph.x1) / 2), _slot(ys, glyph.middle)
        if column is not None and row is not None:
            inside.setdefault(cells[row, column], []).append(glyph)
    written = sum(any(not glyph.text.isspace() for glyph in found) for found in inside.values())
    if written < (1 - _EMPTY_SHARE) * len(set(cells.values())) or written < _LEAST:
        return None
    rows = tuple(
        tuple(
            tuple(
                sorted(group_lines(page, inside.get((row, column), ())), key=lambda line: (line.top, line.x0))
            )
            for column in range(len(xs) - 1)
        )
        for row in range(len(ys) - 1)
    )
    return Table(xs[0], ys[0], xs[-1], ys[-1], rows)


def _merge(values: Iterable[float]) -> list[float]:
    merged: list[float] = []
    for value in sorted(values):
        if not merged or value - merged[-1] > _NEAR:
            merged.append(value)
    return merged


def _slot(edges: Sequence[float], value: float) -> int | None:
    return next((i for i, (low, high) in enumerate(pairwise(edges)) if low <= value < high), None)


def _merged_cells(
    xs: Sequence[float], ys: Sequence[float], level: Sequence[Rule], upright: Sequence[Rule]
) -> dict[tuple[int, int], tuple[int, int]]:
    """Return for each (row, column) of the grid the first one of the cell that it belongs to."""
    first = {(row, column): (row, column) for row in range(len(ys) - 1) for column in range(len(xs) - 1)}

    def find(cell: tuple[int, int]) -> tuple[int, int]:
        while first[cell] != cell:
            cell = first[cell]
        return cell

    for row, column in list(first):
        if column and not _is_covered(upright, xs[column], ys[row], ys[row + 1], level=False):
            one, other = sorted((find((row, column - 1)), find((row, column))))
            first[other] = one
        if row and not _is_covered(level, ys[row], xs[column], xs[column + 1], level=True):
            one, other = sorted((find((row - 1, column)), find((row, column))))
            first[other] = one
    return {cell: find(cell) for cell in first}


def _is_covered(rules: Sequence[Rule], at: float, start: float, end: float, *, level: bool) -> bool:
    covered = 0.0
    for rule in rules:
        place = rule.top if level else rule.x0
        if abs(place - at) <= _NEAR:
            low, high = (rule.x0, rule.x1) if level else (rule.top, rule.bottom)
            covered = max(covered, min(high, end) - max(low, start))
    return covered >= _COVERED * (end - start)
