"""Arithmetic in a claim, done again: what is shown as a sum, and what is said of two figures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import permutations

from index.language.figures import Figure, rounds
from index.language.lexicon import compile_words
from index.language.units import Kind, kinds_of

_NUMBER = r"\d++(?:,\d{3}){0,6}(?:\.\d+)?"
_MOST_OPERATORS = 12
"""As many as a sentence rests on passages (alignment.MOST_SOURCES): no sum has more operands."""
_TAIL = r"[^\d\s+\-−–×*÷/=≈()（）,;。]{0,5}"
_MINUS = "[-−–]"
_TERM = rf"(?:[(（]{_MINUS}{_NUMBER}{_TAIL}[)）]|约?{_NUMBER}{_TAIL})"
_SHOWN = re.compile(
    rf"[(（]?(?<!\d)(?P<left>(?:{_MINUS})?{_TERM}(?:\s?[+\-−–×*÷/]\s?{_TERM}){{1,{_MOST_OPERATORS}}}+)"
    rf"\s?[=≈]\s?(?P<result>{_MINUS}?{_TERM})[)）]?"
)
_FIRST = re.compile(rf"{_MINUS}?{_TERM}")
_NEXT = re.compile(rf"\s?(?P<operator>[+\-−–×*÷/])\s?(?P<term>{_TERM})")
_VALUE = re.compile(rf"(?P<minus>{_MINUS})?(?P<number>{_NUMBER})")
_ROUNDED = Decimal("0.06")
"""Half of the last digit that a share is given with, and a little."""
_PERCENT = 100

_SUM = compile_words("polarity", "sum")
_DIFFERENCE = compile_words("polarity", "difference")
_TIMES = "倍"
_ITEM_MARK = re.compile(r"[、;]|(?<=[一-鿿”])[和及与](?=[一-鿿“])")
_POINTS = frozenset(["方面", "大", "点"])
"""What reports count their own points in."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Arithmetic that a claim shows from `start` to `end`: which numbers go in, and which one comes out."""

    start: int
    end: int
    operands: tuple[Decimal, ...]
    result: Decimal
    holds: bool


def find_shown(claim: str) -> Iterator[Shown]:
    """Yield the arithmetic that `claim` shows, and whether it is right."""
    for match in _SHOWN.finditer(claim):
        first = _FIRST.match(match["left"])
        value = _read(first.group() if first else "")
        operands = [value]
        for step in _NEXT.finditer(match["left"], first.end() if first else 0):
            operands.append(_read(step["term"]))
            value = _apply(step["operator"], value, operands[-1])
        result = _read(match["result"])
        shares = (value, value * _PERCENT if "%" in match["result"] and "%" not in match["left"] else value)
        exact = not re.search(r"[×*÷/]", match["left"])
        holds = any(abs(share - result) <= (0 if exact else _ROUNDED) for share in shares)
        yield Shown(match.start(), match.end(), tuple(operands), result, holds)


def _read(term: str) -> Decimal:
    found = _VALUE.search(term)
    if not found:
        return Decimal(0)
    number = Decimal(found["number"].replace(",", ""))
    return -number if found["minus"] else number


def _apply(operator: str, left: Decimal, right: Decimal) -> Decimal:
    if operator == "+":
        return left + right
    if operator in "×*":
        return left * right
    if operator in "÷/":
        return left / right if right else Decimal(0)
    return left - right


def is_computed(figure: Figure, claim: str, operands: Sequence[Figure]) -> bool:
    """Tell whether a `figure` of a `claim` follows from its other figures, all of them of the sources.

    `operands` are those others. A result has to say of what it is one (相差, 合计), and a count has to be
    that of the things the claim lists.
    """
    if (
        (figure.unit in _POINTS or Kind.THINGS in kinds_of(figure.unit))
        and not figure.hedges
        and figure.value in (len(operands), *_count_items(claim))
    ):
        return True
    if figure.unit == _TIMES:
        return any(
            one.measures_like(other) and rounds(figure, one.value / other.value)
            for one, other in permutations(operands, 2)
            if other.value
        )
    if figure.hedges - {"about"}:
        return False
    alike = [
        operand for operand in operands if operand.measures_like(figure) or _fits_result(figure, operand)
    ]
    if _DIFFERENCE.search(claim):
        # Of several figures the two told last before the result are meant.
        before = [operand for operand in alike if operand.span.start < figure.span.start] or alike
        left, right = (before[-2:] * 2)[:2] if before else (None, None)
        if left and right and _differ_by(left, right) == figure.value:
            return _fits_result(figure, left)
    if _SUM.search(claim) and len(alike) > 1:
        return sum(operand.value for operand in alike) == figure.value and _fits_result(figure, alike[0])
    return False


def _differ_by(left: Figure, right: Figure) -> Decimal:
    """Return by how much two figures differ; rates with the signs of their verbs (增长, 下降)."""
    if left.is_percentage:
        return abs(left.change - right.change)
    return abs(left.value - right.value)


def are_stated(operands: Sequence[Decimal], stated: Sequence[Figure]) -> bool:
    """Tell whether all `operands` of shown arithmetic are figures `stated`.

    A rate of decline counts as negative, unless all that is set side by side are declines.
    """
    falls = {number for figure in stated if figure.falls for number in (figure.number, figure.value)}
    others = {
        number
        for figure in stated
        if not (figure.falls and figure.is_percentage)
        for number in (figure.number, figure.value)
    }
    signed = others | {-figure.value for figure in stated if figure.falls and figure.is_percentage}
    return signed.issuperset(operands) or falls.issuperset(operands)


def _count_items(claim: str) -> Iterator[int]:
    """Yield how many things are listed in the whole claim, and in each of its parts."""
    for part in (claim, *re.split(r"[,。!?]", claim)):
        if marks := len(_ITEM_MARK.findall(part)):
            yield marks + 1


def _fits_result(figure: Figure, operand: Figure) -> bool:
    if operand.unit == "%":  # the difference of two shares is in percentage points
        return figure.unit == "百分点"
    return figure.unit in ("", operand.unit) or figure.measures_like(operand)
