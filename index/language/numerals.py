"""Chinese numerals from one to ninety-nine, as headings and five-year plans count."""

from __future__ import annotations

__all__ = ["NUMERAL", "from_numeral", "to_numeral"]

_DIGITS = "一二三四五六七八九"

NUMERAL = f"(?:[{_DIGITS}]?十[{_DIGITS}]?|[{_DIGITS}])"
"""A regular expression for one numeral, without a group."""


def from_numeral(numeral: str) -> int:
    """Return the number that a match of NUMERAL, or a row of decimal digits, stands for."""
    if numeral.isdecimal():
        return int(numeral)
    tens, ten, units = numeral.rpartition("十")
    number = _DIGITS.find(units) + 1 if units else 0
    if ten:
        number += 10 * (_DIGITS.find(tens) + 1 if tens else 1)
    return number


def to_numeral(number: int) -> str:
    """Return the numeral of `number`, which is between 1 and 99."""
    tens, units = divmod(number, 10)
    return (
        (_DIGITS[tens - 1] if tens > 1 else "")
        + ("十" if tens else "")
        + (_DIGITS[units - 1] if units else "")
    )
