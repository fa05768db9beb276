"""Endpoints that do not take every parameter: what is left out, how often they are asked, what is kept."""

from __future__ import annotations

import json

import pytest

from rag.errors import ModelFault
from rag.llm.client import ChatClient
from tests.rag.llm.scripted_endpoint import ScriptedEndpoint
from tests.rag.llm.test_client import ASKED, failure_of, text_of

ALL = {"max_tokens", "temperature", "stream_options"}
OPTIONAL = ALL | {"max_completion_tokens"}
NO_LIMIT = "Unsupported parameter: 'max_tokens' is not supported with this model. "
NO_LIMIT += "Use 'max_completion_tokens' instead."
NO_TEMPERATURE = "Unsupported value: 'temperature' does not support 0 with this model. "
NO_TEMPERATURE += "Only the default (1) value is supported."
NO_OPTIONS = "Unrecognized request argument supplied: stream_options"


def forbid(*path: str) -> dict[str, object]:
    return {"type": "extra_forbidden", "loc": path, "msg": "Extra inputs are not permitted", "input": 0}


MISSING = {"type": "missing", "loc": ("body", "n"), "msg": "Field required", "input": {"temperature": 0}}


def sent(endpoint: ScriptedEndpoint) -> list[set[str]]:
    """The parameters of each request."""
    return [OPTIONAL & request.body.keys() for request in endpoint.requests]


def refuse(endpoint: ScriptedEndpoint, body: object, status: int = 400) -> None:
    told = body if isinstance(body, str) else json.dumps(body)
    endpoint.send(told.encode(), status=status, kind="application/json")


def without(*names: str) -> set[str]:
    return ALL - {*names} | ({"max_completion_tokens"} if "max_tokens" in names else set())


@pytest.mark.parametrize(
    ("body", "names"),
    [
        # OpenAI, Azure and what stands between
        (
            {"error": {"message": NO_LIMIT, "param": "max_tokens", "code": "unsupported_parameter"}},
            "max_tokens",
        ),
        ({"error": {"message": NO_LIMIT, "code": "invalid_request_body"}}, "max_tokens"),
        (
            {"error": {"message": NO_TEMPERATURE, "param": "temperature", "code": "unsupported_value"}},
            "temperature",
        ),
        ({"error": {"message": "Nein.", "param": "temperature", "code": "unsupported_value"}}, "temperature"),
        ({"error": {"message": NO_OPTIONS, "param": None}}, "stream_options"),
        (
            {"error": {"message": "Unknown parameter.", "param": "stream_options.include_usage"}},
            "stream_options",
        ),
        (
            {"error": {"message": "Additional properties are not allowed ('stream_options' was unexpected)"}},
            "stream_options",
        ),
        (
            {"error": {"message": "gpt-5 models don't support temperature=0. Only temperature=1."}},
            "temperature",
        ),
        ({"error": {"message": 'It doesn\'t support "temperature".'}}, "temperature"),
        ({"error": {"message": "Use of stream_options is not permitted."}}, "stream_options"),
        ({"error": {"message": "invalid temperature: only 1 is allowed for this model"}}, "temperature"),
        ({"error": "参数temperature不支持"}, "temperature"),
        # vLLM, FastAPI, Mistral, Fireworks, NVIDIA
        ({"object": "error", "message": str([forbid("body", "stream_options")])}, "stream_options"),
        ({"detail": [MISSING, forbid("body", "stream_options")]}, "stream_options"),
        ({"message": {"detail": [forbid("body", "stream_options")]}}, "stream_options"),
        ({"message": str([MISSING, forbid("body", "stream_options")])}, "stream_options"),
        ({"error": {"message": "Extra inputs are not permitted, field: 'stream_options'"}}, "stream_options"),
        (
            {"detail": "body -> max_tokens\n  Extra inputs are not permitted\nbody -> n\n  temperature bad"},
            "max_tokens",
        ),
        # serde, Groq, TGI
        ("unknown field `stream_options`, expected one of `temperature`, `max_tokens`", "stream_options"),
        ({"error": {"message": "property 'stream_options' is unsupported"}}, "stream_options"),
        ({"error": "Input validation error: `temperature` must be strictly positive"}, "temperature"),
        # several at once
        ({"detail": [forbid("temperature"), forbid("stream_options")]}, "temperature stream_options"),
    ],
)
@pytest.mark.parametrize("status", [400, 422])
def test_a_refused_parameter_is_left_out_from_then_on(
    model: ChatClient, endpoint, body, names: str, status: int
) -> None:
    refuse(endpoint, body, status)
    endpoint.reply("两棵。")
    endpoint.reply("三棵。")
    assert [text_of(model), text_of(model)] == ["两棵。", "三棵。"]
    assert sent(endpoint) == [ALL, without(*names.split()), without(*names.split())]


