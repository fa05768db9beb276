"""Pages of other sites: none may make its visitors' browsers do something here."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from rag.api.problems import FOREIGN_ORIGIN, Problem

_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_OURS = frozenset({"same-origin", "none"})
"""Of Sec-Fetch-Site: a page of this server, or nobody's page (an address typed in)."""
_PORTS = {"http": 80, "https": 443}


class OriginGuard:
    """Refuses what a page of another site sends and that is more than reading.

    Browsers say whose page sends a request: in Sec-Fetch-Site, which no page can forge and which holds behind
    any proxy; older ones, and all of them on plain http, in Origin alone, which has to be the Host then.
    Programs send neither. `allowed` are the origins of other sites that may, as http://host:port.
    """

    def __init__(self, app: ASGIApp, allowed: Collection[str] = ()) -> None:
        self._app = app
        self._allowed = frozenset(allowed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and scope["method"] not in _READING:
            headers = Headers(scope=scope)
            origin = headers.get("origin")
            if origin not in self._allowed and not _is_ours(headers, origin, scope["scheme"]):
                detail = (
                    f"A page of another site ({origin or 'unnamed'}) sent this: open the page of this "
                    "server, or have its operator name that site in REPORT_RAG_ORIGINS."
                )
                await Problem(FOREIGN_ORIGIN, detail).to_response()(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _is_ours(headers: Headers, origin: str | None, scheme: str) -> bool:
    if (site := headers.get("sec-fetch-site")) is not None:
        return site in _OURS
    if origin is None:
        return True
    try:
        theirs, ours = urlsplit(origin), urlsplit(f"//{headers.get('host', '')}")
        same_port = (theirs.port or _PORTS.get(theirs.scheme)) == (ours.port or _PORTS.get(scheme))
        # Behind a proxy that takes https the scheme is not ours, and a default port is not named.
        no_ports = theirs.port is None and ours.port is None
    except ValueError:
        return False
    return theirs.hostname is not None and theirs.hostname == ours.hostname and (same_port or no_ports)
