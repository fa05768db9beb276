"""The circuit breaker: an endpoint that keeps failing is left alone for a while."""

from __future__ import annotations

import pytest

from rag.errors import ModelError, ModelFault
from rag.llm.breaker import FAILURES, RECOVERY
from rag.llm.client import ChatClient
from tests.rag.llm.failing import check
from tests.rag.llm.scripted_endpoint import ScriptedEndpoint
from tests.rag.llm.test_client import ASKED, failure_of, text_of


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
