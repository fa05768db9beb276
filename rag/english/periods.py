"""Years, plans and amounts of an English question, written as a Chinese report writes them."""

from __future__ import annotations

import re
from decimal import Decimal

_DIGITS = "零一二三四五六七八九"
_ORDINALS = {
    "eighth": 8,
    "ninth": 9,
    "tenth": 10,
    "eleventh": 11,
    "twelfth": 12,
    "thirteenth": 13,
    "fourteenth": 14,
    "fifteenth": 15,
    "sixteenth": 16,
}
_CARDINALS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
]
_TENS = {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}

_IN = r"(?:\b(?:in|for|during|over|throughout|of|within|since|as of|at|on)\s+)?(?:\b(?:the|a)\s+)?"
_PLAN = re.compile(
    rf"{_IN}(?P<end>\b(?:end|close) of (?:the )?)?\b(?:(?P<number>\d+)(?:st|nd|rd|th)|"
    rf"(?P<word>{'|'.join(_ORDINALS)}))"
    r"[\s-]+five[\s-]?year[\s-]+plan(?:[\s-]+period)?\b",
    re.IGNORECASE,
)
_BY_END = re.compile(r"\bby (?=(?:the )?(?:end|close) of\b)", re.IGNORECASE)
_BY_YEAR = re.compile(r"\bby (?:the )?(?:end of |year )?(?P<year>(?:19|20)\d\d)\b", re.IGNORECASE)
_YEAR = re.compile(
    rf"{_IN}(?:\b(?:end of|year|whole of)\s+)?(?<![\d.,])(?P<year>(?:19|20)\d\d)(?![\d.,]\d)(?:'s)?\b",
    re.IGNORECASE,
)
_RELATIVE = (
    (re.compile(rf"{_IN}\b(?:past|last|previous|preceding) five years\b", re.IGNORECASE), "过去五年"),
    (re.compile(rf"{_IN}\b(?:next|coming|following|upcoming) five years\b", re.IGNORECASE), "今后五年"),
    (re.compile(rf"{_IN}\bfive years\b", re.IGNORECASE), "五年来"),
    (re.compile(rf"{_IN}\b(?:last|past|previous|prior) year(?:'s)?\b", re.IGNORECASE), "去年"),
    (re.compile(rf"{_IN}\b(?:this|current|present|coming) year(?:'s)?\b", re.IGNORECASE), "今年"),
    (re.compile(rf"{_IN}\b(?:next|following) year(?:'s)?\b", re.IGNORECASE), "明年"),
)
_AMOUNT = re.compile(
    r"(?<!\d)(?P<number>\d++(?:,\d{3})*(?:\.\d+)?)[\s-]*(?P<scale>(?:hundred |ten )?(?:thousand|million|"
    r"billion|trillion))?\b",
    re.IGNORECASE,
)
_SCALES = {"": 1, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_TIMES = {"ten": 10, "hundred": 100}
_WAN, _YI = 10**4, 10**8


def take_periods(question: str) -> tuple[list[str], str]:
    """Return the periods that an English question names, in Chinese and in order, and the rest of it."""
    found: list[tuple[int, str]] = []

    def take(pattern: re.Pattern[str], text: str, chinese: str = "") -> str:
        def note(match: re.Match[str]) -> str:
            found.append((match.start(), chinese or _name_period(match)))
            return " " * len(match.group())  # the offsets of what is left stay true

        return pattern.sub(note, text)

    question = _BY_END.sub("at ", question)
    for pattern in (_PLAN, _BY_YEAR, _YEAR):
        question = take(pattern, question)
    for pattern, chinese in _RELATIVE:
        question = take(pattern, question, chinese)
    return [chinese for _, chinese in sorted(found)], question


def _name_period(match: re.Match[str]) -> str:
    groups = match.groupdict()
    if "year" in groups:
        return f"{'到' if match.re is _BY_YEAR else ''}{groups['year']}年"
    ordinal = int(groups["number"]) if groups["number"] else _ORDINALS[groups["word"].lower()]
    return f"“{to_numeral(ordinal)}五”{'末' if groups['end'] else '期间'}"


def to_numeral(number: int) -> str:
    """Return a number below 100 in Chinese characters."""
    tens, ones = divmod(number, 10)
    head = (_DIGITS[tens] if tens > 1 else "") + "十" if tens else ""
    return head + (_DIGITS[ones] if ones or not tens else "")


def read_cardinal(word: str) -> int | None:
    """Return the number that an English numeral names, below 100."""
    word = word.lower()
    return _CARDINALS.index(word) if word in _CARDINALS else _TENS.get(word)


def rewrite_amounts(question: str) -> str:
    """Return `question` with its amounts in 万 and 亿: “50 million” is 5000万, “10,000” is 1万."""
    return _AMOUNT.sub(_rewrite_amount, question)


def _rewrite_amount(match: re.Match[str]) -> str:
    value = Decimal(match["number"].replace(",", ""))
    for word in (match["scale"] or "").lower().split():
        value *= _SCALES.get(word) or _TIMES[word]
    for size, name in ((_YI, "亿"), (_WAN, "万")):
        if value >= size:
            return f"{(value / size).normalize():f}{name}"
    return f"{value:f}"
