"""What a client gets while a language model writes, and what becomes of the model when the client leaves."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager

import httpx2
import pytest
import uvicorn
from fastapi.testclient import TestClient

from rag.api import create_api
from rag.api.streaming import QUIET, _encode
from rag.llm.client import ChatModel, Message
from rag.metrics import Metrics
from rag.service import ReportService
from rag.types import Answer, Stage
from tests.rag.llm.serving import serve
from tests.rag.llm.test_client import PATIENCE
from tests.rag.llm.test_service import (
    EXTRACT,
    EXTRACT_SECOND,
    FACT,
    FIRST,
    SECOND,
    TOLD,
    TOLD_FIRST,
    TOLD_SECOND,
    TRUE,
    TWICE,
)
from tests.rag.test_api import events_of

Seen = list[tuple[str, object]]


def seen(events: list[tuple[str, dict]]) -> Seen:
    """Name each event with what tells it from others of its kind."""
    telling = {"status": "stage", "token": "text", "citation": "n", "done": "mode", "error": "status"}
    return [(name, data[telling[name]]) for name, data in events]


@contextmanager
def running(service: ReportService) -> Iterator[tuple[str, Metrics]]:
    """The REST application in a real server; its address and figures."""
    app = create_api(service)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off", ws="none"))
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}", app.state.metrics
        finally:
            server.should_exit = True
            thread.join()


def tell(service: ReportService, question: str) -> list[tuple[str, dict]]:
    with TestClient(create_api(service), base_url="http://127.0.0.1") as client:
        response = client.post("/api/ask", json={"question": question, "mode": "llm", "stream": True})
        return events_of(response.text)


@pytest.fixture
def worded(yunxi: ReportService, endpoint) -> Iterator[ReportService]:
    with serve(yunxi, endpoint) as service:
        yield service


# What a client hears.


def test_each_sentence_comes_once_it_is_verified_and_its_citation_behind_it(worded, endpoint) -> None:
    endpoint.reply(*FIRST, *SECOND)
    assert seen(tell(worded, TWICE)) == [
        ("status", "searching"),
        ("status", "writing"),
        ("token", TOLD_FIRST),
        ("citation", 1),
        ("token", TOLD_SECOND),
        ("citation", 2),
        ("done", "llm"),
    ]


def test_a_sentence_is_heard_before_the_next_one_is_written(worded: ReportService, endpoint) -> None:
    more = threading.Event()
    endpoint.reply(f"{FIRST}2031年", more, SECOND.removeprefix("2031年"))
    ask = {"question": TWICE, "mode": "llm", "stream": True}
    with (
        running(worded) as (address, _),
        httpx2.stream("POST", f"{address}/api/ask", json=ask, timeout=PATIENCE) as response,
    ):
        heard = []
        for line in response.iter_lines():
            heard.append(line)
            if TOLD_FIRST in line and TOLD_SECOND not in line:
                more.set()
    (whole,) = [line for line in heard if TOLD_FIRST + TOLD_SECOND in line]
    assert json.loads(whole.removeprefix("data: "))["model"] == "scripted"


@pytest.mark.parametrize(
    ("question", "pieces", "after", "answer"),
    [
        (FACT, (TRUE,), "done", TOLD),
        (FACT, ("抱歉，我无法回答。",), "done", EXTRACT),
        (TWICE, (FIRST, "2031年计划改造老旧小区26个[2]。"), "done", TOLD_FIRST + EXTRACT_SECOND),
        (TWICE, ("2031年计划改造老旧小区26个[2]。", FIRST), "done", TOLD_FIRST + EXTRACT_SECOND),
        (TWICE, (FIRST, "2031年"), "cut", TOLD_FIRST + EXTRACT_SECOND),
    ],
)
def test_the_tokens_joined_are_the_answer_and_no_citation_comes_twice(
    worded: ReportService, endpoint, question, pieces, after, answer
) -> None:
    endpoint.reply(*pieces, after=after)
    events = tell(worded, question)
    assert "".join(data["text"] for name, data in events if name == "token") == answer
    name, whole = events[-1]
    assert (name, whole["answer"]) == ("done", answer)
    assert [data for name, data in events if name == "citation"] == whole["citations"]


def test_a_silent_model_is_told_of_again_and_again() -> None:
    def wait() -> Generator[Stage | Answer]:
        yield Stage.SEARCHING
        for _ in range(2 * QUIET + 1):
            yield Stage.WRITING
        raise RuntimeError("enough")

    told = list(_encode(wait(), lambda answer: None))
    events = events_of(b"".join(told).decode())
    assert seen(events) == [("status", "searching")] + 3 * [("status", "writing")] + [("error", 500)]
    assert told.count(b"") == 2 * QUIET + 1 - 3  # chances to leave


def test_an_answer_that_is_withheld_on_the_way_ends_with_what_is_said_instead(answers) -> None:
    counted: list[Answer] = []

    def withhold() -> Generator[Stage | Answer]:
        yield answers["answered"]
        yield answers["not_found"]

    *_, done = events_of(b"".join(_encode(withhold(), counted.append)).decode())
    assert (done[0], done[1]["answer"]) == ("done", answers["not_found"].answer)
    assert counted == [answers["not_found"]]


# When the client leaves.


@pytest.mark.parametrize(
    ("pieces", "last_heard"), [((f"{FIRST}2031年",), TOLD_FIRST), ((), "writing"), (("2030年",), "writing")]
)
def test_a_client_that_leaves_a_stream_stops_the_model(
    worded: ReportService, endpoint, pieces, last_heard: str
) -> None:
    endpoint.reply(*pieces, after="silence")
    ask = {"question": TWICE, "mode": "llm", "stream": True}
    with running(worded) as (address, metrics):
        with httpx2.stream("POST", f"{address}/api/ask", json=ask, timeout=PATIENCE) as response:
            assert any(last_heard in line for line in response.iter_lines())
        assert endpoint.requests[0].gone.wait(PATIENCE)
    assert b"report_rag_answers_total{" not in metrics.render()


class Watched:
    """A model that tells when it begins to write."""

    def __init__(self, model: ChatModel) -> None:
        self._model = model
        self.name = model.name
        self.count_tokens = model.count_tokens
        self.writes = threading.Event()

    def write(
        self, messages: Sequence[Message], max_tokens: int, seconds: float | None = None
    ) -> Generator[str]:
        with closing(self._model.write(messages, max_tokens, seconds)) as pieces:
            for piece in pieces:
                if piece:
                    self.writes.set()
                yield piece


def test_a_client_that_leaves_without_its_answer_stops_the_model(worded: ReportService, endpoint) -> None:
    endpoint.reply("2030年", after="silence")
    assert worded._writer
    worded._writer.model = watched = Watched(worded._writer.model)
    body = json.dumps({"question": FACT, "mode": "llm"})
    with running(worded) as (address, metrics):
        host, port = address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as connection:
            head = f"POST /api/ask HTTP/1.1\r\nHost: {host}\r\nContent-Length: {len(body)}\r\n\r\n"
            connection.sendall((head + body).encode())
            assert watched.writes.wait(PATIENCE)
        assert endpoint.requests[0].gone.wait(PATIENCE)
    figures = metrics.render()
    assert b'path="/api/ask",status="499"} 1.0' in figures
    assert b"report_rag_answers_total{" not in figures


def test_an_answer_that_was_waited_for_is_counted_once(worded: ReportService, endpoint) -> None:
    endpoint.reply(*TRUE)
    app = create_api(worded)
    with TestClient(app, base_url="http://127.0.0.1") as client:
        answer = client.post("/api/ask", json={"question": FACT, "mode": "llm"}).json()
    assert (answer["answer"], answer["mode"], answer["model"]) == (TOLD, "llm", "scripted")
    assert b'report_rag_answers_total{reason="",status="answered"} 1.0' in app.state.metrics.render()
