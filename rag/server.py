"""Running the whole server on one port, as `report-rag serve` does."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import os
import socket
import time
from collections.abc import Callable, Collection
from typing import Any

import uvicorn
from uvicorn.importer import import_from_string

from rag.errors import NotReadyError
from rag.service import Readiness, ReportService
from rag.settings import PREFIX, Settings

APPLICATION = "ui.app:create_app"
"""The factory of the whole server, by name: the one place where this floor names the one above."""

SHUTDOWN_SECONDS = 3
"""How long open connections (a page keeps one) may hold up the end of the server."""
MOST_CONNECTIONS = 1_024
"""At once; what comes on top is sent away before it is read. An open page holds one or two."""
HEADER_SECONDS = 30.0
"""How long a connection may take until a request's headers are there: as long as a body may stand still."""
_HANG_UP_SECONDS = 1
"""How long answers have to notice that their connection is gone, before they are cancelled."""

_TICKS_PER_SECOND = 10
"""Of uvicorn's main loop."""

_LOG = logging.getLogger(__name__)


def serve(settings: Settings) -> None:
    """Serve until interrupted.

    Raises OSError when the address cannot be had, and NotReadyError when the index cannot be loaded: a server
    that can never answer is not kept running.
    """
    listener = bind(settings.host, settings.port)
    with listener:
        port = listener.getsockname()[1]
        _set_up_logging()
        # The factory reads its settings from the environment; flags reach it there too.
        os.environ |= {f"{PREFIX}HOST": settings.host, f"{PREFIX}PORT": str(port)}
        app = import_from_string(APPLICATION)()
        service: ReportService = app.state.service
        config = uvicorn.Config(
            app,
            log_level=logging.WARNING,
            limit_concurrency=MOST_CONNECTIONS,
            proxy_headers=False,  # the application knows which proxies are to be believed
            timeout_graceful_shutdown=SHUTDOWN_SECONDS + _HANG_UP_SECONDS,
        )
        _tell_who_may_ask(settings)
        server = _Server(config, _name_address(settings.host, port), lambda: service.readiness)
        with contextlib.suppress(KeyboardInterrupt):  # the ordinary way to end it
            server.run(sockets=[listener])
    if _has_failed(service.readiness):
        raise NotReadyError(service.readiness.error)


def bind(host: str, port: int) -> socket.socket:
    """Return a socket bound to the address, not yet listening; raises OSError with a sentence for people."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host.strip("[]"), port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as error:
        raise OSError(
            error.errno, f"The host {host} is not known ({error.strerror}): choose another with --host."
        ) from error
    listener = socket.socket(family, kind, protocol)
    if os.name == "posix":  # a port that an ended server held is free at once
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            sentence = f"Port {port} on {host} is in use: end what uses it, or choose another with --port."
        else:
            sentence = f"Port {port} on {host} cannot be used ({error.strerror}): choose another address."
        raise OSError(error.errno, sentence) from error
    return listener


def _tell_who_may_ask(settings: Settings) -> None:
    """Warn of a server that everybody may use, and of one that nobody can."""
    from rag.api.middleware import is_loopback
    from rag.api.security import needs_keys
    from rag.api.security.keys import KeyStore

    if needs_keys(settings):
        if not any(key.is_active for key in KeyStore(settings.data).list()):
            _LOG.warning(
                "Requests need a key and there is none: create one with report-rag keys create NAME."
            )
    elif not is_loopback(settings.host):
        _LOG.warning("No key is required (%sKEYS=off): whoever reaches this server may use it.", PREFIX)


class _Server(uvicorn.Server):
    """Says where it is reached, and ends when the index cannot be loaded."""

    def __init__(self, config: uvicorn.Config, address: str, watch: Callable[[], Readiness]) -> None:
        super().__init__(config)
        self._address = address
        self._watch = watch
        self._patience = Patience()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        _LOG.info("Report Q&A is at %s (Ctrl-C ends it).", self._address)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # An open page waits for news without end. To be cancelled would be an error of its request, which is
        # logged with a traceback; that its visitor leaves is nothing special.
        hanging_up = asyncio.get_running_loop().call_later(SHUTDOWN_SECONDS, self._hang_up)
        try:
            await super().shutdown(sockets)
        finally:
            hanging_up.cancel()

    def _hang_up(self) -> None:
        for connection in list(self.server_state.connections):
            if connection.transport is not None:
                connection.transport.abort()

    async def on_tick(self, counter: int) -> bool:
        if counter % _TICKS_PER_SECOND == 0:
            self._patience.look(self.server_state.connections)
        return await super().on_tick(counter) or _has_failed(self._watch())


class Patience:
    """Hangs up on connections that never get as far as a request; `clock` is in seconds.

    uvicorn waits for ever for the end of a request's headers: whoever sends one byte a minute would hold a
    connection for as long as it pleases.
    """

    def __init__(self, seconds: float = HEADER_SECONDS, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._silent: dict[Any, tuple[object, float]] = {}  # the last exchange, and since when there is none

    def look(self, connections: Collection[Any]) -> None:
        """Look at the connections there are: those of uvicorn, whose `cycle` is their last exchange."""
        now = self._clock()
        before, self._silent = self._silent, {}
        for one in connections:
            if not hasattr(one, "cycle") or (one.cycle is not None and not one.cycle.response_complete):
                continue  # no plain HTTP any more, or an answer is under way
            last, since = before.get(one, (one.cycle, now))
            since = since if last is one.cycle else now
            self._silent[one] = one.cycle, since
            if now - since >= self._seconds and one.transport is not None:
                one.transport.abort()


def _has_failed(readiness: Readiness) -> bool:
    return readiness.error is not None and not readiness.ready


def _name_address(host: str, port: int) -> str:
    """Return the URL to open: a server bound to every address is reached at localhost, too."""
    if host in ("0.0.0.0", "::", "[::]"):
        host = "localhost"
    elif ":" in host:
        host = f"[{host.strip('[]')}]"
    return f"http://{host}:{port}"


def _set_up_logging() -> None:
    logging.basicConfig(format="%(levelname)s: %(message)s")
    for floor in ("index", "rag", "ui"):
        logging.getLogger(floor).setLevel(logging.INFO)
