"""What goes wrong at an endpoint: what it is called, what is tried again, and when it is left alone."""

from __future__ import annotations

import contextlib
import json
import socket

import pytest
import stamina
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from rag.errors import ModelError, ModelFault
from rag.llm.breaker import FAILURES, RECOVERY, Breaker
from rag.llm.client import ChatClient
from rag.llm.events import LONGEST_LINE
from rag.llm.reply import MOST_CHARACTERS, MOST_PIECES
from rag.settings import Settings
from tests.rag.llm.scripted_endpoint import ScriptedEndpoint, chunk
from tests.rag.llm.test_client import ASKED, PATIENCE, failure_of, text_of

BRIEF = 0.4
"""Seconds that a model is given where it must not be in time."""
MANY = 1_000_000
"""Tokens that no reply reaches."""


def check(error: ModelError, fault: ModelFault, model: ChatClient) -> None:
    assert error.fault is fault
    assert model.address in str(error)
    assert "\n" not in str(error)
    assert str(error).endswith(".")


# Limits.


@pytest.mark.parametrize(
    ("pieces", "after"),
    [
        ((), "silence"),
        ((b": alive\n\n",), "endless"),
        ((b" ",), "endless"),
        ((chunk(None, delta={"reasoning_content": "嗯"}),), "endless"),
    ],
)
def test_a_reply_must_begin_in_time(model: ChatClient, endpoint, pieces, after) -> None:
    endpoint.reply(*pieces, after=after)
    error = failure_of(model, BRIEF)
    check(error, ModelFault.TOO_SLOW, model)
    assert "wrote nothing" in str(error)
    assert "REPORT_RAG_LLM_TIMEOUT" in str(error)


@pytest.mark.parametrize(("pieces", "after"), [(("种",), "silence"), (("种", b": alive\n\n"), "endless")])
def test_a_reply_must_not_pause_for_long(model: ChatClient, endpoint, monkeypatch, pieces, after) -> None:
    monkeypatch.setattr("rag.llm.reply.PAUSE_SHARE", BRIEF / PATIENCE)
    endpoint.reply(*pieces, after=after)
    error = failure_of(model, PATIENCE)
    check(error, ModelFault.TOO_SLOW, model)
    assert "paused" in str(error)


def test_a_reply_must_end_in_time(model: ChatClient, endpoint, monkeypatch) -> None:
    monkeypatch.setattr("rag.llm.reply.PAUSE_SHARE", 1)
    endpoint.reply("种", after="endless")
    error = failure_of(model, BRIEF, MANY)
    check(error, ModelFault.TOO_SLOW, model)
    assert "did not finish" in str(error)


def test_a_server_that_sends_no_status_is_too_slow(model: ChatClient, endpoint) -> None:
    endpoint.hang()
    check(failure_of(model, BRIEF), ModelFault.TOO_SLOW, model)


def test_the_limit_of_the_settings_holds_where_no_other_is_given(endpoint: ScriptedEndpoint) -> None:
    endpoint.hang()
    model = ChatClient(endpoint.settings(llm_timeout=BRIEF))
    assert f"{0.75 * BRIEF:g} seconds" in str(failure_of(model))
    model.close()


def test_the_limit_of_the_settings_holds_where_a_longer_one_is_given(endpoint: ScriptedEndpoint) -> None:
    endpoint.hang()
    model = ChatClient(endpoint.settings(llm_timeout=BRIEF))
    assert f"{0.75 * BRIEF:g} seconds" in str(failure_of(model, PATIENCE))
    model.close()


@pytest.mark.parametrize("ask", [lambda model: model.name, ChatClient.list_models])
def test_the_limit_of_the_settings_holds_for_the_search_for_a_model(endpoint: ScriptedEndpoint, ask) -> None:
    endpoint.silent = True
    model = ChatClient(endpoint.settings(llm_timeout=BRIEF, llm_model=None))
    with pytest.raises(ModelError) as caught:
        ask(model)
    check(caught.value, ModelFault.TOO_SLOW, model)
    assert f"within {BRIEF:g} seconds" in str(caught.value)
    model.close()


def test_trying_again_does_not_extend_the_limit(model: ChatClient, endpoint) -> None:
    endpoint.fail(503)
    endpoint.hang()
    check(failure_of(model, BRIEF), ModelFault.TOO_SLOW, model)


def test_a_server_that_knows_no_end_is_stopped(model: ChatClient, endpoint) -> None:
    endpoint.reply("树", after="endless")
    assert "".join(model.write(ASKED, 5)) == "树" * (5 * MOST_PIECES)


