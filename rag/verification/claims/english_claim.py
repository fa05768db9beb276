"""An English claim about Chinese words, put into their terms part by part."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from index.language.lexicon import alternatives, compile_words
from rag.question.english.dates import read_cardinal, take_periods
from rag.question.english.items import Kind, find_items

_LEAD = re.compile(
    r"^(?:[a-z ]{0,16}\b)?th(?:e|is) (?:government )?(?:work )?report,?\s*"
    rf"(?:{alternatives('claims', 'says')}(?: that)?\s*)?|"
    rf"^{alternatives('claims', 'connective')},?\s*",
    re.IGNORECASE,
)
_PARTS = re.compile(r"[,;:.!?()]+(?!\d)|\b(?:while|whereas|but|which)\b", re.IGNORECASE)
_HEDGES = (
    (r"(?:about|around|approximately|roughly|some)", "", "左右"),
    (r"(?:nearly|almost|close to|just under)", "近", ""),
    (r"(?:more than|over|above|exceeding|exceeds?|upwards of)", "超过", ""),
    (r"(?:at least|no (?:less|fewer) than|not (?:less|fewer) than)", "", "以上"),
    (r"(?:at most|no more than|not more than|within|up to|below|under)", "", "以内"),
)
_AFTER = ((r"or (?:more|above|higher)", "以上"), (r"or (?:less|below|fewer)", "以内"), (r"or so", "左右"))
_UNITS = (
    (r"per ?cent(?:age)? points?|percentage points?", "个百分点"),
    (r"%|per ?cent", "%"),
    (r"(?:rmb|cny)?\s*yuan(?: rmb)?|rmb", "元"),
    (r"mu\b", "亩"),
    (r"(?:metric )?(?:tons?|tonnes?)\b", "吨"),
    (r"square (?:kilomet(?:er|re)s?|km)\b", "平方公里"),
    (r"square met(?:er|re)s?\b", "平方米"),
    (r"cubic met(?:er|re)s?\b", "立方米"),
    (r"(?:kilomet(?:er|re)s?|km)\b", "公里"),
    (r"(?:kilograms?|kg)\b", "公斤"),
    (r"hectares?\b", "公顷"),
    (r"households?\b|families\b", "户"),
    (r"(?:working|business) days?\b", "个工作日"),
    (r"(?:people|persons?|residents|workers|members|personnel|jobs|students|teachers|passengers)\b", "人"),
    (r"(?:enterprises|companies|firms|businesses)\b", "家"),
)
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_NUMBER = re.compile(
    rf"(?P<hedge>\b(?:{'|'.join(words for words, _, _ in _HEDGES)})\s+)?(?:a (?:total|further) (?:of )?)?"
    rf"(?P<number>\d[\d,]*(?:\.\d+)?)[\s-]*(?P<scale>{'|'.join(_SCALES)})?\s*"
    rf"(?P<unit>{'|'.join(words for words, _ in _UNITS)})?"
    rf"(?:\s*(?P<after>{'|'.join(words for words, _ in _AFTER)})\b)?"
    r"(?P<ordinal>(?:st|nd|rd|th)\b)?",
    re.IGNORECASE,
)
_WORD_NUMBER = re.compile(r"\b[a-z]{3,9}(?:-[a-z]{3,5})?\b", re.IGNORECASE)
_PINYIN = re.compile(r"(?:[b-df-hj-np-tw-z]h?[aeiou]{1,3}(?:ng?)?){2,}", re.IGNORECASE)
"""A word that may be two syllables of pinyin, or more."""
_ADMINISTRATIVE = compile_words("claims", "administrative")
_ANY = "个"
"""What counts things whose name comes after: in English nothing tells which."""
_WAN, _YI = 10**4, 10**8


@dataclass(frozen=True, slots=True)
class EnglishPart:
    """A part of a claim between two marks: its words, the terms of the sources, and what nothing explains."""

    words: str
    chinese: str
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EnglishClaim:
    """An English claim: the periods it names, in Chinese; its parts."""

    periods: tuple[str, ...]
    parts: tuple[EnglishPart, ...]

    @property
    def chinese(self) -> str:
        """The parts in the terms of the sources."""
        return ",".join(part.chinese for part in self.parts)


def read_english(claim: str, support: str) -> EnglishClaim:
    """Read an English `claim`; of what an English word may stand for, what `support` writes is taken."""
    text = _LEAD.sub("", claim.replace("’", "'"))
    periods, text = take_periods(text)
    text = _NUMBER.sub(_rewrite, _WORD_NUMBER.sub(_to_digits, text))
    parts = tuple(_read_part(part, support) for part in _PARTS.split(text) if part.strip())
    return EnglishClaim(tuple(periods), parts)


def is_name(word: str, *, first: bool) -> bool:
    """Tell whether a word that nothing explains is a name; the `first` of a sentence is when it is pinyin."""
    return word[0].isupper() and (not first or bool(_PINYIN.fullmatch(word)))


def _read_part(words: str, support: str) -> EnglishPart:
    items = list(find_items(words, support))
    unknown = tuple(item.text.strip() for item in items if item.kind is Kind.UNKNOWN)
    chinese = "".join(item.text for item in items if item.kind is not Kind.UNKNOWN)
    return EnglishPart(words, chinese, tuple(word for word in unknown if not _ADMINISTRATIVE.fullmatch(word)))


def _to_digits(match: re.Match[str]) -> str:
    """Return a numeral from two on in digits; “one” is no number in English."""
    numbers = [read_cardinal(word) for word in match.group().split("-")]
    value = sum(number or 0 for number in numbers)
    return str(value) if all(numbers) and value > 1 else match.group()


def _rewrite(match: re.Match[str]) -> str:
    """Return an English amount as a Chinese report writes it: “nearly 30 million yuan” is 近3000万元."""
    if match["ordinal"]:
        return f"{match['number']}"
    value = Decimal(match["number"].replace(",", "")) * _SCALES.get((match["scale"] or "").lower(), 1)
    size, scale = (_YI, "亿") if value >= _YI else (_WAN, "万") if value >= _WAN else (1, "")
    before, after = _find_hedge(match)
    unit = next(
        (
            chinese
            for words, chinese in _UNITS
            if match["unit"] and re.fullmatch(words, match["unit"].strip(), re.IGNORECASE)
        ),
        _ANY,
    )
    return f" {before}{(value / size).normalize():f}{scale}{unit}{after} "


def _find_hedge(match: re.Match[str]) -> tuple[str, str]:
    hedge, after = (match["hedge"] or "").strip(), (match["after"] or "").strip()
    for words, left, right in _HEDGES:
        if hedge and re.fullmatch(words, hedge, re.IGNORECASE):
            return left, right
    return "", next(
        (right for words, right in _AFTER if after and re.fullmatch(words, after, re.IGNORECASE)), ""
    )
