"""Everything of this room put in front of an application, in its order."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from rag.api.middleware import BodyLimit, HostGuard, is_loopback
from rag.api.security import login
from rag.api.security.access import Access
from rag.api.security.admission import Admission
from rag.api.security.arrival import Arrival
from rag.api.security.attempts import Attempts
from rag.api.security.description import describe_keys
from rag.api.security.headers import SecurityHeaders
from rag.api.security.keys import KeyStore
from rag.api.security.origins import OriginGuard
from rag.api.security.queue import FairQueue
from rag.api.security.sessions import Sessions
from rag.settings import RATES_OFF, KeyPolicy, Settings

if TYPE_CHECKING:
    from limits import RateLimitItem

# The library of rates takes a seventh of a second to import: only where something is counted.

PUBLIC_RATE = "300/minute"
"""Where others can reach the server: five a second, more than a person or a patient program asks."""
RUNNING_PER_CORE = 2
"""One computes while the other waits for a disk, a lock or the network."""
MOST_RUNNING_WITH_MODEL = 32
"""A language model is waited for: that takes no core."""

CORS_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
CORS_HEADERS = ("Authorization", "Content-Type", "If-None-Match", "Last-Event-ID", "Mcp-Protocol-Version")
CORS_EXPOSED = (
    *("ETag", "Link", "Location", "Retry-After", "WWW-Authenticate"),
    *("X-Request-ID", "X-Total-Count"),
)


@dataclass(frozen=True, slots=True)
class Security:
    """What a server that wants keys knows of them: `app.state.security`."""

    store: KeyStore
    sessions: Sessions
    attempts: Attempts


def needs_keys(settings: Settings) -> bool:
    """Tell whether requests have to show a key."""
    if settings.keys is KeyPolicy.AUTO:
        return not is_loopback(settings.host)
    return settings.keys is KeyPolicy.ON


def guard(app: FastAPI, settings: Settings) -> None:
    """Put in front of `app` what decides whether, when and how much of a request is read.

    The last one added stands first: who sends it, from where, then how often, how much, and its turn.
    """
    queue = FairQueue(count_running(settings), settings.max_waiting)
    app.state.queue = queue
    app.state.metrics.watch_queue(lambda: queue.running, lambda: queue.waiting)
    app.add_middleware(Admission, queue=queue)
    app.add_middleware(BodyLimit)
    app.add_middleware(Arrival)
    if rates := find_rates(settings):
        from rag.api.security.rates import Rates, open_storage

        app.add_middleware(Rates, rates=rates, storage=open_storage(settings.rate_storage))
    if needs_keys(settings):
        store = KeyStore(settings.data)
        app.state.security = Security(store, Sessions(store), Attempts())
        app.include_router(login.router)
        # The way FastAPI documents for extending the description.
        app.openapi = partial(describe_keys, app.openapi)  # type: ignore[method-assign]
        app.add_middleware(
            Access,
            store=store,
            sessions=app.state.security.sessions,
            attempts=app.state.security.attempts,
        )
    app.add_middleware(OriginGuard, allowed=settings.origins)
    if settings.origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.origins,
            allow_methods=CORS_METHODS,
            allow_headers=CORS_HEADERS,
            expose_headers=CORS_EXPOSED,
        )
    if is_loopback(settings.host):
        app.add_middleware(HostGuard, own_name=settings.host)


def add_headers(app: FastAPI, settings: Settings) -> None:
    """Have every response of `app`, refusals too, bear the headers that browsers heed."""
    app.add_middleware(SecurityHeaders, private=needs_keys(settings))


def trust_proxies(app: FastAPI, settings: Settings) -> None:
    """Believe what the proxies of the settings say of address and scheme, and nobody else."""
    if settings.trusted_proxies:
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=list(settings.trusted_proxies))


def count_running(settings: Settings) -> int:
    """Return how many questions are worked on at once."""
    if settings.max_running is not None:
        return settings.max_running
    if settings.has_llm:
        return MOST_RUNNING_WITH_MODEL
    affinity = getattr(os, "sched_getaffinity", None)  # what a container may use; Linux only
    cores = len(affinity(0)) if affinity else os.cpu_count() or 1
    return RUNNING_PER_CORE * cores


def find_rates(settings: Settings) -> list[RateLimitItem]:
    """Return how often one client may ask; empty where nobody is limited."""
    chosen = settings.rate_limit
    if chosen is None:
        chosen = RATES_OFF if is_loopback(settings.host) else PUBLIC_RATE
    if chosen == RATES_OFF:
        return []
    from limits import parse_many

    return parse_many(chosen)