@pytest.mark.parametrize("after", ["endless", "done"])
def test_a_server_that_writes_much_at_once_is_stopped(model: ChatClient, endpoint, after) -> None:
    endpoint.reply("树" * 33, "林" * 33, after=after)
    assert "".join(model.write(ASKED, 4)) == "树" * 33 + "林" * (4 * MOST_CHARACTERS - 33)


@pytest.mark.parametrize("end", [chunk(None, finish_reason="stop"), b"data: [DONE]\n\n"])
@pytest.mark.parametrize("after", ["silence", "cut", "endless"])
def test_what_follows_the_end_of_a_reply_is_not_waited_for(
    model: ChatClient, endpoint, monkeypatch, end: bytes, after
) -> None:
    monkeypatch.setattr("rag.llm.endpoint.CLOSING", 0.1)
    endpoint.reply("两棵。", end, after=after)
    assert text_of(model) == "两棵。"


def test_a_connection_is_used_again(model: ChatClient, endpoint) -> None:
    for _ in range(3):
        endpoint.reply("两棵。")
        text_of(model)
    assert len({request.client for request in endpoint.requests}) == 1


# Trying again.


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_hiccup_before_the_first_piece_is_not_noticed(model: ChatClient, endpoint, status: int) -> None:
    endpoint.fail(status)
    endpoint.reply("两棵。")
    assert text_of(model) == "两棵。"
    assert len(endpoint.requests) == 2


def test_a_connection_lost_before_the_first_piece_is_not_noticed(model: ChatClient, endpoint) -> None:
    endpoint.reply(after="cut")
    endpoint.reply("两棵。")
    assert text_of(model) == "两棵。"


def test_nothing_is_tried_again_after_the_first_piece(model: ChatClient, endpoint) -> None:
    endpoint.reply("种", after="cut")
    check(failure_of(model), ModelFault.BROKEN, model)
    assert len(endpoint.requests) == 1


def test_three_attempts_are_enough(model: ChatClient, endpoint) -> None:
    for _ in range(3):
        endpoint.fail(503, "Loading.")
    error = failure_of(model)
    check(error, ModelFault.BROKEN, model)
    assert "HTTP 503: Loading." in str(error)


# An endpoint that says when.


def fail_until(endpoint: ScriptedEndpoint, when: str, status: int = 429) -> None:
    body = json.dumps({"error": {"message": "Too much."}}).encode()
    endpoint.send(body, status=status, kind="application/json", **{"Retry-After": when})


PAST, FUTURE = "Wed, 21 Oct 2015 07:28:00 GMT", "Wed, 21 Oct 2915 07:28:00 GMT"


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("when", ["0", "20", "20.5", PAST, "soon", "-1", "nan", ""])
def test_who_is_told_to_ask_again_in_time_does_so(model: ChatClient, endpoint, status: int, when) -> None:
    fail_until(endpoint, when, status)
    endpoint.reply("两棵。")
    assert "".join(model.write(ASKED, 100, PATIENCE)) == "两棵。"


@pytest.mark.parametrize(("status", "fault"), [(429, ModelFault.RATE_LIMITED), (503, ModelFault.BROKEN)])
@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("23", "again in 23 seconds."),  # a reply must begin within 22.5
        ("3600", "again in 3600 seconds."),
        (FUTURE, "again later."),
        ("9" * 400, "again later."),
    ],
)
def test_who_is_told_to_ask_too_late_gives_up_at_once(
    model: ChatClient, endpoint, status: int, fault: ModelFault, when: str, said: str
) -> None:
    fail_until(endpoint, when, status)
    error = failure_of(model, PATIENCE)
    check(error, fault, model)
    assert str(error).endswith(said)
    assert len(endpoint.requests) == 1


def test_only_a_busy_server_says_when(model: ChatClient, endpoint) -> None:
    fail_until(endpoint, "3600", 500)
    endpoint.reply("两棵。")
    assert text_of(model) == "两棵。"


def test_three_attempts_are_enough_even_for_who_is_told_to_go_on(model: ChatClient, endpoint) -> None:
    for _ in range(3):
        fail_until(endpoint, "1")
    check(failure_of(model, PATIENCE), ModelFault.RATE_LIMITED, model)


