"""The endpoints of REST contract v1.

They are plain functions: FastAPI runs them in its thread pool, so that a question being answered on the CPU
does not hold up the event loop.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from rag.api import library_schemas, schemas
from rag.api.conversion import (
    from_answer,
    from_citation,
    from_document,
    from_document_in_full,
    from_indicators,
    to_ids,
    to_question,
)
from rag.api.dependencies import Document, Figures, Service, is_known
from rag.api.documents import router as documents_router
from rag.api.jobs import router as jobs_router
from rag.api.openai import router as openai_router
from rag.api.problems import NOT_READY, RETRY_SECONDS, Problem, ProblemError, refuse
from rag.api.streaming import AnswerStream
from rag.api.waiting import CLIENT_LEFT, is_waiting, wait_for
from rag.budget import Budget
from rag.indicators import find_indicators, find_series
from rag.library.choosing import Choice
from rag.limits import check_question

EVENTS = "".join(
    f"event: {name}\ndata: {data}\n\n"
    for name, data in (
        ("status", '{"stage": "searching"}'),
        ("status", '{"stage": "writing"}'),
        ("token", '{"text": "…。[1]"}'),
        ("citation", '{"n": 1, …}'),
        ("done", "{…}"),
    )
)
"""How a stream looks, for the description."""

router = APIRouter()


@router.post(
    "/api/ask",
    response_model=schemas.Answer,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}, "example": EVENTS}}}},
    summary="Ask a question",
)
def ask(
    request: schemas.AskRequest,
    connection: Request,
    service: Service,
    metrics: Figures,
) -> schemas.Answer | Response:
    """Answer with citations at exact offsets, or with the reason why there is no answer.

    With `stream`, the answer comes as server-sent events: `status`, `token`, `citation`, `done`, `error`.
    Work on it stops when the client leaves.
    """
    question = to_question(request, service.settings.mode)
    question = replace(question, budget=Budget(partial(is_waiting, connection)))
    if request.stream:
        check_question(question, service.documents, service.settings)  # while the status can still tell
        return AnswerStream(service.stream(question), metrics.count_answer)
    answer = wait_for(service.stream(question), connection)
    if answer is None:
        return Response(status_code=CLIENT_LEFT)
    metrics.count_answer(answer)
    return from_answer(answer)


@router.post("/api/search", summary="Find passages")
def search(request: schemas.SearchRequest, service: Service) -> schemas.SearchResult:
    """Return the passages nearest to a query, best first, without answering it."""
    hits = service.search(request.query, to_ids(request.documents), request.limit)
    return schemas.SearchResult(hits=[from_citation(hit) for hit in hits])


@router.get("/api/documents", response_model_exclude_unset=True, summary="List the documents")
def list_documents(
    service: Service,
    place: Annotated[str | None, Query(description="a place, or a part of its name")] = None,
    year: Annotated[int | None, Query(description="the year of the report")] = None,
    collection: Annotated[str | None, Query(description="the name of a collection")] = None,
    words: Annotated[str | None, Query(description="words of title, place, speaker or meeting")] = None,
) -> schemas.DocumentList:
    """Return the documents that can be asked, or those looked for, and what is wrong with others."""
    records, choice = service.library.records, Choice(place, year, collection, words)
    listed = [
        from_document(one, records.get(name))
        for name, one in service.documents.items()
        if choice.takes(one.document, records.get(name))
    ]
    problems = [
        library_schemas.DocumentProblem(id=name, text=text) for name, text in service.problems.items()
    ]
    if problems:
        return schemas.DocumentList(documents=listed, problems=problems)
    return schemas.DocumentList(documents=listed)


@router.get("/api/documents/{document_id}", response_model_exclude_unset=True, summary="Describe a document")
def read_document(document: Document, service: Service) -> schemas.DocumentDetail:
    """Return a document's provenance, outline and glossary."""
    return from_document_in_full(document, service.library.records.get(document.document.id))


@router.get(
    "/api/documents/{document_id}/text",
    response_class=Response,
    responses={
        200: {"content": {"text/plain": {"schema": {"type": "string"}}}},
        304: {"description": "The text is the one that If-None-Match names"},
    },
    summary="Read a document",
)
def read_text(document: Document, if_none_match: Annotated[str | None, Header()] = None) -> Response:
    """Return the canonical text, to which every offset refers (in code points)."""
    etag = f'"{document.document.sha256}"'
    if is_known(etag, if_none_match):
        return Response(status_code=304, headers={"ETag": etag})
    return Response(
        document.document.text.encode(), media_type="text/plain; charset=utf-8", headers={"ETag": etag}
    )


@router.get("/api/documents/{document_id}/indicators", summary="List a document's indicators")
def list_indicators(document: Document) -> schemas.IndicatorList:
    """Return every figure the document states of something, with the words it stands in.

    Indicators are read off the words by rules, without a model; docs/API.md says how well.
    """
    indicators = find_indicators(document)
    return from_indicators(indicators, find_series(indicators), document.document.text)


@router.get("/health/live", summary="Is the process alive?")
async def check_live() -> schemas.Health:
    """Answer as long as the server runs."""
    return schemas.Health(status="live")


@router.get("/health/ready", summary="Can questions be asked?")
def check_ready(service: Service) -> schemas.Health:
    """Answer 200 once the index is loaded, and until then 503 with how far loading has come."""
    readiness = service.readiness
    if readiness.ready:
        return schemas.Health(status="ready")
    raise ProblemError(
        Problem(
            NOT_READY,
            readiness.error or f"The index is not ready yet ({readiness.stage}): try again in a moment.",
            {"stage": readiness.stage, "done": readiness.done, "total": readiness.total},
            {"Retry-After": str(RETRY_SECONDS)},
        )
    )


@router.get("/metrics", response_class=Response, summary="Figures for Prometheus")
def read_metrics(metrics: Figures) -> Response:
    """Return counters and durations in Prometheus' text format."""
    return Response(metrics.render(), media_type=CONTENT_TYPE_LATEST)


# Not by include_router: what refuses a wrong method has to see the routes themselves.
for _router in (openai_router, documents_router, jobs_router):
    router.routes.extend(_router.routes)


class _Unknown:
    """Answers whatever else is asked, by any method; an object, for a function would be given methods."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await refuse(scope, router.routes).to_response()(scope, receive, send)


# Whatever else is asked below these addresses; without it the page, mounted at /, would answer.
for _address in (
    "/api",
    "/api/{rest:path}",
    "/v1",
    "/v1/{rest:path}",
    "/health",
    "/health/{rest:path}",
    "/metrics",
):
    router.routes.append(Route(_address, _Unknown(), include_in_schema=False))
