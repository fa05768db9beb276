"""Everything that can go wrong over HTTP, as RFC 9457 problem documents.

A problem's `type` is stable and `detail` is a sentence that says what to do; docs/API.md lists the types.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Match
from starlette.types import Scope

from index.errors import FileError, TooLargeError, UnknownKindError
from rag.errors import (
    BusyError,
    InputError,
    ModeUnavailableError,
    NotReadyError,
    ReadOnlyDocumentError,
    UnknownDocumentError,
)

MEDIA_TYPE = "application/problem+json"
URI_PREFIX = "urn:problem-type:report-rag:"
RETRY_SECONDS = 1
"""When to ask again for an index that is still being loaded: loading takes a few seconds."""

SHOWN_CHARACTERS = 60
"""Longer values are not repeated to whoever sent them."""


@dataclass(frozen=True, slots=True)
class ProblemType:
    """A kind of problem: its name in the type URI, its status, its title."""

    name: str
    status: int
    title: str

    @property
    def uri(self) -> str:
        """The stable `type` of a problem document."""
        return URI_PREFIX + self.name


MALFORMED_JSON = ProblemType("malformed-json", 400, "The body is not JSON")
KEY_REQUIRED = ProblemType("key-required", 401, "A key is required")
KEY_UNKNOWN = ProblemType("key-unknown", 401, "The key is not known")
SCOPE_MISSING = ProblemType("scope-missing", 403, "The key does not open this")
FOREIGN_ORIGIN = ProblemType("foreign-origin", 403, "A page of another site sent the request")
DOCUMENT_NOT_FOUND = ProblemType("document-not-found", 404, "No such document")
JOB_NOT_FOUND = ProblemType("job-not-found", 404, "No such job")
NO_ORIGINAL = ProblemType("no-original", 404, "The document was not added as a file")
PAGE_NOT_FOUND = ProblemType("page-not-found", 404, "No such page")
NOT_FOUND = ProblemType("not-found", 404, "Nothing stands at this address")
UPLOADS_REFUSED = ProblemType("uploads-refused", 403, "Documents cannot be changed so")
METHOD_NOT_ALLOWED = ProblemType("method-not-allowed", 405, "This method is not possible here")
BODY_TOO_SLOW = ProblemType("body-too-slow", 408, "The body did not arrive in time")
DOCUMENT_READ_ONLY = ProblemType("document-read-only", 409, "The document cannot be changed")
CHANGE_REFUSED = ProblemType("change-refused", 409, "The documents cannot be changed so")
JOB_NOT_WAITING = ProblemType("job-not-waiting", 409, "The job waits for nothing")
FILE_TOO_LARGE = ProblemType("file-too-large", 413, "The file is too large")
BODY_TOO_LARGE = ProblemType("body-too-large", 413, "The body is too large")
NOT_JSON = ProblemType("unsupported-media-type", 415, "The body is not declared as JSON")
NOT_A_FORM = ProblemType("not-a-form", 415, "The body is not declared as a form")
UNKNOWN_KIND = ProblemType("unknown-file-kind", 415, "Nobody here reads files of this kind")
WRONG_HOST = ProblemType("wrong-host", 421, "The request names another host")
INVALID_REQUEST = ProblemType("invalid-request", 422, "The request has the wrong shape")
UNREADABLE_FILE = ProblemType("unreadable-file", 422, "The file cannot be read")
METADATA_NEEDED = ProblemType("metadata-needed", 422, "The document does not tell its place or year")
UNKNOWN_DOCUMENT = ProblemType("unknown-document", 422, "The request names an unknown document")
MODE_UNAVAILABLE = ProblemType("mode-unavailable", 422, "The mode is not available")
TOO_MANY_ATTEMPTS = ProblemType("too-many-attempts", 429, "Too many wrong keys")
TOO_MANY_REQUESTS = ProblemType("too-many-requests", 429, "Too many requests")
OVERLOADED = ProblemType("overloaded", 503, "The server has too much to do")
TOO_MUCH_WAITS = ProblemType("too-many-jobs", 429, "Too many files wait")
INTERNAL = ProblemType("internal-error", 500, "The server failed")
STORAGE_FAILED = ProblemType("storage-failed", 507, "The documents cannot be written")
NOT_READY = ProblemType("not-ready", 503, "The index is not ready")

PROBLEM_TYPES = (
    MALFORMED_JSON,
    KEY_REQUIRED,
    KEY_UNKNOWN,
    SCOPE_MISSING,
    FOREIGN_ORIGIN,
    UPLOADS_REFUSED,
    DOCUMENT_NOT_FOUND,
    JOB_NOT_FOUND,
    NO_ORIGINAL,
    PAGE_NOT_FOUND,
    NOT_FOUND,
    METHOD_NOT_ALLOWED,
    BODY_TOO_SLOW,
    DOCUMENT_READ_ONLY,
    CHANGE_REFUSED,
    JOB_NOT_WAITING,
    FILE_TOO_LARGE,
    BODY_TOO_LARGE,
    NOT_JSON,
    NOT_A_FORM,
    UNKNOWN_KIND,
    WRONG_HOST,
    INVALID_REQUEST,
    UNREADABLE_FILE,
    METADATA_NEEDED,
    UNKNOWN_DOCUMENT,
    MODE_UNAVAILABLE,
    TOO_MANY_ATTEMPTS,
    TOO_MANY_REQUESTS,
    TOO_MUCH_WAITS,
    INTERNAL,
    OVERLOADED,
    NOT_READY,
    STORAGE_FAILED,
)

_BY_STATUS = {kind.status: kind for kind in (MALFORMED_JSON, NOT_FOUND, METHOD_NOT_ALLOWED)}
_BY_ERROR: tuple[tuple[type[Exception], ProblemType], ...] = (  # the first that fits
    (TooLargeError, FILE_TOO_LARGE),
    (UnknownKindError, UNKNOWN_KIND),
    (FileError, UNREADABLE_FILE),
    (BusyError, TOO_MUCH_WAITS),
    (ReadOnlyDocumentError, DOCUMENT_READ_ONLY),
    (UnknownDocumentError, UNKNOWN_DOCUMENT),
    (ModeUnavailableError, MODE_UNAVAILABLE),
    (InputError, INVALID_REQUEST),
    (NotReadyError, NOT_READY),
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem document; `extensions` are members of its own."""

    kind: ProblemType
    detail: str
    extensions: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return the members of the document."""
        return {
            "type": self.kind.uri,
            "title": self.kind.title,
            "status": self.kind.status,
            "detail": self.detail,
            **self.extensions,
        }

    def to_response(self) -> Response:
        """Return the document as a response."""
        return _ProblemResponse(self.as_dict(), status_code=self.kind.status, headers=dict(self.headers))


class ProblemError(HTTPException):
    """Ends a request with a problem document; an HTTPException, so that FastAPI lets it pass everywhere."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.kind.status, problem.detail)
        self.problem = problem


