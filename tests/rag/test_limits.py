"""How much a server takes: requests a minute, questions at once, bodies that stand still; and from whom."""

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient
from starlette.types import Message

from rag.api import create_api
from rag.api.security.admission import Admission, _is_work
from rag.api.security.arrival import Arrival
from rag.api.security.guard import PUBLIC_RATE, count_running, find_rates
from rag.api.security.keys import KeyStore, Scope
from rag.api.security.queue import FairQueue
from rag.errors import SettingsError
from rag.settings import Settings
from tests.rag.serving import running
from tests.rag.test_api_errors import problem_of

ASK = {"question": "种了几棵树?"}


def serve(make_scripted_service, tmp_path, client: str = "192.0.2.1", **settings: Any) -> TestClient:
    app = create_api(make_scripted_service(Settings(data=tmp_path, **settings)))
    return TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False, client=(client, 5000))


# Rates.


def test_more_than_the_rate_is_refused_for_a_while(make_scripted_service, tmp_path) -> None:
    with serve(make_scripted_service, tmp_path, rate_limit="2/minute") as client:
        statuses = [client.post("/api/ask", json=ASK).status_code for _ in range(3)]
        assert statuses == [200, 200, 429]
        refused = client.get("/api/documents")
        problem_of(refused, 429, "too-many-requests")
        assert 0 < int(refused.headers["retry-after"]) <= 60
        assert client.get("/v1/models").json()["error"]["type"] == "rate_limit_error"
        assert client.get("/health/live").status_code == client.get("/docs").status_code == 200


def test_each_key_and_each_address_has_a_rate_of_its_own(make_scripted_service, tmp_path) -> None:
    store = KeyStore(tmp_path)
    first, second = (
        {"authorization": f"Bearer {store.create(name, [Scope.ASK])[1]}"} for name in ("one", "two")
    )
    with serve(make_scripted_service, tmp_path, keys="on", rate_limit="1/minute") as client:
        for sent in (first, second):
            assert client.get("/api/documents", headers=sent).status_code == 200
            assert client.get("/api/documents", headers=sent).status_code == 429
    app = create_api(make_scripted_service(Settings(data=tmp_path, rate_limit="1/minute")))
    for address in ("192.0.2.1", "192.0.2.2"):
        with TestClient(app, base_url="http://127.0.0.1", client=(address, 1)) as client:
            assert client.get("/api/documents").status_code == 200
            assert client.get("/api/documents").status_code == 429


def test_several_rates_hold_together(make_scripted_service, tmp_path) -> None:
    with serve(make_scripted_service, tmp_path, rate_limit="100/second;1/hour") as client:
        assert [client.get("/api/documents").status_code for _ in range(2)] == [200, 429]


def test_nobody_is_limited_on_ones_own_machine_unless_told() -> None:
    assert find_rates(Settings()) == find_rates(Settings(host="0.0.0.0", rate_limit="off")) == []
    assert len(find_rates(Settings(host="0.0.0.0"))) == len(find_rates(Settings(rate_limit=PUBLIC_RATE))) == 1


def test_a_store_of_rates_that_cannot_be_used_is_told(make_scripted_service, tmp_path) -> None:
    settings = Settings(data=tmp_path, rate_limit="1/minute", rate_storage="redis://127.0.0.1:1/0")
    with pytest.raises(SettingsError, match="REPORT_RAG_RATE_STORAGE"):
        create_api(make_scripted_service(settings))


# The queue in front of questions.


class Gate:
    """An application whose work goes on until it is let go."""

    def __init__(self) -> None:
        self.begun = 0
        self.go_on = asyncio.Event()

    async def __call__(self, scope, receive, send) -> None:
        self.begun += 1
        body = b""
        while (message := await receive()).get("more_body"):
            body += message["body"]
        await self.go_on.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body + message["body"]})


class Connection:
    """One request, as a server hands it to an application."""

    def __init__(self, app: Any, client: str = "192.0.2.1", body: bytes = b"{}") -> None:
        self.sent: list[Message] = []
        self.left = asyncio.Event()
        self._messages = [{"type": "http.request", "body": body, "more_body": False}]
        scope = {"type": "http", "method": "POST", "path": "/api/ask", "headers": [], "client": (client, 1)}
        self.task = asyncio.ensure_future(app(scope, self._receive, self._send))

    async def _receive(self) -> Message:
        if self._messages:
            return self._messages.pop()
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        self.sent.append(message)

    @property
    def status(self) -> int | None:
        return self.sent[0]["status"] if self.sent else None


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("method", "route", "waits"),
    [
        ("POST", "/api/ask", True),
        ("POST", "/mcp", True),
        ("POST", "/v1/embeddings", True),
        ("GET", "/api/documents/a/pages/0.webp", True),
        ("GET", "/api/documents/a/indicators", True),
        ("GET", "/api/documents/a/text", False),
        ("GET", "/api/documents", False),
        ("POST", "/api/documents", False),  # has jobs
        ("GET", "/health/ready", False),
    ],
)
def test_what_computes_waits_for_its_turn_and_nothing_else(method: str, route: str, waits: bool) -> None:
    assert _is_work(method, route) is waits


