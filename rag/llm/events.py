"""The events of a streamed reply, read from the bytes as they come.

The library's own reader keeps a line without an end in memory, hides whether the stream was closed as it
should be, and leaves generators to the garbage collector when a reply is left early.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

LONGEST_LINE = 1_000_000
"""Bytes: an event of a chat reply takes a few hundred."""
MOST_TOKENS = 10**7
"""Tokens that one request may have taken: no window of today is larger, and more is no count."""
LAST = b"[DONE]"


@dataclass(frozen=True, slots=True)
class ReplyEvent:
    """What one event says; `usage` is (tokens of the prompt, tokens of the reply), `error` the endpoint's."""

    text: str = ""
    finished: bool = False  # the model's reply is complete
    last: bool = False  # nothing more will come
    usage: tuple[int, int] | None = None
    error: object = None


class EventReader:
    """Cuts bytes into events: one JSON object in a `data` line each, as every chat endpoint writes them."""

    def __init__(self) -> None:
        self._rest = b""

    def read(self, data: bytes) -> Iterator[ReplyEvent]:
        """Yield the events that `data` completes; raises ValueError for what is no event of a chat reply."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > LONGEST_LINE:
            raise ValueError("a line without an end")
        for line in lines:
            field, _, value = line.partition(b":")
            if field == b"data":
                yield _parse(value.strip())


def _parse(value: bytes) -> ReplyEvent:
    if value == LAST:
        return ReplyEvent(finished=True, last=True)
    try:
        data = json.loads(value)
    except RecursionError:
        raise ValueError("too deep") from None
    if not isinstance(data, dict):
        raise ValueError("no object")  # noqa: TRY004 (of what is read, not of an argument)
    if error := data.get("error"):
        return ReplyEvent(error=error)
    choice = _get_first(data.get("choices"))
    content = _get_object(choice.get("delta")).get("content") or ""
    if not isinstance(content, str):
        raise ValueError("content that is no text")  # noqa: TRY004
    return ReplyEvent(
        content.encode("utf-8", "replace").decode(),  # half a character (a lone surrogate) is none
        choice.get("finish_reason") is not None,
        usage=_get_counts(_get_object(data.get("usage"))),
    )


def _get_first(choices: object) -> dict[str, Any]:
    """Return the first of the choices; the event with the usage has none."""
    if not isinstance(choices, list | None):
        raise ValueError("choices that are no list")  # noqa: TRY004
    return _get_object(choices[0]) if choices else {}


def _get_object(value: object) -> dict[str, Any]:
    if value is not None and not isinstance(value, dict):
        raise ValueError("no object")
    return value or {}


def _get_counts(usage: dict[str, Any]) -> tuple[int, int] | None:
    sent, received = usage.get("prompt_tokens"), usage.get("completion_tokens")
    if not isinstance(sent, int) or not isinstance(received, int):
        return None
    return (sent, received) if 0 <= min(sent, received) <= max(sent, received) <= MOST_TOKENS else None
