"""A claim taken apart: its periods, its arithmetic, and its parts in the terms of the sources."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from index.language.figures import Figure
from index.language.lexicon import alternatives
from index.language.periods import PeriodMention, Time, find_times, remove_times
from index.language.text import is_mostly_chinese, normalise_question
from index.types import Document
from rag.question.english.pinyin import read_aloud
from rag.verification.claims.checks.arithmetic import Shown, find_shown
from rag.verification.claims.english_claim import is_name, read_english
from rag.verification.claims.numbers import write_digits

_BARE = ("", "个")
"""A count of things that does not say which."""
SEGMENT_MARKS = re.compile(r"[,;:。!?]+(?!\d)|(?<=[^\d]),|[()（）]")

_LEAD = re.compile(
    rf"^(?:[根按依]?[据照])?(?:[本该]|这份)?(?:政府)?(?:工作)?{alternatives('claims', 'document')}"
    rf"(?:的?{alternatives('claims', 'told')})*,?|^{alternatives('claims', 'connective')},?",
)


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a claim between two marks: as `written`, and its `words` in the terms of the sources."""

    written: str
    words: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim ready to be checked.

    `literal` is all of it, `written` the same without its periods, `words` that in the terms of the sources,
    numerals as digits and shown arithmetic taken out. `unknown` are English words that nothing explains,
    `names` those of them that name something. An English claim counts things without a measure word.
    """

    literal: str
    written: str
    words: str
    segments: tuple[Segment, ...]
    times: tuple[Time, ...]
    shown: tuple[Shown, ...]
    unknown: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    is_english: bool = False

    @property
    def mentions(self) -> tuple[PeriodMention, ...]:
        """The times it names whose years are certain."""
        return tuple(time for time in self.times if isinstance(time, PeriodMention))

    def equates(self, figure: Figure, other: Figure) -> bool:
        """Tell whether a figure of the claim is one of its sources; English counts without measure words."""
        if figure.equals(other):
            return True
        alike = self.is_english and figure.unit in _BARE and not other.is_amount
        return alike and (figure.value, figure.hedges) == (other.value, other.hedges)


def read_claim(claim: str, document: Document, support: str) -> Claim:
    """Read a sentence about `document`; `support` is all that its sources say."""
    if is_mostly_chinese(claim):
        return _read_chinese(claim, document.meta.year)
    return _read_english(claim, document, support)


def _read_chinese(claim: str, year: int) -> Claim:
    literal = _LEAD.sub("", normalise_question(claim))
    times = find_times(literal, year)
    written = remove_times(literal, times)
    words = write_digits(written)
    shown = tuple(find_shown(words))
    words = _cut(words, shown)
    segments = (Segment(part, part) for part in SEGMENT_MARKS.split(words) if part.strip())
    return Claim(literal, written, words, tuple(segments), times, shown)


def _cut(words: str, shown: Iterable[Shown]) -> str:
    for one in sorted(shown, key=lambda one: one.start, reverse=True):
        words = words[: one.start] + words[one.end :]
    return words


def _names_place(word: str, place: str) -> bool:
    """Tell whether `word` spells a part of the report's own place."""
    return word.lower().removesuffix("'s") in "".join(read_aloud(char)[0] for char in place)


def _read_english(claim: str, document: Document, support: str) -> Claim:
    shown = tuple(find_shown(claim))
    english = read_english(_cut(claim, shown), support)
    year = document.meta.year
    place = document.meta.place
    unknown = tuple(word for part in english.parts for word in part.unknown if not _names_place(word, place))
    first_word = claim.split(maxsplit=1)[0] if claim.strip() else ""
    written = " ".join(part.words for part in english.parts)
    return Claim(
        literal=written,
        written=written,
        words=english.chinese,
        segments=tuple(Segment(part.words, part.chinese) for part in english.parts),
        times=tuple(time for period in english.periods for time in find_times(period, year)),
        shown=shown,
        unknown=unknown,
        names=tuple(word for word in unknown if is_name(word, first=word == first_word)),
        is_english=True,
    )