def test_what_finds_the_queue_full_is_sent_away_with_when_to_come_again() -> None:
    async def scene() -> None:
        gate = Gate()
        app = Admission(gate, FairQueue(1, 1))
        first, second, third = (Connection(app, body=body) for body in (b"1", b"2", b"3"))
        await settle()
        assert (gate.begun, third.status) == (1, 503)
        headers = dict(third.sent[0]["headers"])
        assert int(headers[b"retry-after"]) >= 1
        assert b"urn:problem-type:report-rag:overloaded" in third.sent[1]["body"]
        gate.go_on.set()
        await asyncio.gather(first.task, second.task)
        assert [one.sent[1]["body"] for one in (first, second)] == [b"1", b"2"]
        again = Connection(app)
        await again.task
        assert again.status == 200

    asyncio.run(scene())


def test_a_client_that_leaves_the_queue_is_never_worked_for() -> None:
    async def scene() -> None:
        gate = Gate()
        queue = FairQueue(1, 1)
        app = Admission(gate, queue)
        first, second = Connection(app), Connection(app)
        await settle()
        second.left.set()
        await second.task
        assert queue.waiting == 0
        gate.go_on.set()
        await first.task
        assert (gate.begun, queue.running, second.sent) == (1, 0, [])

    asyncio.run(scene())


def test_a_failure_gives_its_place_back() -> None:
    async def fail(scope, receive, send) -> None:
        raise RuntimeError

    async def scene() -> None:
        queue = FairQueue(1, 1)
        for _ in range(3):
            with pytest.raises(RuntimeError):
                await Connection(Admission(fail, queue)).task
        assert (queue.running, queue.waiting) == (0, 0)

    asyncio.run(scene())


def test_a_body_that_stands_still_takes_no_place_and_is_given_up() -> None:
    async def never() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    async def scene(app: Any, path: str) -> list[Message]:
        sent: list[Message] = []

        async def send(message: Message) -> None:
            sent.append(message)

        scope = {"type": "http", "method": "POST", "path": path, "headers": [], "client": ("192.0.2.1", 1)}
        await app(scope, never, send)
        return sent

    queue = FairQueue(1, 1)
    sent = asyncio.run(scene(Admission(Gate(), queue, arriving=0.0), "/api/ask"))
    assert (sent[0]["status"], queue.running) == (408, 0)

    async def read(scope, receive, send) -> None:
        await receive()

    with pytest.raises(Exception, match="send it again, faster"):
        asyncio.run(scene(Arrival(read, idle=0.0), "/api/documents"))


def test_an_answer_that_nobody_reads_is_given_up_and_frees_its_place(caplog) -> None:
    async def answer(scope, receive, send) -> None:
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def never(_message: Message) -> None:
        await asyncio.Event().wait()

    async def scene() -> None:
        queue = FairQueue(1, 1)
        app = Arrival(Admission(answer, queue), stalled=0.0)
        body = [{"type": "http.request", "body": b"", "more_body": False}]

        async def receive() -> Message:
            return body.pop()

        scope = {"type": "http", "method": "POST", "path": "/api/ask", "headers": [], "client": None}
        await app(scope, receive, never)
        assert queue.running == 0

    asyncio.run(scene())
    assert "given up" in caplog.text


def test_figures_tell_what_runs_and_what_waits(scripted: TestClient) -> None:
    queue = scripted.app.state.queue
    queue.running, queue.waiting = 3, 2
    figures = scripted.get("/metrics").text
    queue.running, queue.waiting = 0, 0
    assert "report_rag_queue_running 3.0" in figures
    assert "report_rag_queue_waiting 2.0" in figures


@pytest.mark.parametrize("path", ["/api/ask", "/v1/chat/completions", "/mcp", "/api/documents"])
def test_json_of_a_thousand_floors_is_no_failure_of_the_server(scripted: TestClient, path: str) -> None:
    body = "[" * 100_000
    headers = {"content-type": "application/json", "accept": "application/json, text/event-stream"}
    assert 400 <= scripted.post(path, content=body, headers=headers).status_code < 500


