"""A circuit breaker: a language model that failed several times in a row is left alone for a while."""

from __future__ import annotations

import contextlib
import threading

from circuitbreaker import CircuitBreaker

from rag.errors import ModelError, ModelFault

FAILURES = 3
"""Failed replies in a row: one may be chance, and each costs a reader the wait."""
RECOVERY = 30
"""Seconds a failing endpoint is left alone: about what a local server takes to load a small model again."""

FAILING = frozenset(
    {
        ModelFault.UNREACHABLE,
        ModelFault.TOO_SLOW,
        ModelFault.RATE_LIMITED,
        ModelFault.REFUSED,
        ModelFault.BROKEN,
    }
)
"""Faults of the endpoint; the others are of one prompt, and show that the endpoint works."""


class Breaker:
    """Counts failures in a row; safe from several threads."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._circuit = CircuitBreaker(FAILURES, RECOVERY, _is_failure)
        self._lock = threading.Lock()

    def check(self) -> None:
        """Raise ModelError while the model is to be left alone."""
        if self._circuit.opened:
            raise ModelError(
                f"{self._where} failed {FAILURES} times in a row: try again in "
                f"{self._circuit.open_remaining} seconds, or see what report-rag check-llm says.",
                ModelFault.UNAVAILABLE,
            )

    def record(self, error: ModelError | None) -> None:
        """Take note of a reply that failed with `error`, or of a good one; not of one nobody waited for."""
        if error is not None and error.fault is ModelFault.UNAVAILABLE:
            return
        with self._lock, contextlib.suppress(ModelError), self._circuit:
            if error is not None:
                raise error


def _is_failure(_kind: type[BaseException], error: BaseException) -> bool:
    return isinstance(error, ModelError) and error.fault in FAILING
