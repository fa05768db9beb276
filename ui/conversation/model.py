"""One visitor's conversation: what was asked, what came of it, and how the visitor wants answers."""

from __future__ import annotations

import itertools
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, TypeVar

from pydantic import Field

from rag.limits import MAX_HISTORY
from rag.types import Answer, Citation, Mode, Turn

SOURCE_COUNTS = (1, 2, 3, 5, 10)
"""How many sources may be listed under an answer: retrieval looks at no more passages than the last."""


class Verdict(StrEnum):
    """What a reader thinks of an answer."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Choice:
    """How a visitor wants answers: `documents` None asks all, `sources` is how many are listed at most."""

    documents: tuple[str, ...] | None = None
    mode: Mode = Mode.EXTRACTIVE
    sources: int = SOURCE_COUNTS[-1]


_T = TypeVar("_T")
_NotKept = Annotated[_T, Field(exclude=True)]
"""Left out where an exchange is written down, and never read back (`init=False`)."""


@dataclass(slots=True)
class Exchange:
    """A question and what came of it: an answer, or a sentence on what went wrong (`problem`).

    `found` are the passages that retrieval puts first, `follow_ups` further questions that are answered.
    Of one that was `stopped`, `answer` is what a model had written that passed the check by then.
    `shown` is the reply as HTML, made here and never read back; it grows while `growing`.
    """

    asked: str
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    answer: Answer | None = None
    problem: str = ""
    found: tuple[Citation, ...] = ()
    follow_ups: tuple[str, ...] = ()
    verdict: Verdict | None = None
    stopped: bool = False
    shown: _NotKept[str] = field(default="", init=False)
    growing: _NotKept[bool] = field(default=False, init=False)

    @property
    def turns(self) -> tuple[Turn, ...]:
        """What the service is told of it when a later question is asked; nothing of what was not answered."""
        if self.answer is None:
            return ()
        return Turn("user", self.asked), Turn("assistant", self.answer.answer)


class Lock:
    """A lock that may be copied along with what it guards: the copy is another lock, as it guards another."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def __reduce__(self) -> tuple[type[Lock], tuple[()]]:
        return Lock, ()

    @property
    def free(self) -> bool:
        """Whether nobody holds it."""
        return not self._lock.locked()


@dataclass(slots=True)
class Conversation:
    """The exchanges so far, oldest first.

    It is changed in place, because a visitor may ask on while an answer is still growing: each answer grows
    its own exchange, and every update of the page shows them all.
    """

    exchanges: list[Exchange] = field(default_factory=list)
    choice: Choice = field(default_factory=Choice)
    edited: Exchange | None = None
    """The one whose question is back in the question box."""
    remarked: Exchange | None = None
    """The one whose verdict may be explained."""

    cleared: list[Exchange] = field(default_factory=list)
    """What was cleared last and can still be brought back."""
    lock: Lock = field(default_factory=Lock, compare=False, repr=False)
    """Held by whoever writes a reply: one is stopped from another thread than it grows in."""

    def begin(self, asked: str) -> Exchange:
        """Add a question; one that is being edited gives way to it, with everything after it."""
        if self.edited is not None:
            self.cut(self.edited)
        self.cleared = []
        exchange = Exchange(asked)
        exchange.growing = True
        self.exchanges.append(exchange)
        return exchange

    def cut(self, exchange: Exchange) -> None:
        """Forget an exchange and everything after it."""
        place = self.exchanges.index(exchange)
        for dropped in self.exchanges[place:]:
            dropped.growing = False
        del self.exchanges[place:]
        self.edited = None

    def clear(self) -> None:
        """Put every exchange away until something is asked; answers that still grow are dropped."""
        if self.exchanges:
            self.cleared = [exchange for exchange in self.exchanges if not exchange.growing]
            self.cut(self.exchanges[0])

    def bring_back(self) -> None:
        """Undo `clear`, unless something was asked since."""
        if not self.exchanges:
            self.exchanges = self.cleared
        self.cleared = []

    def stop(self) -> Iterator[Exchange]:
        """Let nothing grow any more, and yield what did."""
        for exchange in self.exchanges:
            if exchange.growing:
                exchange.stopped = True
                yield exchange
                exchange.growing = False  # not before its text says so: who sees the end shows that text

    def find(self, name: str) -> Exchange | None:
        """Return the exchange with this id."""
        return next((exchange for exchange in self.exchanges if exchange.id == name), None)

    def turns_before(self, exchange: Exchange) -> tuple[Turn, ...]:
        """Return what the service is told of the conversation when this exchange's question is asked."""
        earlier = itertools.takewhile(lambda one: one is not exchange, self.exchanges)
        turns = [turn for one in earlier for turn in one.turns]
        return tuple(turns[-MAX_HISTORY:])
