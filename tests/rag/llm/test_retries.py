"""What is tried again at an endpoint, how often, and when: at once, or when the endpoint says."""

from __future__ import annotations

import json

import pytest
import stamina

from rag.errors import ModelFault
from rag.llm.client import ChatClient
from tests.rag.llm.failing import check
from tests.rag.llm.scripted_endpoint import ScriptedEndpoint
from tests.rag.llm.test_client import ASKED, PATIENCE, failure_of, text_of


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
