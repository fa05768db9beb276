"""The client gives what the service gives, over the network; whatever goes wrong says what to do."""

import asyncio
import json
import os
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest

from rag import cli
from rag.api import create_api
from rag.client import (
    AccessError,
    AsyncClient,
    Client,
    ClientError,
    Indicator,
    Job,
    ReplyError,
    RequestError,
    Summary,
    Token,
    TryLaterError,
    UnreachableError,
)
from rag.client.decoding import read_summary
from rag.errors import InputError
from rag.library.job import JobState
from rag.types import Answer, Citation, Mode, Stage, Turn
from tests.rag.conftest import ANSWERED, GROUPED, NOT_FOUND, SMALLTALK, TEXT
from tests.rag.serving import running

SERVER = "http://127.0.0.1:7860"


@pytest.fixture
def server(make_scripted_service) -> Iterator[str]:
    with running(create_api(make_scripted_service())) as address:
        yield address


def awaited(server: str, do: Callable[[AsyncClient], Any], **options: Any) -> Any:
    async def run() -> Any:
        async with AsyncClient(server, **options) as client:
            return await do(client)

    return asyncio.run(run())


@pytest.mark.parametrize("answer", [ANSWERED, NOT_FOUND, GROUPED, SMALLTALK], ids=lambda one: one.kind.value)
def test_both_clients_give_the_answer_that_the_service_gives(server: str, script, answer: Answer) -> None:
    script.answer = answer
    with Client(server) as client:
        assert client.ask("种了几棵树?") == answer
    assert awaited(server, lambda client: client.ask("种了几棵树?")) == answer


def test_the_whole_question_arrives(server: str, script) -> None:
    with Client(server) as client:
        client.ask("那2021年呢?", history=[Turn("user", "树?")], documents=["trees"], mode=Mode.EXTRACTIVE)
    asked = script.asked[0]
    assert (asked.text, asked.history) == ("那2021年呢?", (Turn("user", "树?"),))
    assert (asked.documents, asked.mode) == (("trees",), Mode.EXTRACTIVE)


def test_a_stream_tells_stages_text_and_citations_and_ends_with_the_answer(server: str) -> None:
    async def collect(client: AsyncClient) -> list[Any]:
        return [event async for event in client.stream("种了几棵树?")]

    with Client(server) as client:
        events = list(client.stream("种了几棵树?"))
    assert events == awaited(server, collect)
    assert events[0] is Stage.SEARCHING
    assert "".join(one.text for one in events if isinstance(one, Token)) == ANSWERED.answer
    assert [one for one in events if isinstance(one, Citation)] == list(ANSWERED.citations)
    assert events[-1] == ANSWERED


def test_hits_documents_texts_and_indicators_are_typed(server: str, service) -> None:
    with Client(server) as client:
        assert client.search("树", limit=1) == [ANSWERED.citations[0]]
        (listed,) = client.documents()
        assert isinstance(listed, Summary)
        assert client.text(listed.id) == TEXT
    with running(create_api(service)) as real, Client(real) as client:
        (report,) = client.documents()
        text = client.text(report.id)
        rows = client.indicators(report.id)
        assert rows == awaited(real, lambda one: one.indicators(report.id))
        assert awaited(real, lambda one: one.text(report.id)) == text
    assert all(isinstance(row, Indicator) and row.span.of(text) == row.quote for row in rows)


def test_a_question_that_is_refused_says_what_to_do(server: str) -> None:
    with Client(server) as client:
        with pytest.raises(RequestError, match="ask something") as raised:
            client.ask(" ")
        assert isinstance(raised.value, InputError)
        assert raised.value.type.endswith("invalid-request")
        with pytest.raises(RequestError, match="choose from trees"):
            list(client.stream("树?", documents=["no"]))
        with pytest.raises(RequestError, match="No document has the id 'a b'"):
            client.text("a b")


def replying(*responses: httpx2.Response) -> httpx2.MockTransport:
    rest = list(responses)
    return httpx2.MockTransport(lambda _request: rest.pop(0))


