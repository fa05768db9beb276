"""Figures of a claim that round one of its sources: 22015万元 is 超过2.2亿元, 79% is 近八成."""

from __future__ import annotations

from collections.abc import Iterable

from index.language.figures import Figure, rounds


def is_rounded(figure: Figure, stated: Iterable[Figure]) -> bool:
    """Tell whether `figure` says with its one hedge no more than an exact one of those `stated` bears out."""
    return bool(figure.hedges) and any(
        rounds(figure, exact.value) for exact in stated if not exact.hedges and exact.measures_like(figure)
    )
