"""The endpoints that read documents: which there are, their texts and their indicators."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Header, Query, Request
from pydantic import Field
from starlette.responses import Response

from index import types
from index.library.record import Record
from index.types import IndexedDocument
from rag.api import library_schemas, schemas
from rag.api.conversion import from_document, from_document_in_full, from_indicators
from rag.api.dependencies import Document, Service, is_known
from rag.api.problems import INVALID_REQUEST, Problem, ProblemError
from rag.indicators import find_indicators, find_series
from rag.library.choosing import Choice
from rag.service import ReportService

CSV = "text/csv"
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What makes a formula of a cell in spreadsheets; such a text gets a ' in front."""
COLUMNS = (
    "name",
    "change",
    "value",
    "number",
    "unit",
    "period",
    "kind",
    "section",
    "start",
    "end",
    "quote",
)

MAX_DOCUMENTS = 1_000
"""Documents on one page of the list."""
MAX_OFFSET = 2**31
"""More than any text has characters, and any server documents."""

router = APIRouter()


class DocumentQuery(schemas.Request):
    """Which documents are wanted."""

    title: str = Field("", description="characters of the title")
    place: str | None = Field(None, description="a place, or a part of its name")
    year: int | None = Field(None, description="the year of the report")
    collection: str | None = Field(None, description="the name of a collection")
    words: str | None = Field(None, description="words of title, place, speaker or meeting")
    limit: Annotated[int, Field(ge=1, le=MAX_DOCUMENTS)] | None = Field(
        None, description="how many at most; null is all"
    )
    offset: int = Field(0, ge=0, le=MAX_OFFSET, description="how many are passed over")

    def fits(self, document: types.Document, record: Record | None) -> bool:
        """Tell whether a document is wanted."""
        choice = Choice(self.place, self.year, self.collection, self.words)
        return self.title in document.meta.title and choice.takes(document, record)


class RangeQuery(schemas.Request):
    """Which characters of a text are wanted, in code points."""

    start: int = Field(0, ge=0, le=MAX_OFFSET)
    end: Annotated[int, Field(ge=0, le=MAX_OFFSET)] | None = Field(
        None, description="null is the end of the text"
    )


@router.get(
    "/api/documents",
    response_model_exclude_unset=True,
    summary="List the documents",
    responses={
        200: {
            "headers": {
                "X-Total-Count": {
                    "description": "how many documents there are, whatever `limit` and `offset`",
                    "schema": {"type": "integer"},
                    "required": True,
                },
                "Link": {
                    "description": 'the address of the next page (`rel="next"`), where there is one',
                    "schema": {"type": "string"},
                },
            }
        }
    },
)
def list_documents(
    wanted: Annotated[DocumentQuery, Query()],
    request: Request,
    response: Response,
    service: Service,
) -> schemas.DocumentList:
    """Return every document that can be asked, or those that fit the filters, page by page."""
    listed = describe_documents(service, wanted)
    total = len(listed.documents)
    end = total if wanted.limit is None else wanted.offset + wanted.limit
    response.headers["X-Total-Count"] = str(total)
    if end < total:
        response.headers["Link"] = f'<{request.url.include_query_params(offset=end)}>; rel="next"'
    listed.documents = listed.documents[wanted.offset : end]
    return listed


def describe_documents(service: ReportService, wanted: DocumentQuery | None = None) -> schemas.DocumentList:
    """Return what is `wanted` of the documents that can be asked, and what is wrong with the others."""
    records = service.library.records
    fitting = [
        from_document(one, records.get(name))
        for name, one in service.documents.items()
        if wanted is None or wanted.fits(one.document, records.get(name))
    ]
    problems = [
        library_schemas.DocumentProblem(id=name, text=text) for name, text in service.problems.items()
    ]
    if problems:  # the field is not there where there is none
        return schemas.DocumentList(documents=fitting, problems=problems)
    return schemas.DocumentList(documents=fitting)


@router.get("/api/documents/{document_id}", response_model_exclude_unset=True, summary="Describe a document")
def read_document(document: Document, service: Service) -> schemas.DocumentDetail:
    """Return a document's provenance, outline and glossary."""
    return from_document_in_full(document, service.library.records.get(document.document.id))


_ETAG = {"ETag": {"description": "the quoted SHA-256 of the text", "schema": {"type": "string"}}}


@router.get(
    "/api/documents/{document_id}/text",
    response_class=Response,
    responses={
        200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "headers": _ETAG},
        304: {"description": "The text is the one that If-None-Match names", "headers": _ETAG},
    },
    summary="Read a document",
)
def read_text(
    document: Document,
    wanted: Annotated[RangeQuery, Query()],
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """Return the canonical text, to which every offset refers (in code points), or characters of it."""
    text = document.document.text
    start, end = wanted.start, len(text) if wanted.end is None else wanted.end
    if not start <= end <= len(text):
        raise _wrong_range(start, end, len(text))
    etag = f'"{document.document.sha256}"'
    if is_known(etag, if_none_match):
        return Response(status_code=304, headers={"ETag": etag})
    return Response(text[start:end].encode(), media_type="text/plain; charset=utf-8", headers={"ETag": etag})


def _wrong_range(start: int, end: int, length: int) -> ProblemError:
    field = "end" if end > length else "start"
    message = f"{start}–{end} is no range of {length:,} characters: use 0 <= start <= end <= {length}."
    errors = [{"field": field, "message": message}]
    return ProblemError(Problem(INVALID_REQUEST, f"{field}: {message}", {"errors": errors}))


@router.get(
    "/api/documents/{document_id}/indicators",
    response_model=schemas.IndicatorList,
    responses={200: {"content": {CSV: {"schema": {"type": "string"}}}}},
    summary="List a document's indicators",
)
def list_indicators(
    document: Document,
    format: Annotated[
        Literal["json", "csv"] | None, Query(description="null goes by Accept, and is JSON otherwise")
    ] = None,
    accept: Annotated[str, Header(include_in_schema=False)] = "",
) -> schemas.IndicatorList | Response:
    """Return every figure the document states of something, with the words it stands in.

    Indicators are read off the words by rules, without a model; docs/API.md says how well.
    """
    listed = _find_indicators(document)
    if format == "csv" or (format is None and accept.partition(";")[0].strip() == CSV):
        name = f"{document.document.id}-indicators.csv"
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
        return Response(_write_csv(listed.indicators), media_type=f"{CSV}; charset=utf-8", headers=headers)
    return listed


def _find_indicators(document: IndexedDocument) -> schemas.IndicatorList:
    indicators = find_indicators(document)
    return from_indicators(indicators, find_series(indicators), document.document.text)


def _write_csv(indicators: Iterable[schemas.Indicator]) -> bytes:
    """Return a table with a row an indicator, as spreadsheets read it (RFC 4180, a byte-order mark first)."""
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow(COLUMNS)
    for one in indicators:
        named = (one.name, one.change, one.value)
        placed = (one.period.label, one.period.kind.value, " › ".join(one.section))
        number = int(one.number) if one.number.is_integer() else one.number
        writer.writerow(
            (
                *map(_disarm, named),
                number,
                _disarm(one.unit),
                *map(_disarm, placed),
                one.start,
                one.end,
                _disarm(one.quote),
            )
        )
    return table.getvalue().encode("utf-8-sig")


def _disarm(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell
