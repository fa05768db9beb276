"""What endpoints are given by FastAPI: the service, the figures, and the document that a path names."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from index.types import IndexedDocument
from rag.api.problems import DOCUMENT_NOT_FOUND, Problem, ProblemError
from rag.metrics import Metrics
from rag.service import ReportService


async def _get_service(request: Request) -> ReportService:
    service: ReportService = request.app.state.service
    return service


async def _get_metrics(request: Request) -> Metrics:
    metrics: Metrics = request.app.state.metrics
    return metrics


Service = Annotated[ReportService, Depends(_get_service)]
Figures = Annotated[Metrics, Depends(_get_metrics)]


def _find_document(document_id: str, service: Service) -> IndexedDocument:
    indexed = service.documents.get(document_id)
    if indexed is None:
        detail = f"No document has the id {document_id!r}: GET /api/documents lists the ids."
        raise ProblemError(Problem(DOCUMENT_NOT_FOUND, detail))
    return indexed


def is_known(etag: str, if_none_match: str | None) -> bool:
    """Tell whether a client has what it asks for, by its If-None-Match."""
    known = {tag.strip().removeprefix("W/") for tag in (if_none_match or "").split(",")}
    return bool(known & {etag, "*"})


Document = Annotated[IndexedDocument, Depends(_find_document)]
