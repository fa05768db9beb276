"""Years, plans and amounts of an English question, written as a Chinese report writes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal

from index.language.numerals import to_numeral

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

_MONTHS = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october"]
_MONTHS += ["november", "december"]
_NTH = {"first": 1, "second": 2, "third": 3, "fourth": 4, "q1": 1, "q2": 2, "q3": 3, "q4": 4}
_QUARTERS = ("first", "second", "third", "fourth")
_SHIFTED = {"past": "过去", "last": "过去", "previous": "过去", "preceding": "过去"}
_SHIFTED |= {"next": "今后", "coming": "今后", "following": "今后", "upcoming": "今后"}
_YEAR_WORDS = {
    "last": "去年",
    "past": "去年",
    "previous": "去年",
    "prior": "去年",
    "this": "今年",
    "current": "今年",
}
_YEAR_WORDS |= {"present": "今年", "coming": "今年", "next": "明年", "following": "明年"}


def _any(words: Iterable[str]) -> str:
    return "|".join(words)


_IN = (
    r"(?:\b(?:in|for|during|over|throughout|of|within|since|as of|at|on)\s+)?"
    r"(?:\b(?:the|a)\s+)?(?:\b(?:end|whole) of\s+)?"
)
_FOUR = r"(?<![\d.,])(?:19|20)\d\d(?![\d.,]\d)"
_NUMBER = rf"\d{{1,2}}|{_any(_CARDINALS[1:])}"
_TIME = re.compile(
    rf"""
    {_IN}(?P<end>\b(?:end|close)\ of\ (?:the\ )?)?
      \b(?:(?P<number>\d+)(?:st|nd|rd|th)|(?P<ordinal>{_any(_ORDINALS)}))
      [\s-]+five[\s-]?year[\s-]+plan(?:[\s-]+period)?\b
  | (?:\bfrom\s+|\b(?P<between>between)\s+)?(?P<first>{_FOUR})
      \s*(?:[-–—]|to|through|until|(?(between)and|(?!)))\s*(?P<last>{_FOUR})
  | \bsince\s+(?P<since>{_FOUR})
  | \bby\ (?:the\ )?(?:end\ of\ |year\ )?(?P<by>{_FOUR})
  | {_IN}(?:(?P<half>first|second)\ half|(?P<quarter>{_any(_QUARTERS)})\ quarter|\b(?P<q>q[1-4])
      |first\ (?P<quarters>two|three)\ quarters|(?<=in\ )(?P<month>{_any(_MONTHS)}))
      (?:,?\s+(?:of\s+)?(?:(?P<of_year>{_FOUR})|(?P<of_relative>last|this|next)\ year))?\b
  | {_IN}(?:\b(?:end\ of|year)\s+)?(?P<year>{_FOUR})(?:'s)?\b
  | {_IN}(?P<shifted>{_any(_SHIFTED)})\ (?P<years>{_NUMBER}|few|several)\ years\b
  | (?:\bin\ )?\brecent\ (?P<recent>years)\b
  | {_IN}(?P<before>year\ before\ last)\b
  | {_IN}(?P<bare>five\ years)\b
  | {_IN}\b(?P<relative>{_any(_YEAR_WORDS)})\ year(?:'s)?\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_BY_END = re.compile(r"\bby (?=(?:the )?(?:end|close) of\b(?! (?:19|20)\d\d))", re.IGNORECASE)
_SCALES = {"": 1, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_AMOUNT = re.compile(
    r"(?<!\d)(?P<number>\d++(?:,\d{3})*(?:\.\d+)?)[\s-]*(?P<scale>(?:hundred |ten )?"
    rf"(?:{_any(word for word in _SCALES if word)}))?\b",
    re.IGNORECASE,
)
_TIMES = {"ten": 10, "hundred": 100}
_WAN, _YI = 10**4, 10**8


def take_periods(question: str) -> tuple[list[str], str]:
    """Return the times that an English question names, in Chinese and in order, and the rest of it."""
    found: list[str] = []

    def take(match: re.Match[str]) -> str:
        found.append(_name_time(match))
        return " " * len(match.group())

    rest = _TIME.sub(take, _BY_END.sub("at ", question))
    return found, rest


def _name_time(match: re.Match[str]) -> str:
    """Return the Chinese of a time: the one grammar (index.language.periods) reads it."""
    named = {name: words.lower() for name, words in match.groupdict().items() if words}
    match named:
        case {"number": number}:
            return f"“{to_numeral(int(number))}五”{'末' if 'end' in named else '期间'}"
        case {"ordinal": ordinal}:
            return f"“{to_numeral(_ORDINALS[ordinal])}五”{'末' if 'end' in named else '期间'}"
        case {"first": first, "last": last}:
            return f"{first}—{last}年"
        case {"since": year}:
            return f"{year}年以来"
        case {"by": year}:
            return f"到{year}年"
        case {"year": year}:
            return f"{year}年"
        case {"shifted": side, "years": count}:
            number = int(count) if count.isdecimal() else read_cardinal(count)
            return f"{_SHIFTED[side]}{to_numeral(number) if number else '几'}年"
        case {"recent": _}:
            return "近年来"
        case {"before": _}:
            return "前年"
        case {"bare": _}:
            return "五年来"
        case {"relative": word}:
            return _YEAR_WORDS[word]
    year = (
        f"{named['of_year']}年" if "of_year" in named else _YEAR_WORDS.get(named.get("of_relative", ""), "")
    )
    return year + _name_part(named)


def _name_part(named: Mapping[str, str]) -> str:
    match named:
        case {"half": half}:
            return "上半年" if half == "first" else "下半年"
        case {"quarters": count}:
            return f"前{to_numeral(read_cardinal(count) or 0)}季度"
        case {"month": month}:
            return f"{_MONTHS.index(month) + 1}月"
    return f"{to_numeral(_NTH[named.get('quarter') or named['q']])}季度"


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
