"""What both clients have in common beside what they exchange: how they wait."""

from __future__ import annotations

from rag.client.errors import TryLaterError
from rag.client.exchange import LONGEST_WAIT

RETRIES = 2
"""How often a request that the server sent away for a moment is sent again before its caller hears of it."""
DEFAULT_LIMIT = 10
"""Passages of a search."""
LOOKING = 0.5
"""Seconds between two looks at how far a file has come: reading one takes some."""


class Patient:
    """Knows the server, and how often to ask again one that is busy."""

    def __init__(self, server: str, retries: int) -> None:
        self._server = server
        self._retries = retries

    def may_wait(self, error: TryLaterError, tried: int) -> bool:
        """Tell whether a request that was sent away is to be sent again."""
        return tried < self._retries and error.after <= LONGEST_WAIT
