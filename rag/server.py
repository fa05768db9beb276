"""Running the whole server on one port, as `report-rag serve` does."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import math
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Collection
from typing import Any

import uvicorn
from uvicorn.importer import import_from_string

from rag.errors import NotReadyError
from rag.observation.logs import set_up_logging
from rag.service import Readiness, ReportService
from rag.settings import PREFIX, Settings

APPLICATION = "ui.app:create_app"
"""The factory of the whole server, by name: the one place where this floor names the one above."""

DRAIN_SECONDS = 30.0
"""How long answers under way may take to be finished once the server is to end; a language model gets its own
timeout."""
_LOOK_SECONDS = 0.1
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
        set_up_logging(settings)
        # The factory reads its settings from the environment; flags reach it there too.
        os.environ |= {f"{PREFIX}HOST": settings.host, f"{PREFIX}PORT": str(port)}
        app = import_from_string(APPLICATION)()
        service: ReportService = app.state.service
        drain = max(DRAIN_SECONDS, settings.llm_timeout if settings.has_llm else 0.0)
        config = uvicorn.Config(
            app,
            log_config=None,  # set up already
            log_level=logging.WARNING,
            limit_concurrency=MOST_CONNECTIONS,
            proxy_headers=False,  # the application knows which proxies are to be believed
            timeout_graceful_shutdown=math.ceil(drain + SHUTDOWN_SECONDS + _HANG_UP_SECONDS),
        )
        _tell_who_may_ask(settings)
        queue = getattr(app.state, "queue", None)
        server = _Server(
            config,
            _name_address(settings.host, port),
            lambda: service.readiness,
            is_answering=lambda: queue is not None and bool(queue.running or queue.waiting),
            drain=drain,
        )
        _reload_on_hangup(service)
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

    def __init__(
        self,
        config: uvicorn.Config,
        address: str,
        watch: Callable[[], Readiness],
        *,
        is_answering: Callable[[], bool] = bool,
        drain: float = 0.0,
    ) -> None:
        super().__init__(config)
        self._is_answering = is_answering
        self._drain = drain
        self._address = address
        self._watch = watch
        self._patience = Patience()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        _LOG.info("Report Q&A is at %s (Ctrl-C ends it).", self._address)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        ending = asyncio.create_task(self._end_connections())
        try:
            await super().shutdown(sockets)
        finally:
            ending.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await ending

    async def _end_connections(self) -> None:
        """Let answers under way be finished, then hang up on what is still open.

        An open page waits for news without end. To be cancelled would be an error of its request, which is
        logged with a traceback; that its visitor leaves is nothing special.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._drain):
                while self._is_answering():
                    await asyncio.sleep(_LOOK_SECONDS)
        await asyncio.sleep(SHUTDOWN_SECONDS)
        self._hang_up()

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


def _reload_on_hangup(service: ReportService) -> None:
    """Open the index anew on SIGHUP; answers under way are finished with the former one."""

    def reload(*_: object) -> None:
        threading.Thread(target=_reload, args=(service,), name="reload-index", daemon=True).start()

    if hasattr(signal, "SIGHUP") and threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGHUP, reload)


def _reload(service: ReportService) -> None:
    try:
        service.load()
    except Exception as error:
        _LOG.error("The index could not be opened anew, the former one goes on serving: %s", error)
    else:
        _LOG.info("The index has been opened anew (generation %d).", service.generation)
