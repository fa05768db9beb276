"""Whether the client of a request still waits, and an answer only as long as it does."""

from __future__ import annotations

from asyncio import CancelledError
from collections.abc import Generator
from contextlib import closing

from anyio import from_thread
from fastapi import Request

from rag.errors import AbandonedError
from rag.types import Answer, Stage

CLIENT_LEFT = 499
"""The status of a request whose client did not wait, as nginx has it; only the figures show it."""


def wait_for(answers: Generator[Stage | Answer], connection: Request) -> Answer | None:
    """Return the last of `answers`, or None once nobody waits for it any more; runs in a worker thread."""
    answer = None
    try:
        with closing(answers):
            for item in answers:
                if not is_waiting(connection):
                    return None
                if isinstance(item, Answer):
                    answer = item
    except AbandonedError:
        return None
    return answer


def is_waiting(connection: Request) -> bool:
    """Tell whether the client still waits; runs in a worker thread.

    A stream is sent by a task that is cancelled when the client leaves, and nothing can be awaited for it.
    """
    try:
        return not from_thread.run(connection.is_disconnected)
    except CancelledError:
        return False
