"""Which of two things a claim says is more, told by the figures that its sources give for them."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from itertools import permutations

from rag.claims.numbers import ClaimFigure
from rag.claims.respective import Row, read_rows
from rag.claims.sources import Source
from rag.claims.subjects import place_figures
from rag.terms import split_terms

ABOUT_IT = 0.5
"""Words around a figure that cover what is compared to this share are about it."""
_THAN = re.compile(
    r"(?P<left>[^,;。]{2,}?)(?:(?:高|快|多|大|优|低|慢|少|小|落后)于|不及|比(?!例|重))(?P<right>[^,;。\d]{2,})"
)
_MEASURED = re.compile(r"的?(?:年均|平均)?(?:增速|增幅|增长率|降幅|水平|规模|数量)?$")


def falls_from_first(part: str, sources: Sequence[Source]) -> bool | None:
    """Tell whether the first of two things compared in a part of a claim has the larger figure, or None.

    Only where the sources give one figure for each, in the same unit.
    """
    compared = _THAN.search(part)
    if not compared:
        return None
    place = split_terms(sources[0].document.meta.place)
    left, right = (split_terms(_MEASURED.sub("", compared[side])) - place for side in ("left", "right"))
    for source in sources:
        for row in read_rows(source.words):
            first, second = (_find_named(row, thing) for thing in (left, right))
            if first and second and first.measures_like(second) and first.value != second.value:
                return first.value > second.value
    placed = [one for source in sources for one in place_figures(source.words)]
    ranked = [
        (
            _share(left, split_terms(one.words)) + _share(right, split_terms(other.words)),
            one.figure.value > other.figure.value,
        )
        for one, other in permutations(placed, 2)
        if one.figure.measures_like(other.figure)
        and one.figure.value != other.figure.value
        and _share(left, split_terms(one.words)) >= ABOUT_IT
        and _share(right, split_terms(other.words)) >= ABOUT_IT
    ]
    return max(ranked)[1] if ranked else None


def _find_named(row: Row, thing: Set[str]) -> ClaimFigure | None:
    """Return the figure of the one thing of `row` that is named."""
    named = [figure for name, figure in zip(row.names, row.figures, strict=True) if name & thing]
    return named[0] if len(named) == 1 else None


def _share(thing: Set[str], terms: Set[str]) -> float:
    return len(thing & terms) / len(thing) if thing else 0.0
