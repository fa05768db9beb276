"""Points that a report counts off in running text: “…主要表现在:一是…。二是…。”, and what it has N of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.language.numerals import NUMERAL, from_numeral
from index.types import Role
from rag.composition import Draft, Quote, Statement
from rag.evidence.context import ReportContext
from rag.evidence.evidence import Evidence
from rag.messages import messages_for, tell_count
from rag.question.query import Query
from rag.question.scope import is_in_time
from rag.quotation import flatten, trim_quote
from rag.types import Kind, Language

_POINT = re.compile(rf"(?P<ordinal>{NUMERAL})(?:是|要|则)")
_FIRST = 1
# “哪三场保卫战”, “哪两个项目”: how many there are, and of what.
_COUNTED = re.compile(
    rf"[哪几](?P<count>\d+|两|{NUMERAL})[个大项场条座类种家支处所件名位](?P<head>[一-鿿]{{2,6}})[?？]?$"
)


@dataclass(frozen=True, slots=True)
class Points:
    """Points of one list: `lead` is what introduces them, `quotes` are the clauses they begin with."""

    lead: str
    quotes: tuple[Quote, ...]


def find_points(context: ReportContext) -> Iterator[Points]:
    """Yield every list of points in the report, in reading order."""
    text = context.report.document.text
    lead, quotes = "", list[Quote]()
    for passage in context.report.structure.passages:
        for clause in passage.clauses or (passage.span,):
            point = _POINT.match(clause.of(text)) if passage.role is Role.BODY else None
            ordinal = from_numeral(point["ordinal"]) if point else None
            if ordinal == _FIRST or (ordinal is None and passage.role is not Role.BODY):
                if len(quotes) > 1:
                    yield Points(lead, tuple(quotes))
                quotes = []
            if ordinal == len(quotes) + 1:
                if ordinal == _FIRST:
                    lead = text[passage.span.start : clause.start] + " ".join(passage.section)
                quotes.append(Quote(passage, trim_quote(text, clause), 1.0))
    if len(quotes) > 1:
        yield Points(lead, tuple(quotes))


def list_quotes(
    quotes: Sequence[Quote], context: ReportContext, language: Language, kind: Kind = Kind.LIST
) -> Draft:
    """State the items of a list in one sentence, with their number in `language`, each item cited."""
    text = context.report.document.text
    listed = "；".join(flatten(quote.span.of(text)) for quote in quotes)
    colon = messages_for(language).items_follow
    words = f"{tell_count(len(quotes), language)}{colon}{listed}" if len(quotes) > 1 else listed
    return Draft((Statement(words, tuple(quotes)),), kind=kind)


def read_count(question: str) -> tuple[int, str] | None:
    """Return how many things `question` asks for and what they are called, or None."""
    match = _COUNTED.search(question)
    if not match:
        return None
    return from_numeral(match["count"]), match["head"]


class EnumerationAnswerer:
    """Lists the N clauses that name what a question asks N of."""

    name = "enumeration"

    def wants(self, query: Query) -> bool:
        """Take what asks which N things there are."""
        return read_count(query.text) is not None

    def answer(self, query: Query, evidence: Evidence) -> Draft | None:
        """Return None unless the report has exactly so many."""
        return gather(query, evidence.context)


def gather(query: Query, context: ReportContext) -> Draft | None:
    """List the N clauses that name what `query` asks N of; None unless the report has exactly so many."""
    counted = read_count(query.text)
    if counted is None:
        return None
    count, head = counted
    quotes = [
        Quote(passage, trim_quote(context.report.document.text, clause), 1.0)
        for passage in context.report.structure.passages
        if passage.role is Role.BODY and is_in_time(passage, context.report.document, query.scope)
        for clause in passage.clauses or (passage.span,)
        if head in clause.of(context.report.document.text)
    ]
    return list_quotes(quotes, context, query.language) if len(quotes) == count else None
