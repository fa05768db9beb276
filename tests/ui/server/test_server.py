"""The whole server as it is started: the real service, the real report, page and REST on one port."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from rag.service import ReportService

# Gradio's queue sums up its own speed with a pandas option that newer pandas calls deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:.*no_silent_downcasting")

QUESTION = "2020年社会消费品零售总额是多少？"


@pytest.fixture(scope="module")
def server(serve_app: Any, service: ReportService) -> Iterator[str]:
    from ui.app import create_app

    with serve_app(lambda: create_app(service)) as url:
        yield url


def _get(url: str) -> tuple[int, str, str]:
    try:
        with urlopen(url) as response:
            return response.status, response.headers["Content-Type"], response.read().decode()
    except HTTPError as error:
        return error.code, error.headers["Content-Type"], error.read().decode()


def _ask(server: str, question: str) -> Any:
    body = json.dumps({"question": question}).encode()
    with urlopen(Request(f"{server}/api/ask", body, {"Content-Type": "application/json"})) as response:
        return json.load(response)


@pytest.mark.parametrize(
    "path", ["/", "/docs", "/health/live", "/api/documents", "/metrics", "/page/assets/pane/reading.js"]
)
def test_page_and_rest_share_one_port(server, path):
    assert _get(server + path)[0] == 200


def test_the_page_admits_nothing_from_elsewhere_and_no_script_without_its_nonce(server):
    policies = []
    for _ in range(2):
        with urlopen(server) as response:
            policies.append((response.headers["Content-Security-Policy"], response.read().decode()))
    nonces = [re.search(r"'nonce-([\w-]+)'", policy)[1] for policy, _ in policies]
    assert len(set(nonces)) == 2
    for nonce, (policy, page) in zip(nonces, policies, strict=True):
        directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
        assert directives["default-src"] == directives["connect-src"] == "'self'"
        assert directives["script-src"] == f"'self' 'nonce-{nonce}'"
        assert "http" not in policy
        assert f"<script nonce={nonce}" in page


def test_the_page_itself_does_not_carry_the_report(server, service):
    (indexed,) = service.documents.values()
    sentences = [passage.span.of(indexed.document.text) for passage in indexed.structure.passages[10:]]
    page = _get(server)[2]
    assert not [sentence for sentence in sentences if len(sentence) > 20 and sentence in page]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/page/report/nowhere", 404),
        ("GET", "/page/assets/nothing.js", 404),
        ("GET", "/gradio_api/nothing", 404),
        ("GET", "/nothing", 404),
        ("POST", "/nothing/at/all", 404),
        ("NONSENSE", "/nothing", 404),
        ("TRACE", "/", 405),
        ("POST", "/", 405),
        ("TRACE", "/api/ask", 405),
        ("PUT", "/docs", 405),
        ("DELETE", "/page/report/nowhere", 405),
        ("TRACE", "/page/assets/pane/reading.js", 405),
    ],
)
def test_whatever_is_not_there_is_a_problem_document(server, method, path, status):
    with pytest.raises(HTTPError) as caught, urlopen(Request(server + path, method=method)):
        pass
    with caught.value as response:
        assert (response.status, response.headers["Content-Type"]) == (status, "application/problem+json")
        problem = json.load(response)
    assert problem["status"] == status
    assert path in problem["detail"] or "'nowhere'" in problem["detail"]
    assert ("Allow" in response.headers) == (status == 405)


def test_the_page_can_be_reached_before_the_index_is_loaded(serve_app, settings):
    from ui.app import create_app

    release = threading.Event()

    class SlowService(ReportService):
        def load(self, progress: Any = None, *, rebuild: bool = False) -> None:
            release.wait()

    with serve_app(lambda: create_app(SlowService(settings))) as url:
        assert _get(url)[0] == 200
        assert _get(f"{url}/health/ready")[0] == 503
        assert _get(f"{url}/page/report/any")[0] == 503
        release.set()


@pytest.mark.browser
def test_the_bundled_report_is_asked_and_opens_at_exactly_the_cited_words(server, service, open_page):
    from playwright.sync_api import expect

    citation = _ask(server, QUESTION)["citations"][0]
    page = open_page(server)
    box = page.get_by_role("textbox", name="提问")
    expect(box).to_be_enabled(timeout=30_000)
    box.fill(QUESTION)
    box.press("Enter")
    expect(page.locator("#chat .answer")).to_contain_text("194亿元")
    expect(page.locator("#chat .sources")).to_be_visible()
    marker = page.locator("#chat a.cite").first
    expect(marker).to_have_text("[1]")
    assert marker.get_attribute("href") == f"#cite-1-{citation['start']}-{citation['end']}"
    marker.click()
    mark = page.locator("#report mark")
    expect(mark).to_be_in_viewport()
    assert mark.text_content() == citation["quote"]
    text = service.documents[citation["document"]].document.text
    assert "".join(page.locator("#report [data-start]").all_text_contents()) == text


@pytest.mark.browser
def test_every_example_question_of_the_start_screen_is_answered(server, open_page):
    page = open_page(server)
    page.locator("#chat .example").first.wait_for()
    examples = page.locator("#chat .example-text").all_text_contents()
    assert len(examples) >= 3
    assert {_ask(server, example)["status"] for example in examples} == {"answered"}
