"""How long an answer is wished: “三句话”, “100字”, “in a few bullet points”."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.language.numerals import NUMERAL, from_numeral

MIN_CHARACTERS = 40
"""No wish makes an answer shorter: less holds no whole clause of a report with its lead."""
_FEW = 5
"""How many “几” and “a few” are, at most."""
_NUMBER = rf"(?P<number>(?<!\d)\d{{1,4}}|{NUMERAL}|[几两数])"
_RANGE = rf"(?:{NUMERAL}[至到、-]?)?"
_SENTENCES = re.compile(rf"{_RANGE}{_NUMBER}[句点](?:话|内容)?")
# “写三条”, not “道路31条”.
_LINES = re.compile(rf"[用分列写挑选成出]{_RANGE}{_NUMBER}条")
_CHARACTERS = re.compile(rf"(?:{NUMERAL}|[两几])?(?P<number>(?<!\d)\d{{2,4}}|(?:{NUMERAL}|[两几])百)多?个?字")
_ENGLISH = re.compile(
    r"\b(?P<number>\d{1,4}|one|two|three|four|five|six|a few|few|several|some) (?:short |bullet |key |main )*"
    r"(?P<unit>sentences?|points?|bullets?|words?)\b",
    re.IGNORECASE,
)
_BULLETS = re.compile(r"分[点条]|列[出举表]|要点|bullet", re.IGNORECASE)
_UNNAMED = re.compile(r"\?P<\w+>")
_WISHES = re.compile(
    r"(?:请?[用以])?(?:"
    + "|".join(_UNNAMED.sub("?:", one.pattern) for one in (_CHARACTERS, _SENTENCES, _LINES))
    + r")(?:以内|之内|左右|来)?|分[点条](?:列[出举])?",
)
_ENGLISH_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_VAGUE = ("a few", "few", "several", "some")
"""“A few bullet points” asks for a list, not for a short one."""
_CHARACTERS_A_WORD = 2
"""Chinese characters that say as much as one English word, roughly."""
_HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Length:
    """What a question wishes: None and False where it wishes nothing."""

    characters: int | None = None
    sentences: int | None = None
    bullets: bool = False


def read_length(question: str) -> Length:
    """Read how long the answer to a normalised question is wished."""
    characters, sentences = None, None
    if found := _CHARACTERS.search(question):
        characters = _read(found["number"])
    elif found := _SENTENCES.search(question) or _LINES.search(question):
        sentences = _read(found["number"])
    elif found := _ENGLISH.search(question):
        number = _ENGLISH_NUMBERS.get(found["number"].lower()) or _read(found["number"])
        if found["unit"].lower().startswith("word"):
            characters = _CHARACTERS_A_WORD * number
        elif found["unit"].lower().startswith("sentence") or found["number"].lower() not in _VAGUE:
            sentences = number
    if characters is not None:
        characters = max(characters, MIN_CHARACTERS)
    return Length(characters, sentences, bool(_BULLETS.search(question)))


def remove_length(question: str) -> str:
    """Return `question` without the words that only wish how long the answer shall be (“用三句话”)."""
    return _WISHES.sub("", question)


def _read(number: str) -> int:
    if number.isascii() and number.isdigit():
        return max(1, int(number))
    if number.endswith("百"):
        return _HUNDRED * _read(number.removesuffix("百"))
    if number == "两":
        return 2
    return from_numeral(number) if re.fullmatch(NUMERAL, number) else _FEW
