"""What stands before the routes: where the server is, whom it answers, how much it reads, what it counts."""

from __future__ import annotations

import ipaddress
import re
import time

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from index.documents.limits import DEFAULT_LIMITS, MEBIBYTE
from rag.api.problems import (
    BODY_TOO_LARGE,
    FILE_TOO_LARGE,
    MEDIA_TYPE,
    WRONG_HOST,
    Problem,
    ProblemError,
    refuse,
)
from rag.api.waiting import CLIENT_LEFT
from rag.metrics import Metrics

MAX_BODY_BYTES = 1 << 20
"""Of a REST request: 40 messages of 2,000 characters take a quarter of it."""

MAX_UPLOAD_BYTES = DEFAULT_LIMITS.file_bytes + MAX_BODY_BYTES
"""Of a request that brings a file: the file, and what is said of it."""
UPLOADS = "/api/documents"
"""Where the addresses begin that take files."""

LIMITED = ("/api/", "/login", "/mcp", "/v1/")
"""Where the addresses begin whose bodies are short; the page has files to send."""

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})

_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[^:\[\]]+)(?::\d*)?", re.IGNORECASE)


def is_loopback(host: str) -> bool:
    """Tell whether a server bound to `host` can be reached from this machine only."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def find_route(scope: Scope) -> str:
    """Return the path of a request as the routes have it, wherever a proxy offers the server."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))


class RootPath:
    """Tells the routes below which path a proxy offers the server, whether or not the proxy strips it off.

    ASGI wants the path with its prefix; a path that lacks it comes from a proxy that strips, or not from one.
    """

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        self._app = app
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on with its prefix."""
        if scope["type"] in ("http", "websocket"):
            path: str = scope["path"]
            if path == self._prefix:
                path += "/"
            elif not path.startswith(f"{self._prefix}/"):
                path = self._prefix + path
            scope = {**scope, "root_path": self._prefix, "path": path}
        await self._app(scope, receive, send)


class HostGuard:
    """Refuses requests that name a foreign host.

    Any web page can have its visitors' browsers ask for a name that resolves to 127.0.0.1 (DNS rebinding) and
    would then read what this machine serves; such a request carries the page's name in Host.
    """

    def __init__(self, app: ASGIApp, own_name: str) -> None:
        self._app = app
        self._names = LOOPBACK_NAMES | {own_name.lower()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what names this machine."""
        if scope["type"] in ("http", "websocket"):
            host = Headers(scope=scope).get("host", "")
            match = _HOST.fullmatch(host)
            if not match or match[1].lower() not in self._names:
                problem = Problem(
                    WRONG_HOST,
                    f"This server answers to {', '.join(sorted(self._names))} only, not to {host!r}: open it "
                    "under one of these names, have a proxy send one of them, or set REPORT_RAG_HOST to the "
                    "address that others may use.",
                )
                await problem.to_response()(scope, receive, send)
                return
        await self._app(scope, receive, send)


class BodyLimit:
    """Refuses requests with a body over `MAX_BODY_BYTES`, or over that of a file where one may come."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is small enough, counting what arrives undeclared."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit, problem = _find_limit(scope)
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isdecimal() and int(declared) > limit:
            await problem.to_response()(scope, receive, send)
            return
        received = 0

        async def receive_up_to_limit() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise ProblemError(problem)
            return message

        await self._app(scope, receive_up_to_limit, send)


def _find_limit(scope: Scope) -> tuple[int, Problem]:
    """Return how many bytes a request may bring, and what one with more of them hears."""
    route = find_route(scope)
    if not route.startswith(LIMITED) or (scope["method"] in ("POST", "PUT") and route.startswith(UPLOADS)):
        mebibytes = DEFAULT_LIMITS.file_bytes // MEBIBYTE
        return MAX_UPLOAD_BYTES, Problem(
            FILE_TOO_LARGE,
            f"The file has more than {mebibytes} MiB: split it, or save it with smaller pictures.",
        )
    return MAX_BODY_BYTES, Problem(
        BODY_TOO_LARGE,
        f"The body has more than {MAX_BODY_BYTES:,} bytes: send a shorter question or history.",
    )


class ErrorDocuments:
    """Makes a problem document of every other answer that nothing is there, or not by this method.

    A page mounted beside the routes has answers of its own.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on but those answers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        asked = dict(scope)  # what is mounted changes it
        replaced = False

        async def replace(message: Message) -> None:
            nonlocal replaced
            if message["type"] == "http.response.start" and message["status"] in (404, 405):
                headers = Headers(raw=message["headers"])
                if replaced := headers.get("content-type") != MEDIA_TYPE:
                    problem = refuse(asked, asked["app"].routes, headers.get("allow", ""))
                    await problem.to_response()(asked, receive, send)
            if not replaced:
                await send(message)

        await self._app(scope, receive, replace)


class RequestCounter:
    """Counts and times every HTTP request."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on and note how it ended."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start = time.perf_counter()
        status = CLIENT_LEFT  # where no response was begun, nobody waited for one

        async def note_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, note_status)
        except Exception:
            status = 500
            raise
        finally:
            path = getattr(scope.get("route"), "path", "other")
            self._metrics.count_request(scope["method"], path, status, time.perf_counter() - start)
