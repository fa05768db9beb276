"""An answer as server-sent events: status, tokens and citations in reading order, then done (or error)."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from fastapi.sse import format_sse_event

from rag.api import problems
from rag.api.conversion import from_answer
from rag.types import Answer

_LOG = logging.getLogger(__name__)

Event = tuple[str, dict[str, Any]]
"""The name of an event and its data."""


def stream_answer(ask: Callable[[], Answer]) -> Iterator[bytes]:
    """Yield the events of the answer that `ask` returns.

    A response that has begun can no longer change its status: what fails here becomes an `error` event with
    the problem document as its data.
    """
    yield _encode(("status", {"stage": "searching"}))
    try:
        yield from map(_encode, _tell(ask()))
    except Exception as error:
        problem = problems.from_error(error)
        if problem.kind is problems.INTERNAL:
            _LOG.exception("A streamed answer failed.")
        yield _encode(("error", problem.as_dict()))


def _tell(answer: Answer) -> Iterator[Event]:
    """Yield the answer piece by piece: the pieces joined are the answer, markers included."""
    whole = from_answer(answer).model_dump(mode="json")
    citations = {citation["n"]: citation for citation in whole["citations"]}
    starts = [sentence["start"] for sentence in whole["sentences"][1:]]
    cited: list[list[int]] = [sentence["citations"] for sentence in whole["sentences"]] or [[]]
    for (start, end), numbers in zip(pairwise([0, *starts, len(answer.answer)]), cited, strict=True):
        yield "token", {"text": answer.answer[start:end]}
        for number in numbers:
            if number in citations:  # each is told once, behind the first sentence that rests on it
                yield "citation", citations.pop(number)
    yield "done", whole


def _encode(event: Event) -> bytes:
    name, data = event
    return format_sse_event(event=name, data_str=json.dumps(data, ensure_ascii=False))