def test_a_running_server_answers_more_than_work_at_once(make_scripted_service, tmp_path) -> None:
    settings = Settings(data=tmp_path, max_running=2)
    with running(create_api(make_scripted_service(settings))) as address:
        statuses: list[int] = []

        def ask() -> None:
            statuses.append(httpx2.post(f"{address}/api/ask", json=ASK, timeout=30).status_code)

        threads = [threading.Thread(target=ask) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert statuses == [200] * 16


def test_as_many_run_as_there_are_cores_for_or_as_is_told() -> None:
    assert count_running(Settings(max_running=3)) == 3
    assert count_running(Settings()) >= 2
    assert count_running(Settings(llm_base_url="http://127.0.0.1:1/v1")) > count_running(
        Settings(max_running=3)
    )


# Where requests come from.


@pytest.fixture
def scripted_at(make_scripted_service, tmp_path) -> Iterator[Any]:
    def make(client: str = "192.0.2.1", **settings: Any) -> TestClient:
        return serve(make_scripted_service, tmp_path, client, **settings)

    return make


@pytest.mark.parametrize(
    "sent",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"origin": "http://[::1"},
        {"origin": "http://127.0.0.1", "sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
@pytest.mark.parametrize(
    "path", ["/api/ask", "/api/documents", "/mcp", "/v1/embeddings", "/gradio_api/x", "/login"]
)
def test_pages_of_other_sites_can_have_nothing_done(
    scripted: TestClient, script, path: str, sent: dict
) -> None:
    response = scripted.post(path, json=ASK, headers=sent)
    assert response.status_code == 403
    assert "access-control-allow-origin" not in response.headers
    assert script.asked == []


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"origin": "http://127.0.0.1:7860"},
        {"origin": "https://city.example", "sec-fetch-site": "same-origin"},  # behind a proxy
        {"sec-fetch-site": "none"},
    ],
)
def test_programs_and_the_servers_own_pages_are_answered(scripted: TestClient, sent: dict) -> None:
    assert scripted.post("/api/ask", json=ASK, headers=sent).status_code == 200


def test_only_origins_of_the_settings_may_ask_from_their_pages(scripted_at) -> None:
    allowed, other = "https://chat.example", "https://evil.example"
    preflight = {"access-control-request-method": "POST", "access-control-request-headers": "authorization"}
    with scripted_at(origins=allowed, keys="on") as client:
        granted = client.options("/api/ask", headers=preflight | {"origin": allowed})
        assert (granted.status_code, granted.headers["access-control-allow-origin"]) == (200, allowed)
        refused = client.options("/api/ask", headers=preflight | {"origin": other})
        assert "access-control-allow-origin" not in refused.headers
        assert client.post("/api/ask", json=ASK, headers={"origin": allowed}).status_code == 401
        assert client.post("/api/ask", json=ASK, headers={"origin": other}).status_code == 403
        assert "access-control-allow-credentials" not in granted.headers


def test_a_forwarded_address_is_believed_from_trusted_proxies_alone(scripted_at) -> None:
    def ask(client: TestClient, forwarded: str) -> int:
        return client.get("/api/documents", headers={"x-forwarded-for": forwarded}).status_code

    with scripted_at(rate_limit="1/minute") as client:  # who lies about the address is the same asker still
        assert [ask(client, f"198.51.100.{number}") for number in range(2)] == [200, 429]
    proxies = {"rate_limit": "1/minute", "trusted_proxies": "192.0.2.0/24, ::1"}
    with scripted_at(**proxies) as client:
        assert [ask(client, f"198.51.100.{number}") for number in range(2)] == [200, 200]
        assert ask(client, "203.0.113.9, 198.51.100.1") == 429  # the last one is what the proxy saw itself
    with scripted_at("203.0.113.1", **proxies) as client:
        assert [ask(client, f"198.51.100.{number}") for number in range(2)] == [200, 429]


def test_a_forwarded_scheme_is_believed_from_trusted_proxies_alone(scripted_at) -> None:
    sent = {"x-forwarded-proto": "https"}
    with scripted_at() as client:
        assert "strict-transport-security" not in client.get("/health/live", headers=sent).headers
    with scripted_at(trusted_proxies="192.0.2.1") as client:
        assert "strict-transport-security" in client.get("/health/live", headers=sent).headers


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/health/live"), ("POST", "/api/ask"), ("GET", "/no"), ("GET", "/docs"), ("TRACE", "/api/ask")],
)
def test_every_response_bears_the_headers_that_browsers_heed(scripted: TestClient, method, path) -> None:
    headers = scripted.request(method, path, json=ASK).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["referrer-policy"] == "same-origin"


def test_refusals_and_failures_bear_them_too(scripted: TestClient, script) -> None:
    script.error = RuntimeError("broken")
    failed = scripted.post("/api/ask", json=ASK)
    problem_of(failed, 500, "internal-error")
    refused = scripted.get("/health/live", headers={"host": "evil.example"})
    problem_of(refused, 421, "wrong-host")
    assert {one.headers["x-content-type-options"] for one in (failed, refused)} == {"nosniff"}


def test_answers_for_holders_of_keys_are_kept_by_no_cache_on_the_way(scripted_at) -> None:
    with scripted_at(keys="on") as client:
        assert client.get("/api/documents").headers["cache-control"] == "private, no-cache"
    with scripted_at() as client:
        assert "cache-control" not in client.get("/api/documents").headers
