"""An answer as server-sent events: status, tokens and citations in reading order, then done (or error)."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import anyio
from fastapi.concurrency import run_in_threadpool
from fastapi.sse import EventSourceResponse, format_sse_event
from starlette.types import Receive, Scope, Send

from rag.api import problems
from rag.api.conversion import from_answer, from_citation
from rag.errors import AbandonedError
from rag.quotation import mark
from rag.types import Answer, SentenceState, Stage

_LOG = logging.getLogger(__name__)

QUIET = 50
"""Stages without news after which `status` is repeated. A silent model gives ten a second, and proxies cut
connections that are silent for much longer than five seconds."""
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
"""A proxy is to pass each event on."""

Event = tuple[str, dict[str, Any]]
"""The name of an event and its data."""


class EventStream(EventSourceResponse):
    """Events as bytes, made in a worker thread; nothing (b"") where work goes on without news.

    However the response ends, `data` is closed with it.
    """

    def __init__(self, data: Generator[bytes]) -> None:
        self._data = data
        super().__init__(self._send(), headers=HEADERS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the events until they end or the client leaves."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            with anyio.CancelScope(shield=True):
                await run_in_threadpool(self._data.close)

    async def _send(self) -> AsyncIterator[bytes]:
        # One step at a time, also where there is nothing to send: between two the client may leave.
        while (data := await run_in_threadpool(next, self._data, None)) is not None:
            if data:
                yield data


class AnswerStream(EventStream):
    """The events of `answers`, which grow as ReportService.stream has them; `count` hears of the last one.

    A response that has begun can no longer change its status: what fails here becomes an `error` event with
    the problem document as its data.
    """

    def __init__(self, answers: Generator[Stage | Answer], count: Callable[[Answer], None]) -> None:
        super().__init__(_encode(answers, count))


def _encode(answers: Generator[Stage | Answer], count: Callable[[Answer], None]) -> Generator[bytes]:
    """Yield events as bytes, none of them where work goes on without news."""
    try:
        with closing(answers):
            for event in _tell(answers, count):
                yield _write(event) if event else b""
    except AbandonedError:
        return
    except Exception as error:
        problem = problems.from_error(error)
        if problem.kind is problems.INTERNAL:
            _LOG.exception("A streamed answer failed.")
        yield _write(("error", problem.as_dict()))


def _tell(answers: Iterator[Stage | Answer], count: Callable[[Answer], None]) -> Iterator[Event | None]:
    """Yield the answer as it grows, and None where there is nothing new."""
    told = _Told()
    stage, quiet = None, 0
    answer = None
    for item in answers:
        if isinstance(item, Answer):
            answer, quiet = item, 0
            yield from told.go_on(answer)
            continue
        quiet += 1
        if item is not stage or quiet >= QUIET:
            stage, quiet = item, 0
            yield "status", {"stage": item.value}
        else:
            yield None
    if answer is not None:
        count(answer)
        yield "done", from_answer(answer).model_dump(mode="json")


@dataclass(slots=True)
class _Told:
    """What the client has heard of an answer."""

    text: str = ""
    sentences: int = 0
    citations: set[int] = field(default_factory=set)

    def go_on(self, answer: Answer) -> Iterator[Event]:
        """Yield what is new, sentence by sentence: the texts joined are the answer, markers included."""
        if not answer.answer.startswith(self.text):
            return  # it was withheld after all: `done` tells what is said in its place
        shown = [one for one in answer.sentences if one.state is not SentenceState.LEFT_OUT]
        new = shown[self.sentences :]
        cited = [sentence.citations for sentence in new] or [()]
        # A lead and a bullet come with the sentence behind them.
        ends = [sentence.span.end + len(mark(sentence.citations)) for sentence in new[:-1]]
        ends.append(len(answer.answer))
        for numbers, end in zip(cited, ends, strict=True):
            if text := answer.answer[len(self.text) : end]:
                self.text += text
                yield "token", {"text": text}
            for citation in answer.citations:
                if citation.n in numbers and citation.n not in self.citations:
                    self.citations.add(citation.n)
                    yield "citation", from_citation(citation).model_dump(mode="json")
        self.sentences = len(shown)


def _write(event: Event) -> bytes:
    name, data = event
    return format_sse_event(event=name, data_str=json.dumps(data, ensure_ascii=False))