class _ProblemResponse(JSONResponse):
    media_type = MEDIA_TYPE

    def render(self, content: Any) -> bytes:
        # A lone surrogate in a field's name has no UTF-8; its backslash escape is good JSON.
        return json.dumps(content, ensure_ascii=False).encode("utf-8", "backslashreplace")


def from_error(error: Exception, *, in_path: bool = False) -> Problem:
    """Return what a client hears of `error`: nothing but a remark when it was not raised for clients.

    `in_path`: what was asked for stands in the address, so that an unknown document is one not found.
    """
    if in_path and isinstance(error, UnknownDocumentError):
        return Problem(DOCUMENT_NOT_FOUND, str(error))
    for kind, problem_type in _BY_ERROR:
        if isinstance(error, kind):
            if isinstance(error, FileError):
                return Problem(problem_type, str(error), {"code": error.code, "values": error.values})
            headers = {"Retry-After": str(RETRY_SECONDS)} if problem_type is NOT_READY else {}
            return Problem(problem_type, str(error), headers=headers)
    return Problem(INTERNAL, "The server could not answer this request: its log says why.")


def refuse(scope: Scope, routes: Iterable[BaseRoute], allow: str = "") -> Problem:
    """Return what a request for none of `routes` hears: its method is not possible there, or nothing is.

    `allow` names the methods that are possible where no route does.
    """
    path, method = scope["path"], scope["method"]
    matches = ((route, route.matches(scope)[0]) for route in routes)
    methods = {
        one for route, match in matches if match is Match.PARTIAL for one in getattr(route, "methods", ())
    }
    if allow := ", ".join(sorted(methods)) or allow:
        detail = f"{method} is not possible at {path}: use {allow}."
        return Problem(METHOD_NOT_ALLOWED, detail, headers={"Allow": allow})
    return Problem(NOT_FOUND, f"There is nothing at {path}: /docs lists what there is.")


