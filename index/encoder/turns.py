"""Turns at the encoder: one thread encodes at a time, and a question never waits for more than one batch."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """Who may encode.

    The tokenizers of transformers raise "Already borrowed" when two threads set their padding at once, and
    Python's locks are not fair: a document that is being encoded would take turn after turn.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._busy = False
        self._questions = 0

    @contextmanager
    def question(self) -> Iterator[None]:
        """Wait for who is encoding now, and no longer."""
        with self._changed:
            self._questions += 1
            self._changed.wait_for(lambda: not self._busy)
            self._questions -= 1
            self._busy = True
        try:
            yield
        finally:
            self._leave()

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Wait until nobody encodes and no question waits."""
        with self._changed:
            self._changed.wait_for(lambda: not self._busy and not self._questions)
            self._busy = True
        try:
            yield
        finally:
            self._leave()

    def _leave(self) -> None:
        with self._changed:
            self._busy = False
            self._changed.notify_all()


TURNS = Turns()
"""Of every encoder in this process: there is one, and fakes do not mind."""
