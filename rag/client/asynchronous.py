"""The client that is awaited; the other one (client.py) differs in nothing but that it blocks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx2

from rag.client import exchange
from rag.client.decoding import (
    read_accepted,
    read_answer,
    read_citation,
    read_indicator,
    read_job,
    read_summary,
)
from rag.client.errors import TryLaterError
from rag.client.exchange import Call
from rag.client.patience import DEFAULT_LIMIT, LOOKING, RETRIES, Patient
from rag.client.types import Event, Indicator, Job, Summary
from rag.types import Answer, Citation, Mode, Turn

T = TypeVar("T")


class AsyncClient(Patient):
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
                if not self.may_wait(error, tried):
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

    async def add(
        self, data: bytes, file_name: str, *, replaces: str | None = None, **details: object
    ) -> Job:
        """Send a file to be a document, or to be that of the document `replaces`; `wait` follows it.

        `details` (title, place, year, date, speaker, occasion, collection) are what its text does not tell.
        """
        return await self._fetch(exchange.send_file(data, file_name, replaces, details), read_accepted)

    async def job(self, job: str) -> Job:
        """Return how far a file has come."""
        return await self._fetch(exchange.read_job(job), read_job)

    async def wait(self, job: Job, *, every: float = LOOKING) -> Job:
        """Return the job once it has ended, however; looks `every` so many seconds."""
        while job.id is not None and not job.state.is_final:
            await self._sleep(every)
            job = await self.job(job.id)
        return job

    async def remove(self, document: str) -> None:
        """Remove a document and everything that was made of it."""
        await self._send(exchange.remove(document))

    async def _fetch(self, call: Call, read_it: Callable[[Any], T]) -> T:
        return exchange.decode(await self._send(call), read_it)

    async def _send(self, call: Call) -> httpx2.Response:
        """Return a good response, read to its end."""
        tried = 0
        while True:
            with exchange.explaining(self._server):
                response = await self._http.request(call.method, call.path, **call.options())
            try:
                exchange.check(response)
            except TryLaterError as error:
                if not self.may_wait(error, tried):
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
