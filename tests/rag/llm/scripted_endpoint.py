"""An OpenAI-compatible server that says what it is told to, over real HTTP on an ephemeral port.

    with ScriptedEndpoint.run() as endpoint:
        endpoint.reply("文本[1]。", "更多")    # what the next chat request gets
        endpoint.fail(500)                     # … and the one after that
        client = ChatClient(endpoint.settings())
        …
        endpoint.requests[0].messages          # what was asked
        endpoint.requests[0].gone.wait(5)      # true once the client left before the reply had ended

A request for which nothing is scripted gets HTTP 418, and `run` fails the test at its end.
"""

from __future__ import annotations

import json
import select
import socket
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

from rag.settings import Settings

Piece = str | bytes | threading.Event
After = Literal["done", "cut", "silence", "endless"]
POLL = 0.02
"""Seconds between two looks at whether the client left."""
KEY = "sk-hush-hush"


@dataclass(frozen=True, slots=True)
class Received:
    """A request as it arrived; `gone` is set when its client left before the reply had ended."""

    path: str
    headers: dict[str, str]  # names in small letters
    body: dict[str, Any]
    client: tuple[str, int]
    gone: threading.Event = field(default_factory=threading.Event)

    @property
    def messages(self) -> list[dict[str, str]]:
        return self.body["messages"]


@dataclass(frozen=True, slots=True)
class Script:
    """What one chat request gets."""

    status: int = 200
    body: bytes = b""
    kind: str = "text/event-stream"
    pieces: tuple[Piece, ...] = ()
    usage: tuple[int, int] | None = None
    finish: str | None = "stop"
    after: After = "done"
    headers: tuple[tuple[str, str], ...] = ()


class ScriptedEndpoint:
    """The server. `requests` are the chat requests so far, `listings` those for the list of models."""

    def __init__(self) -> None:
        self.requests: list[Received] = []
        self.listings: list[Received] = []
        self.models: list[Any] | None = [{"id": "scripted", "object": "model"}]
        self.silent = False  # to who asks for the list of models
        self.unexpected = 0
        self.closing = threading.Event()
        self._scripts: deque[Script] = deque()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.endpoint = self

    @classmethod
    @contextmanager
    def run(cls) -> Iterator[ScriptedEndpoint]:
        """Serve until the block ends; fails when a request came for which nothing was scripted."""
        endpoint = cls()
        thread = threading.Thread(target=endpoint._server.serve_forever, args=(POLL,))
        thread.start()
        try:
            yield endpoint
        finally:
            endpoint.closing.set()
            endpoint._server.shutdown()
            endpoint._server.server_close()  # waits for the threads of requests
            thread.join()
        assert endpoint.unexpected == 0, "the endpoint was asked more often than scripted"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def settings(self, **more: Any) -> Settings:
        """Settings with this endpoint as language model; `more` are further settings."""
        named = {"llm_base_url": self.url, "llm_model": "scripted", "llm_api_key": KEY}
        return Settings(**(named | more))

    def reply(
        self,
        *pieces: Piece,
        usage: tuple[int, int] | None = (50, 10),
        finish: str | None = "stop",
        after: After = "done",
    ) -> None:
        """Stream `pieces`: text as a chunk of its own, bytes as they are; an Event holds until it is set.

        Then: finish reason, `usage` and [DONE] ("done"; without `finish` the stream just ends), the
        connection breaks ("cut"), nothing comes until the client leaves ("silence"), or the last piece is
        repeated until it does ("endless").
        """
        self._scripts.append(Script(pieces=pieces, usage=usage, finish=finish, after=after))

    def hang(self) -> None:
        """Take the request and send not even a status until the client leaves."""
        self._scripts.append(Script(status=0))

    def fail(self, status: int, message: object = "It failed.", **error: Any) -> None:
        """Answer with an error in OpenAI's form; `error` adds its fields (code, type)."""
        body = json.dumps({"error": {"message": message} | error}).encode()
        self.send(body, status=status, kind="application/json")

    def send(self, body: bytes, *, status: int = 200, kind: str = "text/html", **headers: str) -> None:
        """Answer with `body` as it is."""
        self._scripts.append(Script(status, body, kind, headers=tuple(headers.items())))

    def forget(self) -> None:
        """Drop what is scripted and was not asked for."""
        self._scripts.clear()

    def take(self) -> Script:
        """Return the next script."""
        try:
            return self._scripts.popleft()
        except IndexError:
            self.unexpected += 1
            return Script(418, b"nothing is scripted", "text/plain")


