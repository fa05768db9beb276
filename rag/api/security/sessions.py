"""Sessions of browsers: a signed cookie that stands for a key, and ends with it."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable

from rag.api.security.keys import Key, KeyStore

COOKIE = "report-rag-session"
LIFETIME = 30 * 24 * 3600
"""Seconds until a browser has to show the key again: a month."""


class Sessions:
    """Makes and reads the values of the cookie; `clock` is in seconds since 1970.

    A value holds the id of a key, when it ends, and a signature over both and the key's digest: nothing is
    kept on the server, the key cannot be read from it, and a key that is revoked ends all its sessions.
    """

    def __init__(self, store: KeyStore, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._clock = clock

    def begin(self, key: Key) -> str:
        """Return the value of a cookie for the holder of `key`."""
        ends = int(self._clock()) + LIFETIME
        return f"{key.id}.{ends}.{self._sign(key, str(ends))}"

    def find(self, value: str) -> Key | None:
        """Return the key that a cookie stands for, if it is one of ours and has not ended."""
        number, _, rest = value.partition(".")
        ends, _, signature = rest.partition(".")
        key = self._store.find_by_id(number)
        if key is None or not (ends.isascii() and ends.isdecimal()) or not signature.isascii():
            return None
        if not hmac.compare_digest(signature, self._sign(key, ends)) or int(ends) <= self._clock():
            return None
        return key

    def _sign(self, key: Key, ends: str) -> str:
        signed = f"{key.id}.{ends}.{key.digest}".encode()
        return hmac.new(self._store.secret, signed, hashlib.sha256).hexdigest()
