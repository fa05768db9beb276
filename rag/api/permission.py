"""Who may change documents, by the setting REPORT_RAG_UPLOADS."""

from __future__ import annotations

from fastapi import Request

from rag.api.middleware import is_loopback
from rag.api.problems import UPLOADS_REFUSED, Problem, ProblemError
from rag.settings import Settings, Uploads

MANAGE = "manage"
"""The scope of keys that may change documents."""

_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
"""What proxies say: a request that one passes on comes from this machine and is not of it."""


_MAPPED = "::ffff:"
"""What an IPv4 address begins with where a server listens on both kinds."""


async def may_change(request: Request) -> None:
    """Let a request pass that may change documents; else raises ProblemError. Reads none of its body."""
    settings: Settings = request.app.state.service.settings
    if reason := find_refusal(request, settings):
        raise ProblemError(Problem(UPLOADS_REFUSED, reason))


def find_refusal(request: Request, settings: Settings) -> str | None:
    """Return why a request may change no documents, None where it may."""
    if settings.uploads is Uploads.OFF:
        return "Documents cannot be changed here: REPORT_RAG_UPLOADS is off."
    principal = getattr(request.state, "principal", None)
    may_manage = principal is not None and MANAGE in principal.scopes
    if settings.uploads is Uploads.KEYS and not may_manage:
        return (
            "Documents are changed with a key of the scope manage: send it as Authorization: Bearer …, and "
            "have REPORT_RAG_KEYS on."
        )
    if settings.uploads is Uploads.LOOPBACK and not _is_local(request, settings):
        return (
            "Documents are changed from the server's own machine only: set REPORT_RAG_UPLOADS=keys to let "
            "holders of keys do so from elsewhere."
        )
    return None


def _is_local(request: Request, settings: Settings) -> bool:
    client = request.client
    return (
        client is not None
        and is_loopback(client.host.removeprefix(_MAPPED))
        and not settings.root_path  # there is a proxy
        and not any(name in request.headers for name in _FORWARDED)
    )
