"""What computes waits for its turn in a bounded queue; what finds it full is sent away for a moment."""

from __future__ import annotations

import asyncio
import re
import time

import anyio
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.api.middleware import find_route
from rag.api.problems import BODY_TOO_SLOW, OVERLOADED, Problem, ProblemError
from rag.api.security.asker import name_asker
from rag.api.security.queue import FairQueue, FullError

WORKING = frozenset({"/api/ask", "/api/search", "/mcp", "/v1/chat/completions", "/v1/embeddings"})
"""Where a request computes for long; everything else takes milliseconds, or has a queue of its own."""
DRAWING = re.compile(r"/api/documents/[^/]+/(?:pages/[^/]+|indicators)")
"""What is read and has to be made first: the picture of a page, the figures of a report."""
ARRIVING = 30.0
"""Seconds in which the whole body of such a request has to arrive: at most a megabyte."""


class Admission:
    """Reads a request to its end, waits for its turn, and forgets it once its client has left."""

    def __init__(self, app: ASGIApp, queue: FairQueue, arriving: float = ARRIVING) -> None:
        self._app = app
        self._queue = queue
        self._arriving = arriving

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or not _is_work(scope["method"], find_route(scope)):
            await self._app(scope, receive, send)
            return
        # A slow client waits before the queue, not in the place of somebody who could be answered.
        try:
            messages = await self._read(receive)
            if messages is None or not await self._wait(name_asker(scope), receive):
                return
        except ProblemError as error:
            await error.problem.to_response()(scope, receive, send)
            return
        arrived = iter(messages)

        async def replay() -> Message:
            message = next(arrived, None)
            return message if message is not None else await receive()

        begun = time.monotonic()
        try:
            await self._app(scope, replay, send)
        finally:
            self._queue.leave(time.monotonic() - begun)

    async def _read(self, receive: Receive) -> list[Message] | None:
        """Return the messages of the body, None once the client has left."""
        messages: list[Message] = []
        try:
            with anyio.fail_after(self._arriving):
                while not messages or messages[-1].get("more_body", False):
                    messages.append(await receive())
                    if messages[-1]["type"] != "http.request":
                        return None
        except TimeoutError:
            detail = f"The body did not arrive within {self._arriving:g} seconds: send it again, faster."
            raise ProblemError(Problem(BODY_TOO_SLOW, detail, headers={"Connection": "close"})) from None
        return messages

    async def _wait(self, client: str, receive: Receive) -> bool:
        """Wait for the client's turn; tells whether it is still there then."""
        turn = asyncio.ensure_future(self._queue.enter(client))
        await asyncio.sleep(0)
        if not turn.done():
            leaving = asyncio.ensure_future(_is_gone(receive))
            try:
                await asyncio.wait({turn, leaving}, return_when=asyncio.FIRST_COMPLETED)
            except asyncio.CancelledError:
                await _cancel(turn)
                raise
            finally:
                await _cancel(leaving)
            if not turn.done():
                await _cancel(turn)
                return False
        try:
            await turn
        except FullError as full:
            detail = f"The server has too much to do: ask again in {full.after} seconds."
            headers = {"Retry-After": str(full.after)}
            raise ProblemError(Problem(OVERLOADED, detail, headers=headers)) from None
        return True


def _is_work(method: str, route: str) -> bool:
    return route in WORKING if method == "POST" else method == "GET" and bool(DRAWING.fullmatch(route))


async def _is_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _cancel(task: asyncio.Future[None]) -> None:
    task.cancel()
    try:
        await task
    except (asyncio.CancelledError, FullError):
        return
