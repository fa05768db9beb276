"""The page as it leaves the server: what its head loads first, and what a browser may load at all."""

from __future__ import annotations

import re
import secrets

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.api.middleware import find_route

# Gradio sets styles in attributes and draws with blob: and data: images. Inline scripts run with the page's
# nonce alone, and no string is evaluated: what would need that (Gradio's HTML component, `js=`) is not used.
_POLICY = (
    "default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
_NONCE_BYTES = 16
# Where Gradio's scripts look for the server. Gradio reads it off the Host header, which behind a proxy need
# not be the address that the browser knows.
_ROOT = re.compile(rb'((?:"root":|const root = ))"https?://[^"]*"')
# What Gradio's page loads from the top of a host.
_FROM_THE_TOP = re.compile(rb'( (?:href|src)=")/(?!/)')


class PromptEvents:
    """ASGI middleware that asks proxies to pass each event of a stream on as it comes; some collect them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; only the headers of event streams are touched."""

        async def mark(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/event-stream"):
                    headers["X-Accel-Buffering"] = "no"
            await send(message)

        await self._app(scope, receive, mark)


class PagePolicy:
    """ASGI middleware that gives the page at `/` its policy, and its scripts the nonce that admits them.

    `base` is the page's address as the browser is to see it, relative or not, ending with a slash. `head`
    goes to the beginning of the page's own; Gradio would add it when its scripts run already.
    """

    def __init__(self, app: ASGIApp, base: str, head: str) -> None:
        self._app = app
        self._head = f'<head>\n<base href="{base}">\n{head}'.encode()
        self._root = rf'\1"{base}"'.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; only the page itself is touched."""
        if scope["type"] != "http" or find_route(scope) != "/":
            await self._app(scope, receive, send)
            return
        started: Message = {}
        body = bytearray()

        async def hold(message: Message) -> None:
            if message["type"] == "http.response.start":
                started.update(message)
                return
            body.extend(message.get("body", b""))
            if message.get("more_body", False):
                return
            nonce = secrets.token_urlsafe(_NONCE_BYTES)
            # Without quotes: one of the scripts holds markup with further scripts as a JSON string.
            page = _FROM_THE_TOP.sub(rb"\1", _ROOT.sub(self._root, bytes(body)))
            page = page.replace(b"<head>", self._head, 1)
            page = page.replace(b"<script", b"<script nonce=" + nonce.encode())
            headers = MutableHeaders(raw=started["headers"])
            headers["Content-Length"] = str(len(page))
            headers["Content-Security-Policy"] = _POLICY.format(nonce=nonce)
            await send(started)
            await send({"type": "http.response.body", "body": page})

        await self._app(scope, receive, hold)
