"""A reverse proxy that offers a server under a path of its own, as a web server in front of it does."""

from __future__ import annotations

import contextlib
import re
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

_CHUNK = 1 << 14
_NOTHING = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Proxy(socketserver.ThreadingTCPServer):
    """Passes what is asked below `prefix` on to `server`, with the server's own name as Host.

    A connection serves one request and is passed on as it is, event streams included; `strips` cuts the
    prefix off each path.
    """

    daemon_threads = True
    block_on_close = False  # an open page keeps a stream

    def __init__(self, server: str, prefix: str, *, strips: bool) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.inner = urlsplit(server)
        self.prefix = prefix
        self.strips = strips
        self.missed: list[str] = []  # what was asked for outside the prefix

    @property
    def address(self) -> str:
        """Where a browser finds the prefix: under another name than the server's own."""
        return f"http://localhost:{self.server_address[1]}{self.prefix}"


class _Connection(socketserver.StreamRequestHandler):
    server: Proxy

    def handle(self) -> None:
        with contextlib.suppress(ConnectionError):
            if not (first := self.rfile.readline()):
                return
            method, path, version = first.decode("latin-1").split(" ")
            headers = "".join(iter(lambda: self.rfile.readline().decode("latin-1"), "\r\n"))
            prefix, inner = self.server.prefix, self.server.inner
            if not re.fullmatch(rf"{re.escape(prefix)}([/?].*)?", path):
                self.server.missed.append(path)
                self.wfile.write(_NOTHING)
                return
            if self.server.strips:
                path = f"/{path.removeprefix(prefix).removeprefix('/')}"
            headers = re.sub(r"(?im)^(?:host|connection):.*\r\n", "", headers)
            head = f"{method} {path} {version}Host: {inner.netloc}\r\nConnection: close\r\n{headers}\r\n"
            assert inner.hostname
            assert inner.port
            with socket.create_connection((inner.hostname, inner.port)) as upstream:
                upstream.sendall(head.encode("latin-1"))
                threading.Thread(target=self._pass_body_on, args=(upstream,), daemon=True).start()
                while chunk := upstream.recv(_CHUNK):
                    self.wfile.write(chunk)

    def _pass_body_on(self, upstream: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError):  # one of the ends is closed already
            while chunk := self.rfile.read1(_CHUNK):
                upstream.sendall(chunk)
            upstream.shutdown(socket.SHUT_WR)


@contextmanager
def proxied(server: str, prefix: str, *, strips: bool) -> Iterator[Proxy]:
    """Run a proxy on a free port."""
    with Proxy(server, prefix, strips=strips) as proxy:
        thread = threading.Thread(target=proxy.serve_forever)
        thread.start()
        try:
            yield proxy
        finally:
            proxy.shutdown()
            thread.join()
