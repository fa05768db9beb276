"""A real Chromium, and a server for it to visit."""

from __future__ import annotations

import os
import runpy
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI

from index.types import IndexedDocument
from rag.service import Readiness
from rag.settings import Settings
from rag.types import Answer
from tests.ui.scripted import (
    ANSWERS,
    ATTACK,
    NOT_FOUND,
    REWORDED,
    SPOKEN_OF,
    ScriptedService,
    make_small_report,
)

# After every event Gradio's queue sums up its own speed with what newer pandas calls deprecated; a warning is
# an error here and would end the queue.
os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = str(2**31)

PATIENCE_MS = 60_000
"""How long the page may take to become as expected; only a test that fails waits that long."""

ON_LEAVING = ("AbortError: signal is aborted", "Unexpected error Connection errored out")
"""What Gradio prints where a page is left, or loaded anew, while an event is under way."""

CHROMIUM_FLAGS = [
    "--headless",
    "--no-sandbox",  # CI runs as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class _Server(uvicorn.Server):
    """Tells when it has started, and does not touch the test process's signals."""

    def __init__(self, make_app: Callable[[], FastAPI]) -> None:
        super().__init__(
            uvicorn.Config(make_app, factory=True, log_level="error", timeout_graceful_shutdown=1)
        )
        self.running = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.running.set()


@contextmanager
def serve(make_app: Callable[[], FastAPI]) -> Iterator[str]:
    """Serve an application on a free port and yield its address.

    It is made inside the server's event loop, as `report-rag serve` does it: outside one, Gradio would open
    loops of its own and leave them open.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = _Server(make_app)
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            assert server.running.wait(60), "the server did not start"
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="session")
def serve_app() -> Callable[[Callable[[], FastAPI]], AbstractContextManager[str]]:
    """The function `serve`, for tests that bring an application of their own."""
    return serve


@pytest.fixture(scope="session")
def report() -> IndexedDocument:
    return make_small_report()


@pytest.fixture(scope="session")
def answers() -> dict[str, Answer]:
    return ANSWERS | {"没有": NOT_FOUND}


@pytest.fixture(scope="session")
def spoken_of() -> Answer:
    """What comes of a question whose topic is in the report and whose answer is not."""
    return SPOKEN_OF


@pytest.fixture(scope="session")
def reworded() -> tuple[Answer, ...]:
    """An answer of a model as it grows: a verified sentence, one left out, another verified, one quoted."""
    return REWORDED


@pytest.fixture(scope="session")
def attack() -> str:
    return ATTACK


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ScriptedService, str]]:
    """The page of one scripted service, and its address."""
    from ui.server.mount import mount_page

    service = ScriptedService(settings=Settings(data=tmp_path_factory.mktemp("data")))
    with serve(lambda: mount_page(FastAPI(), service)) as url:  # type: ignore[arg-type]
        yield service, url


@pytest.fixture(scope="session")
def figures(site: tuple[ScriptedService, str]) -> Iterator[str]:
    """Where a page is whose report has figures."""
    from tests.rag.reports import make_report
    from ui.server.mount import mount_page

    service = replace(site[0], documents={"yunxi-2031": make_report()})
    with serve(lambda: mount_page(FastAPI(), service)) as url:  # type: ignore[arg-type]
        yield url


@pytest.fixture(scope="session")
def model_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ScriptedService, str]]:
    """The page of a scripted service that has a language model, and its address."""
    from ui.server.mount import mount_page

    settings = Settings(data=tmp_path_factory.mktemp("data"), llm_base_url="http://127.0.0.1:9")
    service = ScriptedService(settings=settings)
    with serve(lambda: mount_page(FastAPI(), service)) as url:  # type: ignore[arg-type]
        yield service, url


@pytest.fixture
def scripted(site: tuple[ScriptedService, str]) -> ScriptedService:
    """The scripted service as if nobody had visited yet."""
    service, _ = site
    service.readiness = Readiness(True, "")
    service.asked.clear()
    service.patience.clear()
    service.scripts.clear()
    service.left.clear()
    return service


@pytest.fixture
def address(site: tuple[ScriptedService, str], scripted: ScriptedService) -> str:
    """Where the page of the scripted service is."""
    return site[1]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import expect, sync_playwright

    path = _find_browser()
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


def _find_browser() -> str:
    setup = runpy.run_path(str(Path(__file__).with_name("setup_browser.py")))
    if path := setup["find_browser"]():
        return path
    reason = "no Chromium was found (tests/ui/setup_browser.py says how to get one)"
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason}, and in CI there must be one")
    pytest.skip(reason)


@pytest.fixture
def open_page(chromium: Any) -> Iterator[Callable[..., Any]]:
    """Open an address in a fresh context; a console error or a request to elsewhere fails the test."""
    contexts, complaints, aborted, visits = [], [], [], []

    def open_page(url: str, **options: Any) -> Any:
        context = chromium.new_context(
            **{"locale": "zh-CN", "viewport": {"width": 1280, "height": 800}} | options
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        server = "/".join(url.split("/")[:3])

        def note_request(request: Any) -> None:
            if request.is_navigation_request():
                visits.append(request.url)
            if not request.url.startswith((server, "data:", "blob:")):
                complaints.append(f"request to {request.url}")

        def note_console(message: Any) -> None:
            if message.type != "error":
                return
            noted = aborted if message.text.startswith(ON_LEAVING) else complaints
            noted.append(f"console: {message.text}")

        page.on("request", note_request)
        page.on("console", note_console)
        page.on("pageerror", lambda error: complaints.append(f"page error: {error}"))
        page.goto(url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    left = len(visits) > len(contexts)
    assert complaints + ([] if left else aborted) == []
