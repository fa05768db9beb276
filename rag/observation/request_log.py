"""One line a request, an id that log and client share, and a record of what was changed."""

from __future__ import annotations

import logging
import re
import time
import uuid

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.observation.audit import AuditLog

HEADER = "X-Request-ID"
_GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}")
"""An id that a proxy may give: nothing that could forge a line of a log."""
QUIET = frozenset({"/health/live", "/health/ready", "/metrics"})
"""What is asked every few seconds by whoever watches over the server."""
AUDITED = ("/api/documents", "/api/jobs", "/login", "/logout", "/page/feedback")
LONGEST_RECORDED = 200
"""Characters of a path in the record: one with an id has fewer, and a long one could fill a disk."""
SENT_AWAY = 429
"""What rates refuse is not recorded: they bound how much anybody can write there."""
READING = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
CLIENT_LEFT = 499

_LOG = logging.getLogger(__name__)


class RequestLog:
    """Gives every request an id, tells how it ended, and keeps what it changed.

    Neither a query nor a body is written, and a path as it was asked only of what changes documents, jobs or
    sessions: questions may stand in them.
    """

    def __init__(self, app: ASGIApp, audit: AuditLog) -> None:
        self._app = app
        self._audit = audit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(HEADER, "")
        name = given if _GIVEN.fullmatch(given) else uuid.uuid4().hex
        started, status, location = time.perf_counter(), CLIENT_LEFT, ""

        async def note(message: Message) -> None:
            nonlocal status, location
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers[HEADER] = name
                status, location = message["status"], headers.get("location", "")
            await send(message)

        scope.setdefault("state", {})["request_id"] = name
        with structlog.contextvars.bound_contextvars(request_id=name):
            try:
                await self._app(scope, receive, note)
            except Exception:
                status = 500
                raise
            finally:
                self._tell(scope, status, location, time.perf_counter() - started, name)

    def _tell(self, scope: Scope, status: int, location: str, seconds: float, name: str) -> None:
        path = getattr(scope.get("route"), "path", "other")
        principal = scope.get("state", {}).get("principal")
        who = getattr(principal, "name", "")
        method = scope["method"]
        level = logging.DEBUG if path in QUIET else logging.INFO
        said = {"method": method, "path": path, "status": status, "seconds": round(seconds, 4), "key": who}
        _LOG.log(level, "%s %s %s in %.3f s", method, path, status, seconds, extra=said)
        asked = scope["path"].removeprefix(scope.get("root_path", ""))
        changes = any(asked == one or asked.startswith(f"{one}/") for one in AUDITED)
        if changes and method not in READING and status != SENT_AWAY:
            client = scope.get("client")
            self._audit.write(
                f"{method} {asked[:LONGEST_RECORDED]}",
                who=who,
                address=client[0] if client else "",
                outcome=status,
                result=location,
                request=name,
            )
