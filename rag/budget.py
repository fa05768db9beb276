"""What one request may take: work, and somebody who waits for the answer.

Work is the time that the answering thread itself computes, and readings, not how long it takes: on a busy
machine nobody's answer gets shorter, and the same question gets the same answer. Work ends at the next check
after it is used up or nobody waits any more; the checks stand before each search, each reading and each part
of a question.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from rag.errors import AbandonedError, OverBudgetError

ENOUGH = 1.0
"""Seconds of work after which no further part of a message is begun. One part takes about 0.1."""
MOST = 5.0
"""Seconds of work after which a question is given up; nothing that people ask comes near."""
READINGS = 8
"""Readings by the trained reader after which no further part is begun; each takes about 0.08 seconds."""
LONG = 60
"""Characters of a question whose reading takes twice as long as another's, and counts twice."""
POLL = 0.1
"""Seconds between two looks at whether anybody waits: a look may cost a turn of the server's event loop."""


def _always() -> bool:
    return True


class Budget:
    """The budget of one request; `is_wanted` tells whether its client still waits, from any thread."""

    def __init__(
        self,
        is_wanted: Callable[[], bool] = _always,
        *,
        enough: float = ENOUGH,
        most: float = MOST,
        clock: Callable[[], float] = time.thread_time,
    ) -> None:
        self._is_wanted = is_wanted
        self._enough = enough
        self._most = most
        self._clock = clock
        self._started = clock()
        self._readings = 0
        self._looked = 0.0

    @classmethod
    def unlimited(cls) -> Budget:
        """Return one that is never used up: for whoever asks a report directly, not for a client."""
        return cls(enough=math.inf, most=math.inf)

    def start(self) -> None:
        """Begin a piece of work, in the thread that does it; what other pieces took counts no more."""
        self._started = self._clock()
        self._readings = 0

    @property
    def readings(self) -> int:
        """How many more readings may be begun that are optional."""
        return READINGS - self._readings if self._clock() - self._started <= self._enough else 0

    @property
    def is_used(self) -> bool:
        """Whether there has been enough work for nothing optional to be begun."""
        return self.readings <= 0

    def note_reading(self, question: str) -> None:
        """Take note of a reading for `question`: the trained reader works in threads of its own."""
        if math.isfinite(self._enough):
            self._readings += 1 if len(question) <= LONG else 2

    def check(self) -> None:
        """Raise OverBudgetError when the work is more than it may be, AbandonedError when nobody waits."""
        if self._clock() - self._started > self._most:
            raise OverBudgetError(
                "The question takes too much work: ask one thing at a time, in fewer words."
            )
        now = time.monotonic()
        if now - self._looked >= POLL:
            self._looked = now
            if not self._is_wanted():
                raise AbandonedError("Nobody waits for the answer any more.")
