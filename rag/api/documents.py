"""The endpoints that change documents, and those that give what was added as it came."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi import Path as PathParameter
from fastapi.concurrency import run_in_threadpool
from starlette.responses import FileResponse, JSONResponse, Response

from index.documents.files import WIDTHS
from index.documents.recognition.report_card import write_report_card
from index.errors import CorpusError, GenerationError
from rag.api import library_schemas, schemas
from rag.api.conversion import from_document_in_full
from rag.api.dependencies import Document, Service, is_known
from rag.api.permission import may_change
from rag.api.problems import (
    CHANGE_REFUSED,
    INTERNAL,
    INVALID_REQUEST,
    NO_ORIGINAL,
    PAGE_NOT_FOUND,
    STORAGE_FAILED,
    Problem,
    ProblemError,
    from_error,
)
from rag.api.uploads import BODY, Upload, from_model, read_upload
from rag.errors import BusyError, InputError, ReadOnlyDocumentError
from rag.library.pages import DEFAULT_WIDTH
from rag.service import ReportService

_LOG = logging.getLogger(__name__)

router = APIRouter(tags=["documents"])

MAX_ARRIVING = 8
"""Files that are sent at once: each may take 100 MiB of memory for a moment."""
_ARRIVING = threading.BoundedSemaphore(MAX_ARRIVING)

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
"""Of the kinds that do nothing of themselves; all others are bytes to a browser."""

Changing = Annotated[None, Depends(may_change)]
_TAKEN: dict[int | str, dict[str, Any]] = {
    200: {"model": library_schemas.Accepted, "description": "These very bytes are known"},
    202: {"model": library_schemas.Accepted, "description": "Taken in; Location is the job"},
}


@router.post(
    "/api/documents",
    status_code=202,
    response_model=library_schemas.Accepted,
    responses=_TAKEN,
    openapi_extra=BODY,
    summary="Add a document",
)
async def add_document(request: Request, service: Service) -> Response:
    """Take in a file. A job reads it; what only reading shows is told there.

    The fields beside `file` are what its sender says of it; what is left out is read off the text.
    """
    await may_change(request)  # before anything of the body is read
    with _room():
        return await run_in_threadpool(_take_in, service, await read_upload(request), None)


@router.put(
    "/api/documents/{document_id}",
    status_code=202,
    response_model=library_schemas.Accepted,
    responses=_TAKEN,
    openapi_extra=BODY,
    summary="Replace a document's file",
)
async def replace_document(document_id: str, request: Request, service: Service) -> Response:
    """Take in a file that is to be the document's. Until its job is done, the former one is asked."""
    await may_change(request)
    await run_in_threadpool(_require, service, document_id)
    with _room():
        return await run_in_threadpool(_take_in, service, await read_upload(request), document_id)


def _take_in(service: ReportService, upload: Upload, replaces: str | None) -> Response:
    service.library.check(upload.data, upload.file_name)
    known = service.library.find_same(upload.data, replaces)
    if known is not None:
        told = library_schemas.Accepted(job=None, document=known)
        return JSONResponse(told.model_dump())
    with _changing():
        job = service.jobs.create(upload.data, upload.file_name, upload.details, replaces=replaces)
    service.worker.wake()
    told = library_schemas.Accepted(job=job.id)
    address = f"{service.settings.root_path}/api/jobs/{job.id}"
    return JSONResponse(told.model_dump(), 202, {"Location": address})


@router.patch(
    "/api/documents/{document_id}",
    response_model_exclude_unset=True,
    summary="Correct what is known of a document",
)
def edit_document(
    document_id: str, details: library_schemas.DocumentDetails, service: Service, _: Changing
) -> schemas.DocumentDetail:
    """Change what was recognised. Nothing is encoded again but what another year dates otherwise."""
    _require(service, document_id)
    with _changing():
        service.library.edit(document_id, from_model(details))
    return from_document_in_full(service.documents[document_id], service.library.records.get(document_id))


@router.delete("/api/documents/{document_id}", summary="Remove a document")
def remove_document(document_id: str, service: Service, _: Changing) -> library_schemas.RemovedDocument:
    """Remove a document's file, its text, its vectors and the pictures of its pages, from memory and disk."""
    try:
        service.library.may_remove(document_id)
    except InputError as error:
        raise ProblemError(from_error(error, in_path=True)) from error
    with _changing():
        removed = service.library.remove(document_id)
    service.jobs.forget(document_id)
    return library_schemas.RemovedDocument(
        document=removed.document,
        title=removed.title,
        file_name=removed.original,
        characters=removed.characters,
        passages=removed.passages,
        page_images=removed.pages,
    )


