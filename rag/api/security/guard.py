"""Everything of this room put in front of an application."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import FastAPI

from rag.api.middleware import is_loopback
from rag.api.security import login
from rag.api.security.access import Access
from rag.api.security.attempts import Attempts
from rag.api.security.keys import KeyStore
from rag.api.security.sessions import Sessions
from rag.settings import KeyPolicy, Settings


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
    """Put the guards in front of what `app` has so far; the last one added stands first."""
    if needs_keys(settings):
        store = KeyStore(settings.data)
        security = Security(store, Sessions(store), Attempts())
        app.state.security = security
        app.include_router(login.router)
        app.add_middleware(
            Access, store=security.store, sessions=security.sessions, attempts=security.attempts
        )