def problem(status: int, **headers: str) -> httpx2.Response:
    told = {"type": "urn:x", "title": "t", "status": status, "detail": "Do this."}
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx2.Response(status, json=told, headers=headers)


def test_a_document_that_does_not_tell_its_day_is_listed() -> None:
    sent = {"id": "a", "title": "t", "place": "p", "year": 2021, "date": None, "sha256": "0" * 64}
    assert read_summary({**sent, "characters": 1, "passages": 1}).date is None


GOOD = httpx2.Response(200, json={"documents": []})


def test_a_server_that_is_busy_is_asked_again_when_it_says_so() -> None:
    waits: list[float] = []
    transport = replying(problem(503, retry_after="2"), problem(429), GOOD)
    with Client(SERVER, transport=transport, sleep=waits.append) as client:
        assert client.documents() == []
    assert waits == [2.0, 1.0]


@pytest.mark.parametrize("after", ["1", "3600"])
def test_a_server_that_stays_busy_is_told_with_how_long_it_wants(after: str) -> None:
    transport = replying(*[problem(503, retry_after=after)] * 3)
    with (
        Client(SERVER, transport=transport, sleep=lambda _: None) as client,
        pytest.raises(TryLaterError, match=r"Do this\.") as raised,
    ):
        next(client.stream("树?"))
    assert raised.value.after == float(after)


@pytest.mark.parametrize(
    ("response", "error", "words"),
    [
        (problem(401), AccessError, r"Do this\."),
        (problem(403), AccessError, r"Do this\."),
        (problem(404), RequestError, r"Do this\."),
        (problem(500), ReplyError, r"Do this\."),
        (httpx2.Response(502, text="<h1>Bad gateway</h1>"), ReplyError, "answered 502 Bad Gateway: <h1>"),
        (httpx2.Response(302, headers={"location": "http://evil.example/"}), ReplyError, "answered 302"),
        (httpx2.Response(200, text="<html>"), ReplyError, "is not understood"),
        (httpx2.Response(200, json={"documents": [{}]}), ReplyError, "is not understood"),
        (httpx2.Response(200, json=[]), ReplyError, "is not understood"),
    ],
)
def test_every_other_reply_is_an_error_that_says_what_it_was(
    response: httpx2.Response, error: type[ClientError], words: str
) -> None:
    with Client(SERVER, transport=replying(response)) as client, pytest.raises(error, match=words):
        client.documents()


def events(*told: tuple[str, Any]) -> httpx2.Response:
    body = "".join(f"event: {name}\ndata: {json.dumps(data)}\n\n" for name, data in told)
    return httpx2.Response(200, text=body, headers={"content-type": "text/event-stream"})


@pytest.mark.parametrize(
    ("response", "error", "words"),
    [
        (events(("status", {"stage": "searching"})), ReplyError, "broke off"),
        (
            events(("error", {"type": "urn:x", "status": 500, "detail": "It failed"})),
            ReplyError,
            "It failed",
        ),
        (events(("error", {"type": "urn:x", "status": 422, "detail": "Do."})), RequestError, "Do"),
        (events(("done", {"id": "a"})), ReplyError, "not understood"),
        (httpx2.Response(200, json={}), UnreachableError, "text/event-stream"),
    ],
)
def test_a_stream_that_ends_without_an_answer_is_an_error(
    response: httpx2.Response, error: type[ClientError], words: str
) -> None:
    with Client(SERVER, transport=replying(response)) as client, pytest.raises(error, match=words):
        list(client.stream("树?"))


def test_events_that_are_not_known_are_passed_over() -> None:
    known = ("status", {"stage": "searching"})
    with Client(SERVER, transport=replying(events(("news", {}), known))) as client:
        assert next(client.stream("树?")) is Stage.SEARCHING


@pytest.mark.parametrize(
    "address", ["127.0.0.1:7860", "ftp://a.example", "http://", "http://a:b", "http://a?b=c"]
)
def test_what_is_no_address_is_refused_with_an_example(address: str) -> None:
    with pytest.raises(InputError, match=r"write one such as http://127\.0\.0\.1:7860"):
        Client(address)