@router.get(
    "/api/documents/{document_id}/original",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {"schema": {"type": "string"}}}}},
    summary="Download a document's file",
)
def read_original(document: Document, service: Service) -> Response:
    """Return the file of an added document as it came."""
    try:
        path, record = service.library.original(document.document.id)
    except ReadOnlyDocumentError as error:
        raise ProblemError(
            Problem(
                NO_ORIGINAL,
                f"The document {document.document.id!r} was not added as a file: GET its /text instead.",
            )
        ) from error
    return FileResponse(
        path,
        media_type=MEDIA_TYPES.get(record.reader.kind, "application/octet-stream"),
        headers={
            # A saved page of another site must not run as one of this server's.
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(record.original.name)}",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
            "ETag": f'"{record.original.sha256}"',
        },
    )


@router.get(
    "/api/documents/{document_id}/pages/{page}.webp",
    response_class=Response,
    responses={200: {"content": {"image/webp": {"schema": {"type": "string", "format": "binary"}}}}},
    summary="Look at a page",
)
def read_page(
    document: Document,
    page: Annotated[int, PathParameter(ge=0, description="counted from 0")],
    service: Service,
    width: Annotated[int, Query(description="pixels: " + ", ".join(map(str, WIDTHS)))] = DEFAULT_WIDTH,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """Return the picture of a page, on which the boxes of citations are shares of its size."""
    record = service.library.records.get(document.document.id)
    pages = record.pages if record else 0
    if record is None or page >= pages:
        detail = f"The document {document.document.id!r} has no page {page}: it has {pages}, counted from 0."
        raise ProblemError(Problem(PAGE_NOT_FOUND, detail))
    if width not in WIDTHS:
        detail = f"width: {width} is none of {', '.join(map(str, WIDTHS))}."
        raise ProblemError(Problem(INVALID_REQUEST, detail))
    etag = f'"{record.version}-{page}-{width}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}  # it may be removed at any moment
    if is_known(etag, if_none_match):
        return Response(status_code=304, headers=headers)
    try:
        picture = service.library.pages.find(record, page, width).read_bytes()
    except OSError as error:
        _LOG.info("A page could not be shown: %s", error)
        detail = f"Page {page} of {document.document.id!r} is not to be had: the log says why."
        raise ProblemError(Problem(PAGE_NOT_FOUND, detail)) from error
    return Response(picture, media_type="image/webp", headers=headers)


@router.get("/api/documents/{document_id}/card", summary="How well a document was read")
def read_card(document: Document, service: Service) -> library_schemas.ReportCard:
    """Return figures on an added document, to look over before it is asked anything."""
    record = service.library.records.get(document.document.id)
    if record is None:
        detail = f"The document {document.document.id!r} was not added as a file."
        raise ProblemError(Problem(NO_ORIGINAL, detail))
    try:
        read = service.library.shelf.read(record)
    except (OSError, ValueError) as error:
        _LOG.warning("What was read of a document cannot be looked up: %s", error)
        detail = (
            f"What was read of {document.document.id!r} is not to be had: "
            "put its file again (PUT /api/documents/{id})."
        )
        raise ProblemError(Problem(INTERNAL, detail)) from error
    card = write_report_card(read, document.structure)
    remarks = [library_schemas.JobNotice(code=one.code, text=one.text, document=None) for one in card.remarks]
    return library_schemas.ReportCard(**{**asdict(card), "remarks": remarks})


@router.get("/api/documents/{document_id}/outline", summary="List a document's headings")
def read_outline(document: Document) -> list[schemas.Section]:
    """Return the outline alone, as GET /api/documents/{id} has it."""
    return from_document_in_full(document).outline


@router.get("/api/documents/{document_id}/glossary", summary="List a document's terms")
def read_glossary(document: Document) -> list[schemas.GlossaryEntry]:
    """Return the glossary alone, as GET /api/documents/{id} has it."""
    return from_document_in_full(document).glossary


@contextmanager
def _room() -> Iterator[None]:
    """Let in no more files at once than there is memory for."""
    if not _ARRIVING.acquire(blocking=False):
        raise BusyError("Several files are just being sent: send this one in a moment.")
    try:
        yield
    finally:
        _ARRIVING.release()


@contextmanager
def _changing() -> Iterator[None]:
    """Tell why a change did not come about."""
    try:
        yield
    except CorpusError as error:
        raise ProblemError(Problem(CHANGE_REFUSED, str(error))) from error
    except (GenerationError, OSError) as error:
        _LOG.error("A document could not be changed: %s", error)
        detail = "The change could not be written, and nothing has changed: the log of the server says why."
        raise ProblemError(Problem(STORAGE_FAILED, detail)) from error


def _require(service: ReportService, document_id: str) -> None:
    """Raise the problem of a document that cannot be changed."""
    try:
        service.library.require(document_id)
    except InputError as error:
        raise ProblemError(from_error(error, in_path=True)) from error
