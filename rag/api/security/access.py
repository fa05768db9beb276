"""Which key a request shows, and whether it opens what is asked for."""

from __future__ import annotations

import logging

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as Connection

from rag.api.middleware import find_route
from rag.api.problems import (
    KEY_REQUIRED,
    SCOPE_MISSING,
    Problem,
    from_error,
)
from rag.api.security.asker import Principal, name_client
from rag.api.security.attempts import CHALLENGE, Attempts, identify
from rag.api.security.keys import Key, KeyFileError, KeyStore, Scope
from rag.api.security.login import LOGIN, LOGOUT, answer_with_form
from rag.api.security.sessions import COOKIE, Sessions

_LOG = logging.getLogger(__name__)

OPEN = frozenset({"/health/live", "/health/ready", LOGIN, LOGOUT})
"""What needs no key: whoever watches over the server has none, and a key has to be given somewhere."""
MANAGED = ("/metrics", "/api/jobs", "/page/feedback")
"""Where addresses begin that are the operator's, whatever is done there."""
CHANGED = ("/api/documents",)
"""Where addresses begin that everybody may read and the operator change."""
READING = frozenset({"GET", "HEAD", "OPTIONS"})


def find_need(method: str, route: str) -> Scope | None:
    """Return the scope that a request needs; None where no key is needed."""
    if route in OPEN:
        return None
    if _is_below(route, MANAGED) or (method not in READING and _is_below(route, CHANGED)):
        return Scope.MANAGE
    return Scope.ASK


def _is_below(route: str, beginnings: tuple[str, ...]) -> bool:
    return any(
        route == beginning or route.startswith((f"{beginning}/", f"{beginning}.")) for beginning in beginnings
    )


class Access:
    """Lets through what shows a key with the scope that it needs, and says who it is."""

    def __init__(self, app: ASGIApp, store: KeyStore, sessions: Sessions, attempts: Attempts) -> None:
        self._app = app
        self._store = store
        self._sessions = sessions
        self._attempts = attempts

    async def __call__(self, scope: Connection, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        need = find_need(scope.get("method", "GET"), find_route(scope))
        try:
            key, problem = await self._identify(scope)
        except KeyFileError as error:
            _LOG.error("Nobody is let in: %s", error)
            key, problem = None, from_error(error)
        if need is None:
            problem = None
        elif problem is None and key is None:
            problem = Problem(
                KEY_REQUIRED,
                "This server wants a key: send it as Authorization: Bearer …, or give it at /login. "
                "Its operator creates one with report-rag keys create.",
                headers=CHALLENGE,
            )
        elif problem is None and key is not None and need not in key.scopes:
            detail = f"The key {key.name!r} may not do this: use one with the scope {need.value}."
            problem = Problem(SCOPE_MISSING, detail)
        if problem is not None:
            await _refuse(problem, scope, receive, send)
            return
        if key is not None:
            scope.setdefault("state", {})["principal"] = Principal(key.id, key.name, key.scopes)
        await self._app(scope, receive, send)

    async def _identify(self, scope: Connection) -> tuple[Key | None, Problem | None]:
        """Return the key that a request shows, or what is wrong with it; neither where it shows none."""
        headers = Headers(scope=scope)
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and (token := token.strip()):
            return await identify(token, name_client(scope), self._store, self._attempts)
        cookie = cookie_parser(headers.get("cookie", "")).get(COOKIE)
        return (self._sessions.find(cookie) if cookie else None), None


async def _refuse(problem: Problem, scope: Connection, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": problem.kind.title})
        return
    wants_page = "text/html" in Headers(scope=scope).get("accept", "") and scope["method"] == "GET"
    if wants_page and problem.kind is KEY_REQUIRED:
        query = scope["query_string"].decode("latin-1")
        wanted = find_route(scope) + (f"?{query}" if query else "")
        await answer_with_form(scope, wanted)(scope, receive, send)
        return
    await problem.to_response()(scope, receive, send)
