"""Which of two things a claim says is more, told by the figures that its sources give for them."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from itertools import permutations

from index.language.figures import Figure
from rag.evidence.term_weights import split_terms
from rag.verification.claims.checks.polarity import compares
from rag.verification.claims.checks.respective import Row, read_rows
from rag.verification.claims.checks.subjects import place_figures
from rag.verification.claims.claim import Claim
from rag.verification.claims.numbers import read_figures
from rag.verification.claims.sources import Source

ABOUT_IT = 0.5
"""Words around a figure that cover what is compared to this share are about it."""
_PAIR = 2
_THAN = re.compile(
    r"(?<![^,;。])(?P<left>[^,;。]{2,}?)(?:(?:高|快|多|大|优|低|慢|少|小|落后)于|不及|比(?!例|重))(?P<right>[^,;。\d]{2,})"
)
_MEASURED = re.compile(r"的?(?:年均|平均)?(?:增速|增幅|增长率|降幅|水平|规模|数量)?$")


def find_fall(claim: Claim, part: int, sources: Sequence[Source]) -> bool | None:
    """Tell whether what a part of a claim sets side by side falls from first to last, or None.

    It may set figures side by side, or things of which only the sources give the figures.
    """
    falls = _compare_figures(claim, part, sources)
    return _compare_things(claim.segments[part].words, sources) if falls is None else falls


def _compare_figures(claim: Claim, part: int, sources: Sequence[Source]) -> bool | None:
    """Compare the two figures of a part, its only one with the last before it, or the only two there are."""
    if len(sources) < _PAIR and not compares(claim.written):
        return None
    stated = [figure for source in sources for figure in source.figures]
    parts = [
        [figure for figure in read_figures(words) if any(claim.equates(figure, other) for other in stated)]
        for words in (segment.words for segment in claim.segments)
    ]
    own = parts[part]
    before = [figure for figures in parts[:part] for figure in figures]
    if len(own) == 1 and compares(claim.segments[part].written):
        own = [*(figure for figure in before if figure.measures_like(own[0]))][-1:] + own
    if len(own) != _PAIR:
        own = [figure for figures in parts for figure in figures]
    if len(own) != _PAIR or not own[0].measures_like(own[1]):
        return None
    return own[0].value > own[1].value


def _compare_things(part: str, sources: Sequence[Source]) -> bool | None:
    """Compare two things by the figures that the sources give for them in the same unit."""
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


def _find_named(row: Row, thing: Set[str]) -> Figure | None:
    """Return the figure of the one thing of `row` that is named."""
    named = [figure for name, figure in zip(row.names, row.figures, strict=True) if name & thing]
    return named[0] if len(named) == 1 else None


def _share(thing: Set[str], terms: Set[str]) -> float:
    return len(thing & terms) / len(thing) if thing else 0.0
