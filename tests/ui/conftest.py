"""A real Chromium, a server for it to visit, and a scripted service: the one fake in these tests."""

from __future__ import annotations

import datetime as dt
import os
import re
import runpy
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI

from index.types import (
    Document,
    DocumentMeta,
    GlossaryEntry,
    IndexedDocument,
    Passage,
    Period,
    PeriodKind,
    Role,
    Section,
    Span,
    Structure,
)
from rag.service import Readiness
from rag.settings import Settings
from rag.types import (
    Answer,
    AnswerSentence,
    Citation,
    Mode,
    Question,
    Reason,
    ReasonCode,
    SentenceState,
    Status,
)

# After every event Gradio's queue sums up its own speed with what newer pandas calls deprecated; a warning is
# an error here and would end the queue.
os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = str(2**31)

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
# Any of these would set `window.hacked` if the browser ever ran it.
ATTACK = "<img src=x onerror='window.hacked=1'><script>window.hacked=1</script>"
# An astral character before a quote that occurs twice, markup and Markdown as text, a two-character line end.
TEXT = (
    "网站导航\n\n甲县2021年政府工作报告\n\n一、回顾\n\n"
    "(一)𠮷镇人口😀增长。全县人口达到3万人。城镇扩大,全县人口达到3万人。\r\n\r\n"
    f"{ATTACK}与*星号*照写。\n\n"
    "落实“六稳”任务。\n\n"
    "名词解释\n1.六稳:稳就业等。\n站点页脚\n"
)
DONE = Period("2020年", PeriodKind.DONE)


def _span(text: str, words: str, occurrence: int = 1) -> Span:
    starts = [found.start() for found in re.finditer(re.escape(words), text)]
    return Span(starts[occurrence - 1], starts[occurrence - 1] + len(words))


def _passage(words: str, role: Role = Role.BODY) -> Passage:
    return Passage("jia", _span(TEXT, words), ("一、回顾",), DONE, role)


def _define(words: str, term: str) -> Passage:
    period = Period("", PeriodKind.DEFINITION)
    return Passage("jia", _span(TEXT, words), ("名词解释", term), period, Role.GLOSSARY)


def _make_report() -> IndexedDocument:
    part, section, term = (
        _span(TEXT, "一、回顾"),
        _span(TEXT, "(一)𠮷镇人口😀增长"),
        _span(TEXT, "1.六稳:稳就业等。"),
    )
    outline = Section(
        "一、回顾", 1, part.start, term.start, (Section("(一)𠮷镇人口😀增长", 2, section.start, term.start),)
    )
    passages = (
        _passage("甲县2021年政府工作报告", Role.TITLE),
        _passage("一、回顾", Role.HEADING),
        _passage("(一)𠮷镇人口😀增长。", Role.HEADING),
        _passage("全县人口达到3万人。"),
        _passage("城镇扩大,全县人口达到3万人。"),
        _passage(f"{ATTACK}与*星号*照写。"),
        _passage("落实“六稳”任务。"),
        _define("1.六稳:稳就业等。", "六稳"),
    )
    glossary = GlossaryEntry("六稳", ("六稳",), term, _span(TEXT, "稳就业等。"))
    meta = DocumentMeta(
        f"甲县报告{ATTACK}", "甲县", 2021, dt.date(2021, 2, 7), "县长", "大会", "县政府网站", "公有领域"
    )
    structure = Structure((outline,), tuple(sorted(passages, key=lambda one: one.span)), (glossary,))
    return IndexedDocument(Document("jia", TEXT, "0" * 64, meta), structure)


def _cite(n: int, words: str, occurrence: int = 1) -> Citation:
    span = _span(TEXT, words, occurrence)
    return Citation(n, "jia", span, words, span, ("一、回顾", "(一)𠮷镇人口😀增长"), DONE, 0.9)


def make_answer(*sentences: tuple[str, Citation]) -> Answer:
    """Return an answer of sentences, each with the one citation it rests on."""
    text, spans = "", []
    for words, citation in sentences:
        spans.append(
            AnswerSentence(Span(len(text), len(text) + len(words)), (citation.n,), SentenceState.QUOTED)
        )
        text += f"{words}[{citation.n}]"
    return Answer(
        "a",
        Status.ANSWERED,
        text,
        Mode.EXTRACTIVE,
        "",
        sentences=tuple(spans),
        citations=tuple(c for _, c in sentences),
    )


def _make_list(lead: str, *quotes: str) -> Answer:
    """Return an answer of one sentence that lists quotes."""
    sentence = f"{lead}{';'.join(quotes)}。"
    numbers = range(1, len(quotes) + 1)
    return Answer(
        "d",
        Status.ANSWERED,
        sentence + "".join(f"[{n}]" for n in numbers),
        Mode.EXTRACTIVE,
        "",
        sentences=(AnswerSentence(Span(0, len(sentence)), tuple(numbers), SentenceState.QUOTED),),
        citations=tuple(_cite(n, quote) for n, quote in zip(numbers, quotes, strict=True)),
    )