def test_the_wait_is_the_one_that_was_asked_for(model: ChatClient, endpoint, monkeypatch) -> None:
    waits: list[float] = []

    async def wait(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr("stamina._core._smart_sleep", wait)
    fail_until(endpoint, "7")
    fail_until(endpoint, PAST)
    endpoint.reply("两棵。")
    with stamina.set_testing(False):
        assert "".join(model.write(ASKED, 100, PATIENCE)) == "两棵。"
    assert waits == [7, 0]


# Faults.


@pytest.mark.parametrize(
    ("status", "message", "fault", "remedy"),
    [
        (401, "Bad key.", ModelFault.REFUSED, "REPORT_RAG_LLM_API_KEY"),
        (402, "No money.", ModelFault.REFUSED, "REPORT_RAG_LLM_API_KEY"),
        (403, "Not you.", ModelFault.REFUSED, "REPORT_RAG_LLM_API_KEY"),
        (404, "No model m.", ModelFault.BROKEN, "REPORT_RAG_LLM_MODEL"),
        (405, "Not allowed.", ModelFault.BROKEN, "REPORT_RAG_LLM_BASE_URL"),
        (400, "No such role.", ModelFault.BROKEN, "REPORT_RAG_LLM_BASE_URL"),
        (
            400,
            "This model's maximum context length is 8192 tokens.",
            ModelFault.CONTEXT_EXCEEDED,
            "REPORT_RAG_LLM_CONTEXT",
        ),
        (
            400,
            "the request exceeds the available context size, try increasing it",
            ModelFault.CONTEXT_EXCEEDED,
            "REPORT_RAG_LLM_CONTEXT",
        ),
        (
            422,
            "`inputs` tokens + `max_new_tokens` must be <= 4096.",
            ModelFault.CONTEXT_EXCEEDED,
            "REPORT_RAG_LLM_CONTEXT",
        ),
    ],
)
def test_a_refusal_is_told_with_its_remedy_and_not_repeated(
    model: ChatClient, endpoint, status: int, message: str, fault: ModelFault, remedy: str
) -> None:
    endpoint.fail(status, message)
    error = failure_of(model)
    check(error, fault, model)
    assert remedy in str(error)
    assert message in str(error)


def test_rate_limits_are_told_apart(model: ChatClient, endpoint) -> None:
    for _ in range(3):
        endpoint.fail(429)
    check(failure_of(model), ModelFault.RATE_LIMITED, model)


def test_the_code_tells_a_full_context_in_any_words(model: ChatClient, endpoint) -> None:
    endpoint.fail(400, "Zu lang.", code="context_length_exceeded")
    check(failure_of(model), ModelFault.CONTEXT_EXCEEDED, model)


def test_a_server_that_is_not_there_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    model = ChatClient(Settings(llm_base_url=f"http://127.0.0.1:{port}/v1", llm_model="m"))
    error = failure_of(model)
    check(error, ModelFault.UNREACHABLE, model)
    assert "REPORT_RAG_LLM_BASE_URL" in str(error)
    model.close()


@pytest.mark.parametrize(
    "data",
    [
        b"data: {half\n\n",
        b"data: []\n\n",
        b"data: 5\n\n",
        b"data: \xff\xfe\n\n",
        chunk(None, delta={"content": 5}),
        chunk(None, delta={"content": [{"text": "a"}]}),
        b'data: {"choices": 3}\n\n',
        b'data: {"choices": [3]}\n\n',
        b"data: " + b"[" * 100_000 + b"\n\n",
        b"data: " + b"x" * (LONGEST_LINE + 1),
    ],
)
def test_what_is_no_chat_reply_is_broken(model: ChatClient, endpoint, data: bytes) -> None:
    endpoint.reply(data)
    check(failure_of(model), ModelFault.BROKEN, model)


@pytest.mark.parametrize("kind", ["text/html", "application/json"])
def test_what_is_no_event_stream_is_broken(model: ChatClient, endpoint, kind: str) -> None:
    endpoint.send(b"<html>\nhello\n</html>\n", kind=kind)
    error = failure_of(model)
    check(error, ModelFault.BROKEN, model)
    assert kind in str(error)
    assert "/v1" in str(error)


def test_a_page_of_html_is_not_quoted(model: ChatClient, endpoint) -> None:
    endpoint.send(b"<html><title>Not here</title></html>", status=404)
    assert "<html>" not in str(failure_of(model))


def test_an_error_may_come_inside_the_stream(model: ChatClient, endpoint) -> None:
    for said in ("CUDA out of memory", "maximum context length exceeded"):
        endpoint.reply("种", b"data: " + json.dumps({"error": {"message": said}}).encode() + b"\n\n")
    errors = [failure_of(model), failure_of(model)]
    assert [error.fault for error in errors] == [ModelFault.BROKEN, ModelFault.CONTEXT_EXCEEDED]
    assert "CUDA out of memory" in str(errors[0])


@pytest.mark.parametrize("pieces", [(), (" ", "\n")])
def test_a_reply_without_a_word_is_empty(model: ChatClient, endpoint, pieces) -> None:
    endpoint.reply(*pieces)
    check(failure_of(model), ModelFault.EMPTY, model)


def test_a_reply_that_stops_without_an_end_is_broken(model: ChatClient, endpoint) -> None:
    endpoint.reply("种了", finish=None)
    check(failure_of(model), ModelFault.BROKEN, model)


def test_whatever_bytes_come_the_end_is_a_reply_or_a_model_error(model: ChatClient, endpoint) -> None:
    valid = st.sampled_from(
        [chunk("种"), chunk(None, finish_reason="stop"), b"data: [DONE]\n\n", b"data: {}\n\n"]
    )
    pieces = st.lists(st.one_of(valid, st.binary(min_size=1), st.text(min_size=1).map(chunk)), max_size=6)

    @hypothesis_settings(max_examples=60, deadline=None)
    @given(pieces)
    def try_it(pieces: list[bytes]) -> None:
        for _ in range(3):
            endpoint.reply(*pieces)
        model._breaker = Breaker(model.address)  # it would soon leave the endpoint alone
        with contextlib.suppress(ModelError):
            text_of(model)
        endpoint.forget()

    try_it()


# The circuit breaker.


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("circuitbreaker.monotonic", clock)
    return clock


def test_a_failing_endpoint_is_left_alone_for_a_while(model: ChatClient, endpoint, clock: Clock) -> None:
    for _ in range(FAILURES):
        endpoint.fail(401)
        failure_of(model)
    error = failure_of(model)
    check(error, ModelFault.UNAVAILABLE, model)
    assert "check-llm" in str(error)
    assert len(endpoint.requests) == FAILURES

    clock.now += RECOVERY + 1
    endpoint.fail(401)
    assert failure_of(model).fault is ModelFault.REFUSED
    assert failure_of(model).fault is ModelFault.UNAVAILABLE

    clock.now += RECOVERY + 1
    endpoint.reply("两棵。")
    endpoint.fail(401)
    endpoint.reply("三棵。")
    assert text_of(model) == "两棵。"
    assert failure_of(model).fault is ModelFault.REFUSED
    assert text_of(model) == "三棵。"


def name_failure(model: ChatClient) -> ModelFault:
    with pytest.raises(ModelError) as caught:
        _ = model.name
    return caught.value.fault


def test_an_endpoint_that_names_no_model_is_left_alone_for_a_while(
    endpoint: ScriptedEndpoint, clock: Clock
) -> None:
    model = ChatClient(endpoint.settings(llm_model=None))
    endpoint.models = None
    assert [name_failure(model) for _ in range(FAILURES)] == [ModelFault.BROKEN] * FAILURES
    assert name_failure(model) is failure_of(model).fault is ModelFault.UNAVAILABLE
    assert len(endpoint.listings) == FAILURES
    clock.now += RECOVERY + 1
    endpoint.models = [{"id": "some"}]
    assert model.name == "some"
    model.close()


def test_a_list_of_models_does_not_make_up_for_failed_replies(endpoint: ScriptedEndpoint) -> None:
    model = ChatClient(endpoint.settings(llm_model=None))
    for _ in range(FAILURES):
        assert model.name == "scripted"
        endpoint.fail(404)  # it is searched for anew
        assert failure_of(model).fault is ModelFault.BROKEN
    assert failure_of(model).fault is ModelFault.UNAVAILABLE
    model.close()


def test_what_ends_as_the_client_is_closed_does_not_count(model: ChatClient, endpoint) -> None:
    for _ in range(FAILURES - 1):
        endpoint.fail(401)
        failure_of(model)
    endpoint.hang()
    pieces = model.write(ASKED, 100)
    while len(endpoint.requests) < FAILURES:
        next(pieces)
    model.close()
    with pytest.raises(ModelError):
        list(pieces)
    endpoint.fail(401)
    assert failure_of(model).fault is ModelFault.REFUSED
    assert failure_of(model).fault is ModelFault.UNAVAILABLE


def test_faults_of_one_prompt_and_replies_nobody_waited_for_do_not_count(model: ChatClient, endpoint) -> None:
    for _ in range(FAILURES):
        endpoint.fail(400, code="context_length_exceeded")
        assert failure_of(model).fault is ModelFault.CONTEXT_EXCEEDED
        endpoint.reply()
        assert failure_of(model).fault is ModelFault.EMPTY
        endpoint.hang()
        pieces = model.write(ASKED, 100)
        next(pieces)
        pieces.close()  # type: ignore[attr-defined]
    endpoint.reply("两棵。")
    assert text_of(model) == "两棵。"
