"""What a claim rests on: quoted words with their headings and period, prepared for comparison."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from index.language.figures import Figure
from index.language.periods import Time, Unresolved, find_periods, find_times, remove_times
from index.language.text import join_lines, normalise_question
from index.types import Document, Passage, PeriodKind, Span
from rag.question.scope import ends_period, matches_period
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
        return remove_times(self.literal, find_times(self.literal, self.document.meta.year))

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

    def speaks_of(self, time: Time) -> bool:
        """Tell whether the words speak of `time`."""
        year = self.document.meta.year
        headings = normalise_question("。".join(self.passage.section))
        label = self.passage.period.label
        if isinstance(time, Unresolved) or time.part:
            named = find_times(f"{self.literal}。{headings}", year)
            said = any(
                time.label == one.label or (time.part and one.part.startswith(time.part)) for one in named
            )
            if isinstance(time, Unresolved) or not said:
                return said
        if matches_period(self.passage, self.document, time) or ends_period(
            self.passage, self.document, time
        ):
            return True
        if not label and time.first == time.last and time.first in (year, year - 1):
            return True
        # “十三五”…和2020年回顾 says of no result which it is of; plans of one part are told together.
        where = f"{label}。{headings}" if self.kind is PeriodKind.PLANNED else label or headings
        return any(
            time.years == one.years
            or (self.kind is PeriodKind.PLANNED and time.first == time.last == one.last)
            for one in find_periods(f"{self.literal}。{where}", year)
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
