"""The server as a process: it listens where it was told to, and ends when it can never answer."""

import asyncio
import logging
import os
import threading
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from rag import server as serving
from rag.api import create_api
from rag.errors import NotReadyError
from rag.service import Readiness
from rag.settings import Settings


@pytest.fixture(autouse=True)
def restored_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("REPORT_RAG_HOST", "REPORT_RAG_PORT"):
        monkeypatch.setenv(name, "")


def test_the_server_answers_and_ends_with_one_sentence_once_loading_has_failed(
    make_scripted_service, script, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    statuses: list[int] = []

    def ask_then_fail() -> None:
        with urllib.request.urlopen(
            f"http://127.0.0.1:{os.environ['REPORT_RAG_PORT']}/health/live"
        ) as response:
            statuses.append(response.status)
        script.readiness = Readiness(False, "failed", error="The corpus is broken: mend it.")

    class Watched(type(make_scripted_service())):
        """Starts a client when the running server first looks at it."""

        client: threading.Thread | None = None

        @property
        def readiness(self) -> Readiness:
            if self.client is None:
                self.client = threading.Thread(target=ask_then_fail)
                self.client.start()
            return script.readiness

    service = Watched(Settings(data=tmp_path), script)
    script.readiness = Readiness(False, "loading")
    factories = {serving.APPLICATION: lambda: create_api(service)}
    monkeypatch.setattr(serving, "import_from_string", factories.__getitem__)
    with pytest.raises(NotReadyError, match="The corpus is broken"):
        serving.serve(Settings(port=0, data=tmp_path))
    assert statuses == [200]


def test_a_failure_that_leaves_an_older_index_serving_does_not_end_the_server() -> None:
    assert not serving._has_failed(Readiness(True, "failed", error="The corpus is broken: mend it."))


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:80"),
        ("0.0.0.0", "http://localhost:80"),
        ("::", "http://localhost:80"),
        ("::1", "http://[::1]:80"),
        ("[::1]", "http://[::1]:80"),
    ],
)
def test_the_address_is_one_that_a_browser_opens(host: str, address: str) -> None:
    assert serving._name_address(host, 80) == address


@pytest.mark.filterwarnings("error")
def test_an_open_page_does_not_make_the_end_of_the_server_an_error(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(serving, "SHUTDOWN_SECONDS", 0)
    left: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        """A page that waits for news until its visitor leaves."""
        assert (await receive())["type"] == "http.request"
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"news", "more_body": True})
        server.should_exit = True  # Ctrl-C
        left.append((await receive())["type"])

    listener = serving.bind("127.0.0.1", 0)
    config = uvicorn.Config(app, lifespan="off", log_config=None, timeout_graceful_shutdown=30)
    server = serving._Server(config, "http://127.0.0.1", lambda: Readiness(True, "ready"))

    async def visit_and_end() -> None:
        listener.listen()
        running = asyncio.create_task(server.serve(sockets=[listener]))
        _, writer = await asyncio.open_connection(*listener.getsockname())
        writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        await running
        writer.close()

    with listener:
        asyncio.run(visit_and_end())
    assert left == ["http.disconnect"]
    assert [one.message for one in caplog.records if one.levelno >= logging.WARNING] == []


class Connection:
    """A connection of uvicorn's; it is its own transport."""

    def __init__(self, *, complete: bool | None) -> None:
        self.cycle = None if complete is None else SimpleNamespace(response_complete=complete)
        self.transport = self
        self.aborted = False

    def abort(self) -> None:
        self.aborted = True


def test_a_connection_that_never_gets_as_far_as_a_request_is_hung_up_on() -> None:
    silent, idle, answering, busy = (Connection(complete=complete) for complete in (None, True, False, True))
    times = [0.0, 15.0, 29.0, 30.0]
    patience = serving.Patience(seconds=30, clock=iter(times).__next__)
    for _ in times:
        assert not silent.aborted
        patience.look({silent, idle, answering, busy})
        busy.cycle = SimpleNamespace(response_complete=True)  # asked and answered in between
    assert (silent.aborted, idle.aborted) == (True, True)
    assert (answering.aborted, busy.aborted) == (False, False)


def test_an_answer_under_way_is_finished_before_the_server_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "SHUTDOWN_SECONDS", 0)
    under_way = True

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal under_way
        assert (await receive())["type"] == "http.request"
        server.should_exit = True
        while not server.server_state.connections or not ending.is_set():
            await asyncio.sleep(0)
        for _ in range(100):  # turns of the loop in which the server would hang up
            await asyncio.sleep(0)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4")]})
        await send({"type": "http.response.body", "body": b"done"})
        under_way = False

    listener = serving.bind("127.0.0.1", 0)
    config = uvicorn.Config(app, lifespan="off", log_config=None, timeout_graceful_shutdown=30)
    ready = Readiness(True, "ready")

    def is_answering() -> bool:
        ending.set()
        return under_way

    server = serving._Server(config, "http://127.0.0.1", lambda: ready, is_answering=is_answering, drain=30)

    async def visit_and_end() -> bytes:
        listener.listen()
        running = asyncio.create_task(server.serve(sockets=[listener]))
        reader, writer = await asyncio.open_connection(*listener.getsockname())
        writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        answer = await reader.read()
        await running
        writer.close()
        return answer

    ending = asyncio.Event()
    with listener:
        assert asyncio.run(visit_and_end()).endswith(b"done")


def test_a_hangup_opens_the_index_anew_and_a_failure_keeps_the_former_one(
    make_scripted_service, script, caplog: pytest.LogCaptureFixture
) -> None:
    service = make_scripted_service()
    with caplog.at_level(logging.INFO):
        serving._reload(service)
        script.error = NotReadyError("The corpus is broken: mend it.")
        serving._reload(service)
    assert script.loads == [False]
    assert "opened anew (generation 0)" in caplog.text
    assert "The corpus is broken: mend it." in caplog.text
