"""Behind a reverse proxy: page, REST and documentation under a path, whether the proxy strips it or not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any
from urllib.request import Request, urlopen

import pytest
from fastapi import FastAPI

from rag.api import create_api
from rag.settings import Settings
from tests.ui.driving import ask, marked
from tests.ui.proxying import Proxy, proxied
from tests.ui.scripted import ScriptedService
from ui.server.mount import mount_page
from ui.texts import CHINESE

PREFIX = "/city/reports"
QUESTION = "第二处"

Serve = Callable[[Callable[[], FastAPI]], AbstractContextManager[str]]


def _serve(serve_app: Serve, data: Any, root_path: str) -> AbstractContextManager[str]:
    service: Any = ScriptedService(settings=Settings(data=data, root_path=root_path))
    return serve_app(lambda: mount_page(create_api(service), service))


@pytest.fixture(scope="module")
def server(serve_app: Serve, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with _serve(serve_app, tmp_path_factory.mktemp("data"), PREFIX) as url:
        yield url


@pytest.fixture(
    params=[
        pytest.param(True, id="the proxy strips the path"),
        pytest.param(False, id="the proxy keeps the path", marks=pytest.mark.slow),
    ]
)
def proxy(server: str, request: pytest.FixtureRequest) -> Iterator[Proxy]:
    with proxied(server, PREFIX, strips=request.param) as proxy:
        yield proxy
    assert proxy.missed == [], "asked for outside the path"


@pytest.mark.browser
@pytest.mark.parametrize("end", ["/", ""])
def test_a_question_is_answered_and_its_marker_opens_the_report(proxy: Proxy, end: str, open_page) -> None:
    page = open_page(proxy.address + end)
    ask(page, QUESTION).locator("a.cite").click()
    assert marked(page) == "全县人口达到3万人"


@pytest.mark.browser
def test_a_link_to_cited_words_opens_them(proxy: Proxy, open_page) -> None:
    page = open_page(f"{proxy.address}/?doc=jia&start=0&end=4")
    assert marked(page) == "网站导航"


@pytest.mark.browser
def test_the_exported_conversation_links_to_where_the_browser_was(proxy: Proxy, open_page) -> None:
    page = open_page(f"{proxy.address}/")
    ask(page, QUESTION)
    with page.expect_download() as download:
        page.get_by_role("button", name=CHINESE.export_conversation).click()
    assert f"<{proxy.address}/?doc=jia&" in download.value.path().read_text("utf-8")


@pytest.mark.browser
def test_the_documentation_lists_the_endpoints_at_their_addresses(proxy: Proxy, open_page) -> None:
    page = open_page(f"{proxy.address}/docs")
    page.get_by_text("/api/documents", exact=True).first.wait_for()
    assert page.locator(".servers select").input_value() == PREFIX


@pytest.mark.parametrize("stream", [False, True])
def test_questions_are_answered_over_rest(proxy: Proxy, stream: bool) -> None:
    body = json.dumps({"question": QUESTION, "stream": stream}).encode()
    with urlopen(Request(f"{proxy.address}/api/ask", body, {"Content-Type": "application/json"})) as answer:
        text = answer.read().decode()
    assert "2020年全县人口达到3万人。[1]" in text
    assert ("event: done" in text) == stream


@pytest.mark.browser
def test_without_a_root_path_the_page_works_where_it_is_opened(serve_app: Serve, tmp_path, open_page) -> None:
    with (
        _serve(serve_app, tmp_path, "") as server,
        proxied(server, PREFIX, strips=True) as proxy,
    ):
        page = open_page(f"{proxy.address}/")
        ask(page, QUESTION).locator("a.cite").click()
        assert marked(page) == "全县人口达到3万人"
        assert proxy.missed == []
