"""The protocol over HTTP (streamable, stateless) as one route of the server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread
from anyio.abc import TaskGroup, TaskStatus
from fastapi import FastAPI
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from rag.service import ReportService

if TYPE_CHECKING:
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

ADDRESS = "/mcp"


def add_mcp(app: FastAPI, service: ReportService) -> None:
    """Add the route to `app`, whose lifespan it shares; without sessions there is nothing to GET or DELETE.

    Whom the server answers and how long a body may be is settled before any route, as for REST.
    """
    endpoint = _Endpoint(service)
    app.router.routes.append(Route(ADDRESS, endpoint, methods=["POST"], include_in_schema=False))
    outer: Callable[[FastAPI], AbstractAsyncContextManager[Any]] = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(running: FastAPI) -> AsyncIterator[Any]:
        async with endpoint.run(), outer(running) as state:
            yield state

    app.router.lifespan_context = lifespan


class _Endpoint:
    """Hands requests on to the SDK's manager, which starts with the first one and ends with the server."""

    def __init__(self, service: ReportService) -> None:
        self._service = service
        self._group: TaskGroup | None = None
        self._manager: StreamableHTTPSessionManager | None = None

    @asynccontextmanager
    async def run(self) -> AsyncIterator[None]:
        """Be there for requests."""
        self._starting = anyio.Lock()
        async with anyio.create_task_group() as self._group:
            yield
            self._group.cancel_scope.cancel()
        self._group = self._manager = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if self._group is None:
            raise RuntimeError("The lifespan of the application has not begun: enter it first.")
        async with self._starting:
            if self._manager is None:
                manager = await anyio.to_thread.run_sync(_make_manager, self._service)
                await self._group.start(_keep_running, manager)
                self._manager = manager
        await _serve(self._manager, scope, receive, send)


async def _keep_running(
    manager: StreamableHTTPSessionManager, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED
) -> None:
    async with manager.run():
        task_status.started()
        await anyio.sleep_forever()


async def _serve(manager: StreamableHTTPSessionManager, scope: Scope, receive: Receive, send: Send) -> None:
    """Serve one request, and cancel it when its client leaves: the SDK does not look while it works."""
    messages: list[Message] = []
    while not messages or messages[-1].get("more_body", False):
        messages.append(await receive())
        if messages[-1]["type"] != "http.request":
            return
    arrived = iter(messages)

    async def replay() -> Message:
        if (message := next(arrived, None)) is None:
            await anyio.sleep_forever()
        assert message is not None
        return message

    async with anyio.create_task_group() as group:

        async def end_with_client() -> None:
            while (await receive())["type"] != "http.disconnect":
                pass
            group.cancel_scope.cancel()

        group.start_soon(end_with_client)
        await manager.handle_request(scope, replay, send)
        group.cancel_scope.cancel()


def _make_manager(service: ReportService) -> StreamableHTTPSessionManager:
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

    from rag.api.mcp.server import create_server

    return StreamableHTTPSessionManager(create_server(service), json_response=True, stateless=True)
