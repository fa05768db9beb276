"""The items of an answer, and which of them a question means (“第三条”, “最后一个”, “the second one”)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.language.lexicon import compile_words
from index.language.numerals import NUMERAL, from_numeral

_NUMBERED = re.compile(rf"(?P<end>倒数)?第\s*(?P<number>\d{{1,3}}|{NUMERAL})|(?P<digits>\d{{1,3}})")
_FIRST = compile_words("conversation", "first")
_LAST = compile_words("conversation", "last")
_COUNTS = compile_words("conversation", "counts")
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_CARDINALS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ENGLISH = re.compile(r"[a-z]+", re.IGNORECASE)

_MARKERS = re.compile(r"(?:\[\d+\])+")
_LINE = re.compile(r"^(?:[-*•]\s+|\d{1,2}、)", re.MULTILINE)
_LEAD = re.compile(r"^[^\n]*[:：]$")
_INTRODUCTION = re.compile(r"^.{0,40}?[:：]")
_SIDE_BY_SIDE = re.compile(r"[;；]")
_BESIDE_NAMES = re.compile(r"[^\w“”、]")
_MARKS = "。！？!?；;，, \n"


@dataclass(frozen=True, slots=True)
class Place:
    """Which item is meant: `at` counts from 0, from the end where it is negative; None: the next one."""

    at: int | None

    def of(self, count: int, before: int | None) -> int:
        """Return which of `count` items is meant, from 0 on; there may be none, as of the ninth of six.

        `before` is the item that was asked for before this one. Of two items the next of the second is the
        first: “the other one”.
        """
        if self.at is None:
            following = 1 if before is None else before + 1
            return 0 if count == 2 == following else following
        return self.at if self.at >= 0 else count + self.at


def read_items(answer: str) -> tuple[str, ...]:
    """Return the items of an answer as it was shown: its lines, its sentences, or what one sentence lists."""
    lines = [line for line in answer.splitlines() if line.strip() and not _LEAD.match(line)]
    rows = [_LINE.sub("", line) for line in lines if _LINE.match(line)] or _MARKERS.split("\n".join(lines))
    items = tuple(bare for row in rows if (bare := _MARKERS.sub("", row).strip(_MARKS)))
    if len(items) != 1:
        return items
    words = _INTRODUCTION.sub("", items[0]) or items[0]
    pieces = tuple(bare for piece in _SIDE_BY_SIDE.split(words) if (bare := piece.strip(_MARKS)))
    if len(pieces) > 1:
        return pieces
    names = max(_BESIDE_NAMES.split(words), key=lambda run: run.count("、")).strip("、")
    return tuple(names.split("、")) if "、" in names else items


def read_place(question: str) -> Place:
    """Return which item a normalised question means that is about one."""
    if found := _NUMBERED.search(question):
        words = found["number"] or found["digits"]
        number = int(words) if words.isascii() else from_numeral(words)
        return Place(-number if found["end"] else number - 1)
    if _LAST.search(question):
        return Place(-1)
    words = [word.lower() for word in _ENGLISH.findall(question)]
    for names in (_ORDINALS, _CARDINALS if _COUNTS.search(question) else ()):
        for at, name in enumerate(names):
            if name in words:
                return Place(at)
    return Place(0) if _FIRST.search(question) else Place(None)
