"""What a claim rests on: quoted words with their headings and period, prepared for comparison."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from index.language.figures import Figure
from index.language.text import join_lines, normalise_question
from index.types import Document, Passage, PeriodKind, Span
from rag.question.scope import PeriodMention, ends_period, find_periods, matches_period, remove_periods
from rag.verification.claims.claim import SEGMENT_MARKS
from rag.verification.claims.numbers import read_figures, write_digits

_NUMBERING = re.compile(r"^\W*[一二三四五六七八九十\d]+\s*[)、.．]\s*")


@dataclass(frozen=True)
class Source:
    """Words of `passage` of `document` at `span`, which a claim may repeat in other words."""

    document: Document
    passage: Passage
    span: Span

    @cached_property
    def words(self) -> str:
        """The words, normalised as a question is and with digits for numerals."""
        return write_digits(self.timeless)

    @cached_property
    def timeless(self) -> str:
        """The normalised words without the periods they name."""
        text = self.literal
        return remove_periods(text, tuple(find_periods(text, self.document.meta.year)))

    @cached_property
    def literal(self) -> str:
        """The normalised words as they stand, on one line."""
        return normalise_question(join_lines(self.span.of(self.document.text)))

    @cached_property
    def place(self) -> str:
        """Where the words stand: the headings above them, normalised and without their numbers."""
        headings = (_NUMBERING.sub("", normalise_question(heading)) for heading in self.passage.section)
        return write_digits("。".join(headings))

    @cached_property
    def figures(self) -> list[Figure]:
        """The figures of the words."""
        return read_figures(self.words)

    @cached_property
    def clauses(self) -> list[str]:
        """The words between two marks, in order."""
        return [clause for clause in SEGMENT_MARKS.split(self.words) if clause]

    @property
    def kind(self) -> PeriodKind:
        """Whether the words tell of something done or planned."""
        return self.passage.period.kind

    def speaks_of(self, mention: PeriodMention) -> bool:
        """Tell whether the words speak of the period `mention`."""
        text = self.document.text
        if matches_period(self.passage, text, mention) or ends_period(self.passage, text, mention):
            return True
        if not self.passage.period.label and mention.first == mention.last:
            year = self.document.meta.year
            if mention.first in (year, year - 1):
                return True
        headings = normalise_question("。".join(self.passage.section))
        label = self.passage.period.label
        # “十三五”…和2020年回顾 says of no result which it is of; plans of one part are told together.
        where = f"{label}。{headings}" if self.kind is PeriodKind.PLANNED else label or headings
        own = [
            *find_periods(self.literal, self.document.meta.year),
            *find_periods(where, self.document.meta.year),
        ]
        return any(
            mention.label == one.label
            or (mention.first, mention.last) == (one.first, one.last)
            or (self.kind is PeriodKind.PLANNED and mention.first == mention.last == one.last)
            for one in own
        )


def join_words(sources: Sequence[Source], *, titled: bool = True) -> str:
    """Return all that the sources say, and where, as one text that claims are compared with."""
    parts = [part for source in sources for part in (source.literal, source.words)]
    return "\n".join(dict.fromkeys([*parts, join_places(sources, titled=titled)]))


def join_places(sources: Sequence[Source], *, titled: bool = True) -> str:
    """Return where the sources stand: headings, periods, the report's place and, if `titled`, its title."""
    parts: list[str] = []
    for source in sources:
        meta = source.document.meta
        title = (meta.title, meta.speaker, meta.occasion) if titled else ()
        about = normalise_question("。".join((meta.place, *title)))
        parts += [source.place, source.passage.period.label, about]
    return "\n".join(dict.fromkeys(parts))
