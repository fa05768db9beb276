"""Arithmetic that an answer shows (“85% − 64.4% = 20.6个百分点”), computed again from what it cites."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from index.language.figures import ABOUT, Figure, find_figures, subtract

OPERATION = re.compile(
    r"\(?(?P<left>−?[\d.]{1,20}+)(?P<left_unit>[^\d\s()]{1,12})\)? (?P<sign>[−><=]) "
    r"\(?(?P<right>−?[\d.]{1,20}+)(?P<right_unit>[^\d\s。()]{1,12})\)?"
    r"(?: = (?P<result>−?[\d.]{1,20}+)(?P<result_unit>[^\d\s。]{1,12}))?"
)
_DIFFERENCE = "−"


def is_true(operation: re.Match[str], quotes: list[str]) -> bool:
    """Recompute shown arithmetic; its operands have to be two figures of the quotes, sign, unit and all.

    A rate of decline counts as negative, unless two declines are set side by side.
    """
    if operation.group().count("(") != operation.group().count(")"):
        return False
    figures = [figure for quote in quotes for figure in find_figures(quote)]
    shown = _read_number(operation["result"])
    for left in _find_operands(operation, "left", figures):
        for right in _find_operands(operation, "right", figures):
            if left is not right and _follows(operation, left, right, shown):
                return True
    return False


def _follows(operation: re.Match[str], left: Figure, right: Figure, shown: Decimal | None) -> bool:
    """Tell whether what `operation` shows of `left` and `right` is so, `shown` its result."""
    if left.unit != right.unit or not (left.is_exact and right.is_exact):
        return False
    one, other = _read_number(operation["left"]), _read_number(operation["right"])
    signed = left.is_percentage and (one, other) == (_sign(left), _sign(right))
    if not signed and ((one, other) != (left.number, right.number) or not _go_one_way(left, right)):
        return False
    if operation["sign"] != _DIFFERENCE:
        first, second = (left.change, right.change) if signed else (left.value, right.value)
        compared = (first > second) - (first < second)
        return operation["result"] is None and {">": 1, "<": -1, "=": 0}[operation["sign"]] == compared
    unit = "个百分点" if left.is_percentage else right.scale + right.unit
    about = ABOUT if ABOUT in (left.hedge, right.hedge) else ""
    return operation["result_unit"] == unit + about and shown == subtract(left, right, signed=signed)


def _sign(figure: Figure) -> Decimal:
    """Return the number of `figure` with the sign of its verb."""
    return -figure.number if figure.falls else figure.number


def _go_one_way(left: Figure, right: Figure) -> bool:
    """Tell whether two figures can be set side by side as they are printed."""
    return not left.is_percentage or left.falls is right.falls


def _read_number(shown: str | None) -> Decimal | None:
    try:
        return Decimal(shown.replace("−", "-")) if shown else None
    except InvalidOperation:
        return None


def gives_operand(operation: re.Match[str], quote: str) -> bool:
    """Tell whether `quote` has a figure that `operation` shows."""
    figures = list(find_figures(quote))
    return any(_find_operands(operation, side, figures) for side in ("left", "right"))


def _find_operands(operation: re.Match[str], side: str, figures: list[Figure]) -> list[Figure]:
    """Return the `figures` that one side of `operation` shows."""
    number, unit = _read_number(operation[side]), operation[f"{side}_unit"]
    return [
        figure
        for figure in figures
        if number in (figure.number, _sign(figure)) and figure.scale + figure.unit + figure.hedge == unit
    ]
