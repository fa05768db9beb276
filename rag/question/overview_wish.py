"""Of what a question asks for an overview: the whole report, a time, a part or a section."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.language.numerals import NUMERAL, from_numeral
from index.language.periods import PeriodMention
from index.types import IndexedDocument, PeriodKind, Section
from rag.evidence.term_weights import split_terms
from rag.question.intent import MOSTLY
from rag.question.scope import Scope
from rag.question.topic_words import Topic
from rag.question.wants import OPEN, Want, Wants

NAMED = 0.7
"""The share of its terms by which a heading and what is left of a question have to agree, both ways."""

_ORDINAL = re.compile(
    rf"第\s*(?P<number>\d{{1,2}}|{NUMERAL})\s*(?:个|大)*(?P<what>部分|章|篇|节|项|点|条|块|板块|方面|件|段)|"
    r"\b(?P<english>part|chapter|section|item)\s+(?P<n>\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten)\b",
    re.IGNORECASE,
)
_PARTS = frozenset(("部分", "章", "篇", "块", "板块", "part", "chapter"))
_NUMBER_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ENGLISH_NUMBERS = {word: at for at, word in enumerate(_NUMBER_WORDS, 1)}
_QUOTED = re.compile(r"[“\"《](?!十)")
_NUMBERING = re.compile(
    rf"^(?:第?(?P<ordinal>{NUMERAL})(?:部分|章|篇)?(?:[、.．：:，,]|是|要)|[（(]\s*(?P<bracketed>{NUMERAL}|\d{{1,2}})\s*[）)]、?|"
    r"(?P<digits>\d{1,2})\s*[.．、])\s*"
)


@dataclass(frozen=True, slots=True)
class OverviewWish:
    """What an overview is asked of: `section`, else `periods`, else what is planned or done, else all."""

    section: Section | None = None
    periods: tuple[PeriodMention, ...] = ()
    kind: PeriodKind | None = None


def read_overview(
    question: str, report: IndexedDocument, scope: Scope, topic: Topic, wants: Wants
) -> OverviewWish | None:
    """Return of what a normalised question asks for an overview, or None where it asks for something else.

    A part or a section is meant where it is named by its number or by its heading; else a time or the whole.
    """
    numbered = _ORDINAL.search(question)
    if numbered and not topic.quoted and wants.of(Want.OVERVIEW, *OPEN) > wants.of(Want.OUTLINE):
        section = _find_ordinal(numbered, scope, report)
        if section or wants.of(Want.OVERVIEW) >= MOSTLY:
            return OverviewWish(section) if section else None  # a part that is not there
    named = _find_named(topic, report.structure.outline)
    if named and (
        wants.best in (Want.OVERVIEW, Want.OUTLINE)
        or (wants.best in OPEN and _NUMBERING.sub("", named.heading) in question)
    ):
        return OverviewWish(named)
    all_of_it = wants.best in (Want.THEME, Want.SITUATION) and not topic.words
    if _QUOTED.search(question) or (wants.of(Want.OVERVIEW) < MOSTLY and not all_of_it):
        return None  # what is quoted is what is asked about
    kind = None if scope.planned is None else PeriodKind.PLANNED if scope.planned else PeriodKind.DONE
    return OverviewWish(None, scope.periods, None if scope.periods else kind)


def number_of(heading: str) -> int | None:
    """Return the number that a heading begins with, or None."""
    match = _NUMBERING.match(heading)
    found = match and (match["ordinal"] or match["bracketed"] or match["digits"])
    return from_numeral(found) if found else None


def _find_ordinal(match: re.Match[str], scope: Scope, report: IndexedDocument) -> Section | None:
    """Return the part or section that a question names by its number (“第三部分”, “第七项”), or None."""
    word = match["number"] or match["n"].lower()
    number = _ENGLISH_NUMBERS.get(word) or from_numeral(word)
    what = match["what"] or match["english"].lower()
    outline = report.structure.outline
    if what in _PARTS:
        return outline[number - 1] if number <= len(outline) else None
    rows = [row for row in _find_rows(outline) if len(row) >= number]
    rows.sort(key=lambda row: _fit(row, scope.periods, scope.planned is False, report), reverse=True)
    return rows[0][number - 1] if rows else None


def _fit(
    row: Sequence[Section], periods: Sequence[PeriodMention], done: bool, report: IndexedDocument
) -> tuple[bool, bool, int]:
    """Return how likely a numbered row is meant: of the time asked for, else of what is planned this year."""
    inside = [
        passage.period
        for passage in report.structure.passages
        if row[0].start <= passage.span.start < row[-1].end
    ]
    labels = {mention.label for mention in periods}
    wanted = PeriodKind.DONE if done else PeriodKind.PLANNED
    year = f"{report.document.meta.year}年"
    return (
        2 * sum(period.label in labels for period in inside) > len(inside),
        2 * sum(period.kind is wanted and (done or period.label == year) for period in inside) > len(inside),
        len(row),
    )


def _find_rows(outline: Sequence[Section]) -> Iterator[list[Section]]:
    """Yield the numbered rows of sections below the parts: a new one begins where numbering starts again."""
    for part in outline:
        row: list[Section] = []
        for section in part.children:
            number = number_of(section.heading)
            if row and number == 1:
                yield row
                row = []
            row.append(section)
        if row:
            yield row


def _find_named(topic: Topic, outline: Sequence[Section]) -> Section | None:
    """Return the section whose heading a question names, or None."""
    asked = split_terms("".join(topic.words))
    best, best_share = None, NAMED
    for section in _walk(outline):
        terms = split_terms(_NUMBERING.sub("", section.heading))
        if terms and asked:
            shared = len(terms & asked)
            share = min(shared / len(terms), shared / len(asked))
            if share >= best_share:
                best, best_share = section, share
    return best


def _walk(sections: Sequence[Section]) -> Iterator[Section]:
    for section in sections:
        yield section
        yield from _walk(section.children)
