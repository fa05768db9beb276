"""What goes wrong at an endpoint, and what it is called."""

from __future__ import annotations

import contextlib
import json
import socket

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from rag.errors import ModelError, ModelFault
from rag.llm.breaker import Breaker
from rag.llm.client import ChatClient
from rag.llm.events import LONGEST_LINE
from rag.settings import Settings
from tests.rag.llm.failing import check
from tests.rag.llm.scripted_endpoint import chunk
from tests.rag.llm.test_client import failure_of, text_of


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