def test_nobody_there_is_told_with_the_remedy() -> None:
    with Client("http://127.0.0.1:9") as client, pytest.raises(UnreachableError, match="report-rag serve"):
        client.documents()


def test_the_key_goes_with_every_request_and_into_no_error() -> None:
    seen: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request.headers["authorization"])
        return problem(401)

    transport = httpx2.MockTransport(answer)
    with Client(SERVER, key="hush", transport=transport) as client, pytest.raises(AccessError) as raised:
        client.documents()
    assert seen == ["Bearer hush"]
    assert "hush" not in str(raised.value)
    with pytest.raises(InputError, match="printable ASCII"):
        Client(SERVER, key="密码")


def ask_from_terminal(capsys, *arguments: str) -> tuple[int, str, str]:
    code = cli.main(["ask", *arguments])
    return code, *capsys.readouterr()


def test_the_terminal_asks_a_running_server(
    server: str, script, scripted, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    for name in [name for name in os.environ if name.startswith("REPORT_RAG_")]:
        monkeypatch.delenv(name)
    code, out, err = ask_from_terminal(capsys, "种了几棵树?", "--server", server, "--json")
    assert (code, err) == (0, "")
    assert json.loads(out) == scripted.post("/api/ask", json={"question": "种了几棵树?"}).json()
    script.answer = NOT_FOUND
    code, out, _ = ask_from_terminal(capsys, "2030年呢?", "--server", server)
    assert code == 3
    assert "Closest passages:\n[1] " in out
    code, _, err = ask_from_terminal(capsys, "树?", "--server", "trees")
    assert (code, err.count("\n")) == (2, 1)
    code, _, err = ask_from_terminal(capsys, "树?", "--server", "http://127.0.0.1:9")
    assert (code, err.count("\n")) == (1, 1)


def accepted() -> httpx2.Response:
    return httpx2.Response(202, json={"job": "j1", "document": None})


def job(state: str, **told: Any) -> httpx2.Response:
    told = {"stage": "reading", "done": 1, "total": 2, "document": None, "problem": None} | told
    return httpx2.Response(200, json={"id": "j1", "state": state, **told})


def test_a_file_is_sent_with_what_is_known_of_it_and_followed_to_its_end() -> None:
    replies = [accepted, lambda: job("running"), lambda: job("done", document="trees-2021")]
    seen: list[httpx2.Request] = []
    waits: list[float] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        request.read()
        seen.append(request)
        return replies[len(seen) - 1]()

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    async def add(client: AsyncClient) -> Job:
        return await client.wait(await client.add(b"text", "a.txt", year=2021), every=2)

    transport = httpx2.MockTransport(answer)
    with Client(SERVER, transport=transport, sleep=waits.append) as client:
        ended = client.wait(client.add("种树。".encode(), "报告.txt", place="云溪区", year=2021), every=1)
    assert ended == Job("j1", JobState.DONE, "reading", 1, 2, "trees-2021")
    assert [(one.method, one.url.path) for one in seen] == [
        ("POST", "/api/documents"),
        ("GET", "/api/jobs/j1"),
        ("GET", "/api/jobs/j1"),
    ]
    assert "云溪区".encode() in seen[0].content
    seen.clear()
    assert awaited(SERVER, add, transport=transport, sleep=sleep) == ended
    assert waits == [1, 1, 2, 2]


def test_a_file_that_is_known_and_one_that_fails_are_told() -> None:
    known = httpx2.Response(200, json={"job": None, "document": "trees-2021"})
    failed = job("failed", problem={"type": "urn:x", "detail": "Say which year."})
    transport = replying(known, accepted(), failed, httpx2.Response(200, json={}))
    with Client(SERVER, transport=transport, sleep=lambda _: None) as client:
        assert client.wait(client.add(b"a", "a.txt")).document == "trees-2021"
        ended = client.wait(client.add(b"b", "b.txt", replaces="trees-2021"))
        assert (ended.state, ended.problem) == (JobState.FAILED, "Say which year.")
        client.remove("trees-2021")