def add_handlers(app: FastAPI) -> None:
    """Make every error of `app` a problem document."""
    app.add_exception_handler(RequestValidationError, _answer_invalid)
    app.add_exception_handler(HTTPException, _answer_http)
    for error in (InputError, BusyError, FileError, NotReadyError, Exception):
        app.add_exception_handler(error, _answer_error)


def _answer_error(_request: Request, error: Exception) -> Response:
    return from_error(error).to_response()


def _answer_http(request: Request, error: Exception) -> Response:
    if isinstance(error, ProblemError):
        return error.problem.to_response()
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    kind = _BY_STATUS.get(status, ProblemType("", status, status.phrase))
    detail = _DETAILS.get(status, "") if error.detail == status.phrase or status == 400 else error.detail
    problem = Problem(
        kind, detail.format(path=request.url.path, method=request.method), headers=error.headers or {}
    )
    return problem.to_response()


_DETAILS = {
    400: "The body cannot be read as JSON in UTF-8: send a JSON object.",
    404: "There is nothing at {path}: /docs lists what there is.",
    405: "{method} is not possible at {path}: /docs lists what is.",
}


def _answer_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    errors = error.errors()
    if errors[0]["type"] == "json_invalid":
        where, why = errors[0]["loc"][-1], errors[0]["ctx"]["error"]
        return Problem(
            MALFORMED_JSON, f"The body is not JSON ({why} at character {where}): correct it there."
        ).to_response()
    if isinstance(error.body, bytes):  # FastAPI parses only what is declared as JSON
        sent = request.headers.get("content-type", "")
        return Problem(
            NOT_JSON, f"The body is declared as {sent!r}: send it with Content-Type: application/json."
        ).to_response()
    fields = describe_errors(errors, skipped=1)
    detail = " ".join(f"{item['field']}: {item['message']}" for item in fields)
    return Problem(INVALID_REQUEST, detail, {"errors": fields}).to_response()


def describe_errors(errors: Iterable[Mapping[str, Any]], *, skipped: int = 0) -> list[dict[str, str]]:
    """Return `field` and `message`, what to do, for each of pydantic's errors.

    The first `skipped` parts of a location say where it was looked for, in a body or a query.
    """
    return [{"field": _name_field(item["loc"], skipped), "message": _explain(item)} for item in errors]


def _name_field(location: tuple[str | int, ...], skipped: int) -> str:
    """Return a location as one writes it: ("body", "history", 0, "role") is history[0].role."""
    parts = location[skipped:]
    name = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)
    return name.removeprefix(".") or str(location[0] if location else "body")


def _explain(error: Mapping[str, Any]) -> str:
    match error["type"]:
        case "question":
            return str(error["msg"])
        case "missing":
            return "This field is required: add it."
        case "extra_forbidden":
            return "This field is not known: remove it."
        case "model_attributes_type":
            return "This must be a JSON object."
    value = error["input"]
    shown = json.dumps(value, ensure_ascii=False) if isinstance(value, str | int | float | None) else ""
    but = f", not {shown}" if 0 < len(shown) <= SHOWN_CHARACTERS else ""
    return f"{error['msg']}{but}."
