"""Limits of a reply: how long it may take to begin, to go on and to end, and how much it may be."""

from __future__ import annotations

import pytest

from rag.errors import ModelError, ModelFault
from rag.llm.client import ChatClient
from rag.llm.reply import MOST_CHARACTERS, MOST_PIECES
from tests.rag.llm.failing import BRIEF, MANY, check
from tests.rag.llm.scripted_endpoint import ScriptedEndpoint, chunk
from tests.rag.llm.test_client import ASKED, PATIENCE, failure_of, text_of


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
