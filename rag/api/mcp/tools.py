"""The tools: what each takes, what it gives, and how it is done with a ReportService."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, Field, StrictInt

from index.types import IndexedDocument, Span
from rag.api import contents, schemas
from rag.api.conversion import from_answer, from_citation, from_indicators, to_ids
from rag.budget import Budget
from rag.errors import InputError, UnknownDocumentError
from rag.indicators import find_indicators, find_series
from rag.limits import check_documents
from rag.service import ReportService
from rag.types import Question

MAX_READ = 20_000
"""Characters of one passage: a whole report of the usual length, and no model's context is flooded."""
CONTEXT = 200
"""Characters shown before and after a passage: about two sentences, enough to see what it speaks of."""
MAX_ROWS = 1_000
"""Indicators of one call: a report states some two hundred."""
DEFAULT_HITS = 10


class AskArguments(schemas.Request):
    """What ask_report takes."""

    question: schemas.QuestionText
    documents: schemas.DocumentIds | None = None


class SearchArguments(schemas.Request):
    """What search_report takes."""

    query: schemas.QuestionText
    documents: schemas.DocumentIds | None = None
    limit: StrictInt = Field(DEFAULT_HITS, ge=1, le=schemas.MAX_HITS)


class ReadArguments(schemas.Request):
    """What read_passage takes."""

    document: str = Field(min_length=1, description="an id as list_documents gives it")
    start: StrictInt = Field(ge=0, description="the first character, counted in code points from 0")
    end: StrictInt = Field(
        ge=1, description=f"behind the last character; at most {MAX_READ:,} behind the first"
    )


class NoArguments(schemas.Request):
    """What list_documents takes."""


class IndicatorArguments(schemas.Request):
    """What list_indicators takes."""

    document: str | None = Field(
        None, min_length=1, description="an id as list_documents gives it; null lists those of every document"
    )
    offset: StrictInt = Field(0, ge=0, description="how many to leave out from the beginning")
    limit: StrictInt = Field(MAX_ROWS, ge=1, le=MAX_ROWS)


class Passage(schemas.Range):
    """Characters `start` to `end` of a document's canonical text, and what stands around them."""

    document: str
    sha256: str = Field(description="of the whole canonical text, as UTF-8")
    text: str
    before: str = Field(description=f"up to {CONTEXT} characters in front of the passage")
    after: str = Field(description=f"up to {CONTEXT} characters behind the passage")
    section: list[str] = Field(description="headings above the first character")


class DocumentIndicator(schemas.Indicator):
    """An indicator, and the document that states it."""

    document: str


class IndicatorRows(BaseModel):
    """Indicators in reading order, document by document."""

    indicators: list[DocumentIndicator]
    total: int = Field(description="how many there are, whatever `limit` and `offset` show")


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool: `call` does it for arguments of the shape `arguments`, and returns one of the shape `result`.

    The text of `description` is what a language model reads to choose it.
    """

    name: str
    title: str
    description: str
    arguments: type[schemas.Request]
    result: type[BaseModel]
    call: Callable[[ReportService, Any, Budget], BaseModel]


def _ask(service: ReportService, given: AskArguments, budget: Budget) -> schemas.Answer:
    return from_answer(
        service.ask(
            Question(
                given.question,
                documents=to_ids(given.documents),
                mode=service.settings.mode,
                budget=budget,
            )
        )
    )


def _search(service: ReportService, given: SearchArguments, _budget: Budget) -> schemas.SearchResult:
    hits = service.search(given.query, to_ids(given.documents), given.limit)
    return schemas.SearchResult(hits=[from_citation(hit) for hit in hits])


def _read(service: ReportService, given: ReadArguments, _budget: Budget) -> Passage:
    indexed = find_document(service, given.document)
    text = indexed.document.text
    span = Span(given.start, given.end)
    if not given.start < given.end <= len(text):
        raise InputError(
            f"{given.start}–{given.end} is no range of {given.document!r}: "
            f"choose 0 <= start < end <= {len(text)}."
        )
    if len(span) > MAX_READ:
        raise InputError(
            f"{given.start}–{given.end} has {len(span):,} characters: read at most {MAX_READ:,} at once."
        )
    return Passage(
        document=given.document,
        sha256=indexed.document.sha256,
        start=span.start,
        end=span.end,
        text=span.of(text),
        before=text[max(0, span.start - CONTEXT) : span.start],
        after=text[span.end : span.end + CONTEXT],
        section=_find_headings(indexed, span.start),
    )


def _list_documents(service: ReportService, _given: NoArguments, _budget: Budget) -> schemas.DocumentList:
    return contents.describe_documents(service)


def _list_indicators(service: ReportService, given: IndicatorArguments, budget: Budget) -> IndicatorRows:
    documents = service.documents
    asked = [find_document(service, given.document)] if given.document else list(documents.values())
    rows: list[DocumentIndicator] = []
    for indexed in asked:
        budget.check()
        found = find_indicators(indexed)
        listed = from_indicators(found, find_series(found), indexed.document.text)
        rows += [
            DocumentIndicator(**row.model_dump(), document=indexed.document.id) for row in listed.indicators
        ]
    return IndicatorRows(indicators=rows[given.offset : given.offset + given.limit], total=len(rows))


def find_document(service: ReportService, name: str) -> IndexedDocument:
    """Return the document of this id; raises UnknownDocumentError."""
    check_documents([name], service.documents)
    try:
        return service.documents[name]
    except KeyError:  # removed in between
        raise UnknownDocumentError(f"No document has the id {name!r}.") from None


def _find_headings(indexed: IndexedDocument, place: int) -> list[str]:
    headings = []
    sections = indexed.structure.outline
    while inner := next((one for one in sections if one.start <= place < one.end), None):
        headings.append(inner.heading)
        sections = inner.children
    return headings


TOOLS = (
    Tool(
        "ask_report",
        "Ask the reports",
        "Answer a question from official reports, in Chinese or English. Every sentence of `answer` is "
        "followed by markers such as [1]; `citations` gives the exact characters each one rests on, with "
        "section and period. Quote figures only as the answer gives them. With status `not_found`, "
        "`reason` says why the reports do not answer, and `closest` holds the nearest passages.",
        AskArguments,
        schemas.Answer,
        _ask,
    ),
    Tool(
        "search_report",
        "Search the reports",
        "Find the passages nearest to a query, best first, without answering it.",
        SearchArguments,
        schemas.SearchResult,
        _search,
    ),
    Tool(
        "read_passage",
        "Read a passage",
        "Read characters `start` to `end` of a document (the offsets of a citation, or any others) with what "
        "stands before and after them.",
        ReadArguments,
        Passage,
        _read,
    ),
    Tool(
        "list_documents",
        "List the reports",
        "List the reports that can be asked: id, title, place, year, date, length.",
        NoArguments,
        schemas.DocumentList,
        _list_documents,
    ),
    Tool(
        "list_indicators",
        "List the figures",
        "List what a report states figures of: name, value, unit, period (done or planned) and the exact "
        "words. Without `document`, of every report.",
        IndicatorArguments,
        IndicatorRows,
        _list_indicators,
    ),
)
"""In the order in which they are listed."""
