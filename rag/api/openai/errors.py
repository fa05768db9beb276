"""Every error under /v1 in the shape that OpenAI's clients read.

A problem document, whoever wrote it (a route, a guard before the routes, the server itself), leaves these
addresses as `{"error": {"message", "type", "param", "code"}}`: one place, so that none is forgotten.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.api.middleware import find_route
from rag.api.problems import (
    INTERNAL,
    INVALID_REQUEST,
    MEDIA_TYPE,
    URI_PREFIX,
    Problem,
    ProblemError,
    ProblemType,
    from_error,
)

PREFIX = "/v1"
MODEL_NOT_FOUND = ProblemType("model-not-found", 404, "No such model")

_STATUSES = {422: 400}  # OpenAI knows one status for a request of the wrong shape
_TYPES = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}
_FIRST_SERVER_ERROR = 500


def wrong_field(name: str, sentence: str) -> ProblemError:
    """Return the error of a request whose field `name` cannot be taken as it stands."""
    errors = [{"field": name, "message": sentence}]
    return ProblemError(Problem(INVALID_REQUEST, f"{name}: {sentence}", {"errors": errors}))


def to_openai(problem: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
    """Return status and body for the members of a problem document."""
    status = _STATUSES.get(problem["status"], problem["status"])
    kind = _TYPES.get(status, "server_error" if status >= _FIRST_SERVER_ERROR else "invalid_request_error")
    fields = [error["field"] for error in problem.get("errors") or ()]
    code = problem["type"].removeprefix(URI_PREFIX).replace("-", "_")
    param = fields[0] if fields else problem.get("param")
    return status, {"error": {"message": problem["detail"], "type": kind, "param": param, "code": code}}


class OpenAIErrors:
    """Puts problem documents under /v1 into OpenAI's shape; everything else passes as it is."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, errors reshaped."""
        route = find_route(scope) if scope["type"] == "http" else ""
        if route != PREFIX and not route.startswith(f"{PREFIX}/"):
            await self._app(scope, receive, send)
            return
        begun = False
        start: Message | None = None
        body = b""

        async def reshape(message: Message) -> None:
            nonlocal begun, start, body
            if message["type"] == "http.response.start":
                begun = True
                if Headers(raw=message["headers"]).get("content-type") == MEDIA_TYPE:
                    start = message
                    return
            elif message["type"] == "http.response.body" and start is not None:
                body += message.get("body", b"")
                if not message.get("more_body"):
                    await _send_reshaped(start, body, send)
                return
            await send(message)

        try:
            await self._app(scope, receive, reshape)
        except Exception as error:
            if not begun:  # the server would tell it with a problem document, outside of everything
                _, told = to_openai(from_error(error).as_dict())
                await JSONResponse(told, INTERNAL.status)(scope, receive, send)
            raise


async def _send_reshaped(start: Message, body: bytes, send: Send) -> None:
    headers = MutableHeaders(raw=list(start["headers"]))
    status = start["status"]
    if body:  # a HEAD has none
        status, error = to_openai(json.loads(body))
        body = json.dumps(error, ensure_ascii=False).encode("utf-8", "backslashreplace")
        headers["content-length"] = str(len(body))
    headers["content-type"] = "application/json"
    await send({**start, "status": status, "headers": headers.raw})
    await send({"type": "http.response.body", "body": body})
