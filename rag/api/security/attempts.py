"""Whose key a request shows; wrong ones slow down whoever tries them, and nobody else."""

from __future__ import annotations

import hashlib
import logging
import math
import time

from rag.api.problems import KEY_UNKNOWN, TOO_MANY_ATTEMPTS, Problem
from rag.api.security.keys import Key, KeyStore

_LOG = logging.getLogger(__name__)

CHALLENGE = {"WWW-Authenticate": 'Bearer realm="report-rag"'}
_INVALID = 'Bearer realm="report-rag", error="invalid_token"'

MOST = 10
"""Wrong keys of one address in a minute: more than a person mistypes, and a guess in 2**256 stays one."""
_REMEMBERED = 1_000
"""Keys that were right, remembered by digest: their holders ask on while a neighbour behind the same address
tries wrong ones."""


class Attempts:
    """Counts wrong keys by address, and holds off an address that showed too many."""

    def __init__(self, most: int = MOST) -> None:
        from limits import RateLimitItemPerMinute
        from limits.aio.storage import MemoryStorage
        from limits.aio.strategies import MovingWindowRateLimiter

        self._limit = RateLimitItemPerMinute(most)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._right: dict[bytes, None] = {}

    async def wait(self, address: str, token: str) -> int:
        """Return for how many seconds `token` is not even looked at: 0 unless the address tried too many."""
        if _digest(token) in self._right or await self._limiter.test(self._limit, address):
            return 0
        stats = await self._limiter.get_window_stats(self._limit, address)
        return max(1, math.ceil(stats.reset_time - time.time()))

    async def note(self, address: str, token: str, *, right: bool) -> None:
        """Remember how an attempt went."""
        if not right:
            await self._limiter.hit(self._limit, address)
            return
        self._right[_digest(token)] = None
        while len(self._right) > _REMEMBERED:
            del self._right[next(iter(self._right))]


async def identify(
    token: str, address: str, store: KeyStore, attempts: Attempts
) -> tuple[Key | None, Problem | None]:
    """Return the key that `token` is, or what an address that showed a wrong one hears."""
    if seconds := await attempts.wait(address, token):
        return None, Problem(
            TOO_MANY_ATTEMPTS,
            f"Too many wrong keys came from this address: try again in {seconds} seconds.",
            headers={"Retry-After": str(seconds)},
        )
    key = store.find(token)
    await attempts.note(address, token, right=key is not None)
    if key is None:
        _LOG.warning("A key that is none was shown from %s.", address)
        detail = "The key is not known, or was revoked: report-rag keys list has those in use."
        return None, Problem(KEY_UNKNOWN, detail, headers={"WWW-Authenticate": _INVALID})
    return key, None


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
