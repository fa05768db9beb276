"""Bodies have to keep moving, both ways: a client that stops sending or reading is not waited for."""

from __future__ import annotations

import logging

import anyio
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.api.problems import BODY_TOO_SLOW, Problem, ProblemError

IDLE = 30.0
"""Seconds between two pieces of a body: networks that lose packets need a few."""


STALLED = 60.0
"""Seconds in which a piece of a response has to leave: who reads none of it would hold a place for ever."""

_LOG = logging.getLogger(__name__)


class StalledError(Exception):
    """The client reads nothing of its answer."""


class Arrival:
    """Ends a request whose body stands still, or whose answer is not read.

    Once a request is there, its answer may take as long as it takes.
    """

    def __init__(self, app: ASGIApp, idle: float = IDLE, stalled: float = STALLED) -> None:
        self._app = app
        self._idle = idle
        self._stalled = stalled

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_complete = has_stalled = False

        async def receive_in_time() -> Message:
            nonlocal is_complete
            if is_complete:
                return await receive()
            try:
                with anyio.fail_after(self._idle):
                    message = await receive()
            except TimeoutError:
                detail = f"Nothing of the body came for {self._idle:g} seconds: send it again, faster."
                headers = {"Connection": "close"}
                raise ProblemError(Problem(BODY_TOO_SLOW, detail, headers=headers)) from None
            is_complete = not message.get("more_body", False)
            return message

        async def send_in_time(message: Message) -> None:
            nonlocal has_stalled
            try:
                with anyio.fail_after(self._stalled):
                    await send(message)
            except TimeoutError:
                has_stalled = True
                raise StalledError from None

        try:
            await self._app(scope, receive_in_time, send_in_time)
        except Exception:
            if not has_stalled:
                raise
            _LOG.warning("A client read nothing of its answer for %g seconds: given up.", self._stalled)