def test_the_newer_name_says_the_same_limit(model: ChatClient, endpoint) -> None:
    endpoint.fail(400, NO_LIMIT)
    endpoint.reply("两棵。")
    list(model.write(ASKED, 77))
    assert endpoint.requests[-1].body["max_completion_tokens"] == 77


def test_one_after_the_other_may_be_refused(model: ChatClient, endpoint) -> None:
    for message in (NO_LIMIT, NO_TEMPERATURE, NO_OPTIONS):
        endpoint.fail(400, message)
    endpoint.reply("两棵。", usage=None)
    assert text_of(model) == "两棵。"
    assert sent(endpoint)[-1] == {"max_completion_tokens"}


@pytest.mark.parametrize("busy", [False, True])
def test_each_is_refused_once_at_most(model: ChatClient, endpoint, busy: bool) -> None:
    endpoint.fail(400, NO_LIMIT)
    if busy:
        endpoint.fail(503)
    endpoint.fail(400, NO_LIMIT)
    error = failure_of(model)
    assert error.fault is ModelFault.BROKEN
    assert "max_completion_tokens" in str(error)
    assert sent(endpoint) == [ALL] + [without("max_tokens")] * (1 + busy)


def test_what_did_not_help_is_not_remembered(model: ChatClient, endpoint) -> None:
    endpoint.fail(400, NO_LIMIT)
    endpoint.fail(400, "No such role.")
    failure_of(model)
    endpoint.reply("两棵。")
    text_of(model)
    assert sent(endpoint)[-1] == ALL


def test_another_model_is_asked_with_every_parameter(model: ChatClient, endpoint) -> None:
    endpoint.fail(400, NO_OPTIONS)
    endpoint.reply("两棵。")
    endpoint.fail(404)
    endpoint.reply("两棵。")
    assert text_of(model) == "两棵。"
    failure_of(model)
    assert text_of(model) == "两棵。"
    assert sent(endpoint) == [ALL, without("stream_options"), without("stream_options"), ALL]


@pytest.mark.parametrize(
    ("status", "message", "more"),
    [
        (400, "Unsupported parameter: 'n'.", {"param": "n"}),
        (400, "Unknown role. Is temperature what you mean?", {}),
        (400, "max_tokens is too large: 100. This model supports at most 9.", {"param": "max_tokens"}),
        (400, "Maximum context length is 9; max_tokens=100 is not supported.", {}),
        (403, NO_LIMIT, {}),
        (400, "unknown field `n`, expected `max_tokens`", {}),
    ],
)
def test_other_refusals_are_not_repeated(
    model: ChatClient, endpoint, status: int, message: str, more
) -> None:
    endpoint.fail(status, message, **more)
    failure_of(model)
    assert len(endpoint.requests) == 1


@pytest.mark.parametrize("refusals", [(), (NO_LIMIT,), (NO_LIMIT, NO_OPTIONS)])
def test_asking_again_does_not_extend_the_limit(model: ChatClient, endpoint, refusals) -> None:
    for message in refusals:
        endpoint.fail(400, message)
    endpoint.hang()
    assert failure_of(model, 0.4).fault is ModelFault.TOO_SLOW
