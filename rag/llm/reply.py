"""A reply while it is being written: what came, when, and how long it may still take."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from queue import SimpleQueue

from rag.llm.events import ReplyEvent

FIRST_SHARE = 0.75
"""Of the seconds for a reply, those within which it must begin: a model reads the prompt first."""
PAUSE_SHARE = 0.25
"""Of the seconds for a reply, those that may pass between two pieces."""
MOST_PIECES = 4
"""Pieces that a token may come in; an endpoint that sends more than `max_tokens` allow is stopped."""
MOST_CHARACTERS = 16
"""Characters that a token may stand for, on the average of a reply: a long word, or the blanks of a table."""


@dataclass(slots=True)
class Reply:
    """What has come of a reply; the event loop writes it, `pieces` hands it over.

    `first` and `seconds` count from the start; `usage` is (tokens of the prompt, tokens of the reply) as the
    endpoint reports them.
    """

    max_tokens: int
    limit: float
    pieces: SimpleQueue[str | None] = field(default_factory=SimpleQueue)
    written: list[str] = field(default_factory=list)
    accepted: bool = False
    finished: bool = False  # the model has ended its reply, or had to
    complete: bool = False  # so has the endpoint: nothing more will come
    usage: tuple[int, int] | None = None
    first: float | None = None
    characters: int = 0
    started: float = field(default_factory=time.monotonic)
    seconds: float = 0.0

    @property
    def text(self) -> str:
        """All that was written so far."""
        return "".join(self.written)

    def start(self) -> None:
        """Note that the model is asked now."""
        self.started = time.monotonic()

    def add(self, event: ReplyEvent) -> None:
        """Take in what an event says, and hand its text over; none that follows the end of the reply."""
        self.usage = event.usage or self.usage
        text = event.text[: MOST_CHARACTERS * self.max_tokens - self.characters]
        if text and not self.finished:
            if self.first is None:
                self.first = time.monotonic() - self.started
            self.written.append(text)
            self.characters += len(text)
            self.pieces.put(text)
        self.finished = self.finished or event.finished or self.overruns
        self.complete = self.complete or event.last

    @property
    def first_limit(self) -> float:
        """Seconds within which the reply must begin."""
        return FIRST_SHARE * self.limit

    @property
    def pause_limit(self) -> float:
        """Seconds that may pass between two pieces."""
        return PAUSE_SHARE * self.limit

    @property
    def overruns(self) -> bool:
        """Whether more was written than was asked for."""
        return (
            len(self.written) >= MOST_PIECES * self.max_tokens
            or self.characters >= MOST_CHARACTERS * self.max_tokens
        )

    def say_what_took_long(self) -> str:
        """Word the limit that was reached."""
        if not self.written:
            return f"wrote nothing within {self.first_limit:g} seconds"
        if time.monotonic() - self.started < self.limit:
            return f"paused for more than {self.pause_limit:g} seconds"
        return f"did not finish within {self.limit:g} seconds"
