"""Who may change documents: the setting REPORT_RAG_UPLOADS, and no page of another site."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import Request

from rag.api.middleware import is_loopback
from rag.api.problems import UPLOADS_REFUSED, Problem, ProblemError
from rag.settings import Settings, Uploads

MANAGE = "manage"
"""The scope of keys that may change documents."""

_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
"""What proxies say: a request that one passes on comes from this machine and is not of it."""
_FOREIGN = "The page of another site asked for this: open this server's own page."
_OWN = {"same-origin", "none"}
"""Sec-Fetch-Site of a request that a page of this server sends, or the visitor herself."""


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
    if principal is not None and "authorization" in request.headers:
        return None  # no other site's page can send it
    return None if _is_own(request) else _FOREIGN


def _is_local(request: Request, settings: Settings) -> bool:
    client = request.client
    return (
        client is not None
        and is_loopback(client.host)
        and not settings.root_path  # there is a proxy
        and not any(name in request.headers for name in _FORWARDED)
    )


def _is_own(request: Request) -> bool:
    """Tell whether a request is none that a page of another site made a browser send."""
    if (site := request.headers.get("sec-fetch-site")) is not None:
        return site in _OWN
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc.lower() == request.headers.get("host", "").lower()