ANSWERS = {
    "列举": _make_list("共3项:", "全县人口达到3万人", "城镇扩大", "落实“六稳”任务"),
    "并列": _make_list("", "全县人口达到3万人", "城镇扩大"),
    "第一处": make_answer(("全县人口达到3万人。", _cite(1, "全县人口达到3万人"))),
    "第二处": make_answer(("2020年全县人口达到3万人。", _cite(1, "全县人口达到3万人", 2))),
    "两句": make_answer(
        ("全县人口达到3万人。", _cite(1, "全县人口达到3万人")), ("城镇扩大。", _cite(2, "城镇扩大"))
    ),
    "很长": make_answer(("人口很多。" * 120, _cite(1, "全县人口达到3万人"))),
    "攻击": make_answer((ATTACK + "[1]*星号*。", _cite(1, ATTACK))),
    "什么是六稳？": make_answer(("六稳指稳就业等。", _cite(1, "稳就业等"))),
    "六稳": make_answer(("落实“六稳”任务。", _cite(1, "落实“六稳”任务"))),
    "慢": make_answer(("城镇扩大。", _cite(1, "城镇扩大"))),
    "你好": Answer("b", Status.SMALLTALK, "您好，请就报告提问。", Mode.EXTRACTIVE, "你好"),
}
NOT_FOUND = Answer(
    "c",
    Status.NOT_FOUND,
    "",
    Mode.EXTRACTIVE,
    "",
    reason=Reason(ReasonCode.OTHER_PERIOD, "这份报告没有谈到1999年。"),
    closest=(_cite(1, "城镇扩大"),),
)


@dataclass
class ScriptedService:
    """Stands in for ReportService: one small report, and the answers of ANSWERS (others are not found)."""

    readiness: Readiness = field(default_factory=lambda: Readiness(True, ""))
    documents: dict[str, IndexedDocument] = field(default_factory=lambda: {"jia": _make_report()})
    asked: list[Question] = field(default_factory=list)
    patience: threading.Event = field(default_factory=threading.Event)
    settings: Settings = field(default_factory=Settings)

    def ask(self, question: Question) -> Answer:
        if question.text == "出错":
            raise ZeroDivisionError("told to fail")
        if question.text == "慢":
            assert self.patience.wait(60)
        self.asked.append(question)
        answer = ANSWERS.get(question.text, NOT_FOUND)
        return answer if answer.standalone_question else replace(answer, standalone_question=question.text)

    def told(self, text: str) -> Question:
        """Return the question with this text as it was asked last (others check what could be asked next)."""
        return next(question for question in reversed(self.asked) if question.text == text)

    def search(self, query: str, documents: Sequence[str] | None, limit: int) -> list[Citation]:
        return [_cite(1, "全县人口达到3万人"), _cite(2, "城镇扩大")][:limit]


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
    return _make_report()


@pytest.fixture(scope="session")
def answers() -> dict[str, Answer]:
    return ANSWERS | {"没有": NOT_FOUND}


@pytest.fixture(scope="session")
def attack() -> str:
    return ATTACK


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ScriptedService, str]]:
    """The page of one scripted service, and its address."""
    from ui.mount import mount_page

    service = ScriptedService(settings=Settings(data=tmp_path_factory.mktemp("data")))
    with serve(lambda: mount_page(FastAPI(), service)) as url:  # type: ignore[arg-type]
        yield service, url


@pytest.fixture(scope="session")
def figures(site: tuple[ScriptedService, str]) -> Iterator[str]:
    """Where a page is whose report has figures."""
    from tests.rag.reports import make_report
    from ui.mount import mount_page

    service = replace(site[0], documents={"yunxi-2031": make_report()})
    with serve(lambda: mount_page(FastAPI(), service)) as url:  # type: ignore[arg-type]
        yield url


@pytest.fixture
def scripted(site: tuple[ScriptedService, str]) -> ScriptedService:
    """The scripted service as if nobody had visited yet."""
    service, _ = site
    service.readiness = Readiness(True, "")
    service.asked.clear()
    service.patience.clear()
    return service


@pytest.fixture
def address(site: tuple[ScriptedService, str], scripted: ScriptedService) -> str:
    """Where the page of the scripted service is."""
    return site[1]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    path = _find_browser()
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
    contexts, complaints = [], []

    def open_page(url: str, **options: Any) -> Any:
        context = chromium.new_context(
            **{"locale": "zh-CN", "viewport": {"width": 1280, "height": 800}} | options
        )
        contexts.append(context)
        page = context.new_page()
        server = "/".join(url.split("/")[:3])

        def note_request(request: Any) -> None:
            if not request.url.startswith((server, "data:", "blob:")):
                complaints.append(f"request to {request.url}")

        def note_console(message: Any) -> None:
            if message.type == "error":
                complaints.append(f"console: {message.text}")

        page.on("request", note_request)
        page.on("console", note_console)
        page.on("pageerror", lambda error: complaints.append(f"page error: {error}"))
        page.goto(url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
