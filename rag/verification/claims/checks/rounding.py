"""Figures of a claim that round one of its sources: 22015万元 is 超过2.2亿元, 79% is 近八成."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from rag.verification.claims.numbers import ClaimFigure

ALMOST = Decimal("0.3")
"""From this share of the last digit below a round number on a figure is “nearly” it."""
_HALF = Decimal("0.5")


def is_rounded(figure: ClaimFigure, stated: Iterable[ClaimFigure]) -> bool:
    """Tell whether `figure` says with its one hedge no more than an exact one of those `stated` bears out."""
    return bool(figure.hedges) and any(
        rounds(figure, exact.value) for exact in stated if not exact.hedges and exact.measures_like(figure)
    )


def rounds(figure: ClaimFigure, exact: Decimal) -> bool:
    """Tell whether `figure`, its hedge included, is `exact` with fewer digits."""
    if len(figure.hedges) > 1 or not figure.number:
        return False
    value, step = figure.value, _last_digit(figure.number) * figure.value / figure.number
    match next(iter(figure.hedges), ""):
        case "":
            return abs(value - exact) <= step * _HALF
        case "over" | "at_least":
            return value < exact < value + step
        case "nearly":
            return value - step * ALMOST <= exact < value
        case "about":
            return 0 < abs(value - exact) <= step * _HALF
        case _:
            return False


def _last_digit(number: Decimal) -> Decimal:
    """Return what one of the last digit of `number` is worth that is not nought: 10 of 80, 0.1 of 2.2."""
    exponent = number.normalize().as_tuple().exponent
    return Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)
