"""The two clients: one blocks, the other is awaited; they differ in nothing else."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Sequence
from contextlib import aclosing, closing
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx2

from rag.client import exchange
from rag.client.decoding import read_answer, read_citation, read_indicator, read_summary
from rag.client.errors import TryLaterError
from rag.client.exchange import Call
from rag.client.types import Event, Indicator, Summary
from rag.types import Answer, Citation, Mode, Turn

T = TypeVar("T")

RETRIES = 2
"""How often a request that the server sent away for a moment is sent again before its caller hears of it."""
DEFAULT_LIMIT = 10


class _Base:
    def __init__(self, server: str, retries: int) -> None:
        self._server = server
        self._retries = retries

    def _may_wait(self, error: TryLaterError, tried: int) -> bool:
        return tried < self._retries and error.after <= exchange.LONGEST_WAIT


class Client(_Base):
    """A client of the server at an address such as http://127.0.0.1:7860; for several threads at once.

    `key` is one that `report-rag keys create` made there, if the server wants one. `timeout` is in seconds,
    between two pieces of a response. Requests that the server sends away for a moment (it is loading, or has
    too much to do) are sent again `retries` times. All methods raise ClientError (rag.client.errors).
    """

    def __init__(
        self,
        server: str,
        *,
        key: str | None = None,
        timeout: float = exchange.TIMEOUT,
        retries: int = RETRIES,
        transport: httpx2.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        super().__init__(server, retries)
        self._http = httpx2.Client(**exchange.make_options(server, key, timeout), transport=transport)
        self._sleep = sleep

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        self._http.close()

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        documents: Sequence[str] | None = None,
        mode: Mode | None = None,
    ) -> Answer:
        """Answer a question; `documents` None asks all of them, `mode` None takes the server's."""
        return self._fetch(exchange.ask(question, history, documents, mode, stream=False), read_answer)

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        documents: Sequence[str] | None = None,
        mode: Mode | None = None,
    ) -> Generator[Event]:
        """Answer a question bit by bit, the Answer last. Closing the iterator stops the server's work."""
        call = exchange.ask(question, history, documents, mode, stream=True)
        for tried in range(self._retries + 1):
            try:
                with closing(self._follow(call)) as events:
                    yield from events
            except TryLaterError as error:
                if not self._may_wait(error, tried):
                    raise
                self._sleep(error.after)
            else:
                return

    def search(
        self, query: str, *, documents: Sequence[str] | None = None, limit: int = DEFAULT_LIMIT
    ) -> list[Citation]:
        """Return up to `limit` passages nearest to `query`, best first."""
        call = exchange.search(query, documents, limit)
        return self._fetch(call, lambda sent: [read_citation(hit) for hit in sent["hits"]])

    def documents(self) -> list[Summary]:
        """Return every document that can be asked."""
        call = Call("GET", "api/documents")
        return self._fetch(call, lambda sent: [read_summary(one) for one in sent["documents"]])

    def text(self, document: str) -> str:
        """Return the canonical text of a document, to which every offset refers."""
        return exchange.decode_text(self._send(exchange.read(document, "text")))

    def indicators(self, document: str) -> list[Indicator]:
        """Return every figure that a document states of something, in reading order."""
        call = exchange.read(document, "indicators")
        return self._fetch(call, lambda sent: [read_indicator(one) for one in sent["indicators"]])

    def _fetch(self, call: Call, read_it: Callable[[Any], T]) -> T:
        return exchange.decode(self._send(call), read_it)

    def _send(self, call: Call) -> httpx2.Response:
        """Return a good response, read to its end."""
        tried = 0
        while True:
            with exchange.explaining(self._server):
                response = self._http.request(call.method, call.path, json=call.body)
            try:
                exchange.check(response)
            except TryLaterError as error:
                if not self._may_wait(error, tried):
                    raise
                tried += 1
                self._sleep(error.after)
            else:
                return response

    def _follow(self, call: Call) -> Generator[Event]:
        with (
            exchange.explaining(self._server),
            self._http.sse(call.path, method=call.method, json=call.body) as source,
        ):
            if not source.response.is_success:
                source.response.read()
                exchange.check(source.response)
            for told in source:
                event = exchange.read_event(told.event, told.data)
                if event is not None:
                    yield event
                if isinstance(event, Answer):
                    return
        raise exchange.cut_off()


class AsyncClient(_Base):
    """As Client, to be awaited."""

    def __init__(
        self,
        server: str,
        *,
        key: str | None = None,
        timeout: float = exchange.TIMEOUT,
        retries: int = RETRIES,
        transport: httpx2.AsyncBaseTransport | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        super().__init__(server, retries)
        self._http = httpx2.AsyncClient(**exchange.make_options(server, key, timeout), transport=transport)
        self._sleep = sleep

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close every connection."""
        await self._http.aclose()

    async def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        documents: Sequence[str] | None = None,
        mode: Mode | None = None,
    ) -> Answer:
        """Answer a question; `documents` None asks all of them, `mode` None takes the server's."""
        return await self._fetch(exchange.ask(question, history, documents, mode, stream=False), read_answer)

    async def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        documents: Sequence[str] | None = None,
        mode: Mode | None = None,
    ) -> AsyncGenerator[Event]:
        """Answer a question bit by bit, the Answer last. Closing the iterator stops the server's work."""
        call = exchange.ask(question, history, documents, mode, stream=True)
        for tried in range(self._retries + 1):
            try:
                async with aclosing(self._follow(call)) as events:
                    async for event in events:
                        yield event
            except TryLaterError as error:
                if not self._may_wait(error, tried):
                    raise
                await self._sleep(error.after)
            else:
                return

    async def search(
        self, query: str, *, documents: Sequence[str] | None = None, limit: int = DEFAULT_LIMIT
    ) -> list[Citation]:
        """Return up to `limit` passages nearest to `query`, best first."""
        call = exchange.search(query, documents, limit)
        return await self._fetch(call, lambda sent: [read_citation(hit) for hit in sent["hits"]])

    async def documents(self) -> list[Summary]:
        """Return every document that can be asked."""
        call = Call("GET", "api/documents")
        return await self._fetch(call, lambda sent: [read_summary(one) for one in sent["documents"]])

    async def text(self, document: str) -> str:
        """Return the canonical text of a document, to which every offset refers."""
        return exchange.decode_text(await self._send(exchange.read(document, "text")))

    async def indicators(self, document: str) -> list[Indicator]:
        """Return every figure that a document states of something, in reading order."""
        call = exchange.read(document, "indicators")
        return await self._fetch(call, lambda sent: [read_indicator(one) for one in sent["indicators"]])

    async def _fetch(self, call: Call, read_it: Callable[[Any], T]) -> T:
        return exchange.decode(await self._send(call), read_it)

    async def _send(self, call: Call) -> httpx2.Response:
        """Return a good response, read to its end."""
        tried = 0
        while True:
            with exchange.explaining(self._server):
                response = await self._http.request(call.method, call.path, json=call.body)
            try:
                exchange.check(response)
            except TryLaterError as error:
                if not self._may_wait(error, tried):
                    raise
                tried += 1
                await self._sleep(error.after)
            else:
                return response

    async def _follow(self, call: Call) -> AsyncGenerator[Event]:
        with exchange.explaining(self._server):
            async with self._http.sse(call.path, method=call.method, json=call.body) as source:
                if not source.response.is_success:
                    await source.response.aread()
                    exchange.check(source.response)
                async for told in source:
                    event = exchange.read_event(told.event, told.data)
                    if event is not None:
                        yield event
                    if isinstance(event, Answer):
                        return
        raise exchange.cut_off()
