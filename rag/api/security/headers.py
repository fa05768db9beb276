"""Headers that every response bears, so that a browser does no more with it than it must."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.api.problems import from_error

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_DATA_POLICY = "default-src 'none'; frame-ancestors 'none'"
"""Of what is no page: nothing in it is to be run or loaded, should a browser be made to open it."""
_PAGE_POLICY = "object-src 'none'; base-uri 'self'; frame-ancestors 'none'"
"""Of pages that bring no policy of their own: /docs."""
_HTTPS_ONLY = "max-age=31536000"
"""Seconds for which a browser is to keep to https: a year, as usual."""
_PRIVATE = "private, no-cache"


class SecurityHeaders:
    """Adds what a response does not say itself, to the server's own failures too.

    `private`: answers are for who asked; no cache between may keep them.
    """

    def __init__(self, app: ASGIApp, private: bool) -> None:
        self._app = app
        self._private = private

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def add(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                self._complete(MutableHeaders(scope=message), scope["scheme"])
            await send(message)

        try:
            await self._app(scope, receive, add)
        except Exception as error:
            if not begun:  # the framework would tell it outside of everything, without these headers
                await from_error(error).to_response()(scope, receive, add)
            raise

    def _complete(self, headers: MutableHeaders, scheme: str) -> None:
        for name, value in _ALWAYS.items():
            headers.setdefault(name, value)
        is_page = headers.get("content-type", "").startswith("text/html")
        headers.setdefault("Content-Security-Policy", _PAGE_POLICY if is_page else _DATA_POLICY)
        if scheme == "https":
            headers.setdefault("Strict-Transport-Security", _HTTPS_ONLY)
        if self._private:
            headers.setdefault("Cache-Control", _PRIVATE)
