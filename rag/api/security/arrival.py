"""Bodies have to keep arriving: a client that stops sending is not waited for."""

from __future__ import annotations

import anyio
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.api.problems import BODY_TOO_SLOW, Problem, ProblemError

IDLE = 30.0
"""Seconds between two pieces of a body: networks that lose packets need a few."""


class Arrival:
    """Ends a request whose body stands still; once it is there, its answer may take as long as it takes."""

    def __init__(self, app: ASGIApp, idle: float = IDLE) -> None:
        self._app = app
        self._idle = idle

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_complete = False

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

        await self._app(scope, receive_in_time, send)
