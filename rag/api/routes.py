"""The endpoints of REST contract v1.

They are plain functions: FastAPI runs them in its thread pool, so that a question being answered on the CPU
does not hold up the event loop.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from rag.api import schemas
from rag.api.contents import router as contents_router
from rag.api.conversion import (
    from_answer,
    from_citation,
    to_ids,
    to_question,
)
from rag.api.dependencies import Figures, Service
from rag.api.description import EVENT_STREAM, describe_events
from rag.api.documents import router as documents_router
from rag.api.jobs import router as jobs_router
from rag.api.openai import router as openai_router
from rag.api.problems import NOT_READY, RETRY_SECONDS, Problem, ProblemError, refuse
from rag.api.streaming import AnswerStream
from rag.api.waiting import CLIENT_LEFT, is_waiting, wait_for
from rag.budget import Budget
from rag.limits import check_question

EVENTS = describe_events(
    {
        "status": schemas.StageEvent,
        "token": schemas.TokenEvent,
        "citation": schemas.Citation,
        "done": schemas.Answer,
        "error": schemas.Problem,
    }
)

router = APIRouter()


@router.post(
    "/api/ask",
    response_model=schemas.Answer,
    responses={200: {"content": {EVENT_STREAM: EVENTS}}},
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
for _router in (contents_router, openai_router, documents_router, jobs_router):
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
