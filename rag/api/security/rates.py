"""How often one client may ask."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Sequence
from typing import Any

from limits import RateLimitItem
from limits.aio.storage import Storage
from limits.aio.strategies import MovingWindowRateLimiter
from limits.errors import ConfigurationError
from limits.storage import storage_from_string
from starlette.types import ASGIApp, Receive, Scope, Send

from rag.api.middleware import find_route
from rag.api.problems import TOO_MANY_REQUESTS, Problem
from rag.api.security.access import READING
from rag.api.security.asker import name_asker
from rag.errors import SettingsError

_LOG = logging.getLogger(__name__)

COUNTED = ("/api/", "/v1/", "/mcp")
"""Where every request counts; elsewhere only what does more than read: a page is made of a hundred files."""


STORE_SECONDS = 1.0
"""A store that takes longer is passed over: every request waits for it."""


def open_storage(address: str) -> Storage:
    """Return the store at an address of the settings; raises SettingsError."""
    options: dict[str, Any] = {}
    if not address.startswith("memory:"):
        options = {
            "implementation": "redispy",
            "socket_timeout": STORE_SECONDS,
            "socket_connect_timeout": STORE_SECONDS,
        }
    try:
        storage = storage_from_string(f"async+{address}", **options)
    except (ConfigurationError, ImportError, ValueError) as error:
        sentence = f"REPORT_RAG_RATE_STORAGE cannot be used ({error}): pip install redis, or unset it."
        raise SettingsError(sentence) from error
    assert isinstance(storage, Storage)
    return storage


class Rates:
    """Refuses a key, or an address without one, that asks more often than `rates` allow."""

    def __init__(self, app: ASGIApp, rates: Sequence[RateLimitItem], storage: Storage) -> None:
        self._app = app
        self._rates = rates
        self._limiter = MovingWindowRateLimiter(storage)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and _counts(scope):
            for rate in self._rates:
                if after := await self._hit(rate, name_asker(scope)):
                    detail = f"More than {rate} were asked: go on in {after} seconds."
                    problem = Problem(TOO_MANY_REQUESTS, detail, headers={"Retry-After": str(after)})
                    await problem.to_response()(scope, receive, send)
                    return
        await self._app(scope, receive, send)

    async def _hit(self, rate: RateLimitItem, asker: str) -> int:
        """Return 0 where another request is possible, else in how many seconds one is."""
        try:
            if await self._limiter.hit(rate, asker):
                return 0
            stats = await self._limiter.get_window_stats(rate, asker)
        except Exception as error:
            # Whoever's store it is: that it is down must not take this server with it.
            _LOG.error("Nobody is limited, for the store of the rates does not answer: %r", error)
            return 0
        return max(1, math.ceil(stats.reset_time - time.time()))


def _counts(scope: Scope) -> bool:
    route = find_route(scope)
    return route.startswith(COUNTED) or scope["method"] not in READING
