"""Reads the indicators of a report: every figure that says how much of something was or shall be."""

from __future__ import annotations

from collections.abc import Iterator

from index.language.text import join_lines_with_offsets
from index.retrieval.segment import clauses_of
from index.structure.dating import Calendar
from index.types import IndexedDocument, Passage, Period, PeriodKind, Role, Span
from rag.indicators.clauses import SentenceReader
from rag.indicators.types import Indicator
from rag.indicators.vocabulary import DECLINE
from rag.quotation import trim_quote

_STATED = (PeriodKind.DONE, PeriodKind.PLANNED)


def find_indicators(indexed: IndexedDocument) -> tuple[Indicator, ...]:
    """Return the indicators of a report in reading order.

    Only what is reported as done or planned counts. A figure whose subject is not plain is left out: a list
    with a wrong name in it is worse than one with a line less.
    """
    calendar = Calendar(indexed.document.meta.year)
    text = indexed.for_reading().document.text
    return tuple(
        indicator
        for passage in indexed.structure.passages
        if passage.role is Role.BODY and passage.period.kind in _STATED
        for indicator in _read_passage(passage, text, calendar)
    )


def _read_passage(passage: Passage, text: str, calendar: Calendar) -> Iterator[Indicator]:
    reader = SentenceReader()
    period = passage.period
    for clause in clauses_of(passage):
        span = trim_quote(text, clause)
        words, offsets = join_lines_with_offsets(span.of(text))
        period = _date(words, period, calendar)
        for statement in reader.read_clause(words):
            amount = statement.amount
            yield Indicator(
                document=passage.document,
                name=statement.name,
                change=statement.change,
                value=amount.text,
                number=-amount.number if DECLINE.search(statement.change) else amount.number,
                unit=amount.unit,
                period=period,
                span=span,
                figure=Span(
                    span.start + offsets[amount.span.start], span.start + offsets[amount.span.end - 1] + 1
                ),
                section=passage.section,
            )


def _date(clause: str, around: Period, calendar: Calendar) -> Period:
    """Return the period of a clause: the one it names itself, else the one of the words before it."""
    cued = calendar.cued(clause.strip(), around)
    return cued if cued is not None and cued.kind in _STATED else around