def chunk(content: str | None, **more: Any) -> bytes:
    """One event of a stream, as OpenAI words it; `more` replaces fields of its choice."""
    choice = {"index": 0, "delta": {} if content is None else {"content": content}, "finish_reason": None}
    return _event({"choices": [choice | more]})


def _event(data: dict[str, Any]) -> bytes:
    whole = {"id": "c1", "object": "chat.completion.chunk", "created": 0, "model": "scripted"} | data
    return b"data: " + json.dumps(whole, ensure_ascii=False).encode() + b"\n\n"


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    endpoint: ScriptedEndpoint

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that leave are what is tested."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    timeout = 5  # seconds: an idle connection does not keep the server from closing

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def handle_one_request(self) -> None:
        # Between two requests of a kept connection the server may be told to close.
        while not select.select([self.connection], [], [], POLL)[0]:
            if self.server.endpoint.closing.is_set():
                self.close_connection = True
                return
        super().handle_one_request()

    def do_GET(self) -> None:
        endpoint = self.server.endpoint
        received = self._receive()
        endpoint.listings.append(received)
        if endpoint.silent:
            self._wait(received, threading.Event())
            self.close_connection = True
        elif endpoint.models is None:
            self._send(404, b'{"error": {"message": "Not Found"}}', "application/json")
        else:
            self._send(
                200, json.dumps({"object": "list", "data": endpoint.models}).encode(), "application/json"
            )

    def do_POST(self) -> None:
        received = self._receive()
        script = self.server.endpoint.take()
        self.server.endpoint.requests.append(received)
        try:
            if script.status == 0:
                self._wait(received, threading.Event())
                self.close_connection = True
            elif script.body or script.status != 200:
                self._send(script.status, script.body, script.kind, script.headers)
            else:
                self._stream(script, received)
        except OSError:
            received.gone.set()
            self.close_connection = True

    def _receive(self) -> Received:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        return Received(self.path, headers, json.loads(body or b"{}"), self.client_address)

    def _send(self, status: int, body: bytes, kind: str, headers: tuple[tuple[str, str], ...] = ()) -> None:
        self.send_response(status)
        for name, value in (("Content-Type", kind), ("Content-Length", str(len(body))), *headers):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _stream(self, script: Script, received: Received) -> None:
        self.send_response(200)
        self.send_header("Content-Type", script.kind)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for piece in script.pieces:
            if isinstance(piece, threading.Event):
                if not self._wait(received, piece):
                    break
            else:
                self._put(piece if isinstance(piece, bytes) else chunk(piece))
        if script.after == "done":
            self._finish(script)
            return
        self.close_connection = True
        if script.after == "silence":
            self._wait(received, threading.Event())
        elif script.after == "endless":
            last = script.pieces[-1]
            assert not isinstance(last, threading.Event)
            while not self._has_left(received) and not self.server.endpoint.closing.is_set():
                self._put(last if isinstance(last, bytes) else chunk(last))
        else:  # a reset, not an orderly end
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")

    def _finish(self, script: Script) -> None:
        if script.finish:
            self._put(chunk(None, finish_reason=script.finish))
        if script.usage:
            sent, received = script.usage
            usage = {"prompt_tokens": sent, "completion_tokens": received, "total_tokens": sent + received}
            self._put(_event({"choices": [], "usage": usage}))
        if script.finish:
            self._put(b"data: [DONE]\n\n")
        self._put(b"")

    def _put(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")

    def _wait(self, received: Received, event: threading.Event) -> bool:
        """Wait for `event`; false when the client left or the server closes first."""
        while not event.wait(POLL):
            if self._has_left(received) or self.server.endpoint.closing.is_set():
                return False
        return True

    def _has_left(self, received: Received) -> bool:
        readable = select.select([self.connection], [], [], 0)[0]
        if readable and self.connection.recv(1, socket.MSG_PEEK) == b"":
            received.gone.set()
        return received.gone.is_set()
