"""The client: what is sent, what comes back, and that it can be left at any time."""

from __future__ import annotations

import contextlib
import json
import logging
import subprocess
import sys
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from anyio.from_thread import start_blocking_portal

from rag.errors import ModelError, ModelFault, ModeUnavailableError
from rag.llm.client import MOMENT, ChatClient, ChatModel, Message
from rag.llm.endpoint import Endpoint, ListedModel
from rag.settings import Settings
from tests.rag.llm.scripted_endpoint import KEY, ScriptedEndpoint, chunk

ASKED = [Message("system", "只引用原文。"), Message("user", "种了几棵树？")]
PATIENCE = 30
"""Seconds before a test gives up on what should happen at once."""


def text_of(model: ChatModel) -> str:
    return "".join(model.write(ASKED, 100))


def failure_of(model: ChatModel, seconds: float | None = None, max_tokens: int = 100) -> ModelError:
    with pytest.raises(ModelError) as caught:
        list(model.write(ASKED, max_tokens, seconds))
    return caught.value


def test_a_reply_comes_piece_by_piece_while_it_is_written(model: ChatClient, endpoint) -> None:
    more = threading.Event()
    endpoint.reply("种了两棵", more, "。[1]")
    pieces = filter(None, model.write(ASKED, 100))
    assert next(pieces) == "种了两棵"
    more.set()
    assert list(pieces) == ["。[1]"]


def test_while_nothing_comes_the_caller_hears_so(model: ChatClient, endpoint) -> None:
    more = threading.Event()
    endpoint.reply(more, "两棵。")
    pieces = model.write(ASKED, 100)
    assert (next(pieces), next(pieces)) == ("", "")
    more.set()
    assert "".join(pieces) == "两棵。"


def test_the_request_says_what_was_asked_and_nothing_is_left_to_chance(model: ChatClient, endpoint) -> None:
    endpoint.reply("两棵。")
    text_of(model)
    (request,) = endpoint.requests
    assert request.path == "/v1/chat/completions"
    assert request.messages == [{"role": one.role, "content": one.content} for one in ASKED]
    assert {key: request.body[key] for key in ("model", "max_tokens", "temperature", "stream")} == {
        "model": "scripted",
        "max_tokens": 100,
        "temperature": 0,
        "stream": True,
    }
    assert request.headers["authorization"] == f"Bearer {KEY}"


def test_a_character_may_arrive_in_two_halves(model: ChatClient, endpoint) -> None:
    data = chunk("赛罕区种树")
    middle = data.index("罕".encode()) + 1
    endpoint.reply(data[:middle], data[middle:])
    assert text_of(model) == "赛罕区种树"


def test_half_a_surrogate_pair_does_not_travel_on(model: ChatClient, endpoint) -> None:
    endpoint.reply(b'data: {"choices": [{"delta": {"content": "a\\ud83d"}}]}\n\n')
    assert text_of(model).encode() == b"a?"


@pytest.mark.parametrize("finish", ["length", "content_filter", "tool_calls"])
def test_a_reply_that_was_cut_short_on_purpose_is_a_reply(model: ChatClient, endpoint, finish: str) -> None:
    endpoint.reply("种了", finish=finish)
    assert text_of(model) == "种了"


def test_thoughts_apart_from_the_reply_are_left_out(model: ChatClient, endpoint) -> None:
    endpoint.reply(chunk(None, delta={"reasoning_content": "嗯"}), "两棵。", chunk(None, delta=None))
    assert text_of(model) == "两棵。"


def test_events_without_a_choice_are_passed_over(model: ChatClient, endpoint) -> None:
    endpoint.reply(b": waiting\n\n", b'data: {"choices": null, "usage": {}}\n\n', b"data: {}\n\n", "两棵。")
    assert text_of(model) == "两棵。"


def test_several_threads_may_ask_at_once(model: ChatClient, endpoint) -> None:
    for _ in range(8):
        endpoint.reply("两", "棵。")
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(text_of, [model] * 8)) == ["两棵。"] * 8


# Which model.


def test_the_first_model_listed_is_asked_when_none_is_named(endpoint: ScriptedEndpoint) -> None:
    endpoint.models = [{"id": "first"}, {"id": "second"}]
    endpoint.reply("两棵。")
    endpoint.reply("三棵。")
    model = ChatClient(endpoint.settings(llm_model=None))
    text_of(model)
    text_of(model)
    assert [request.body["model"] for request in endpoint.requests] == ["first", "first"]
    assert model.name == "first"
    assert len(endpoint.listings) == 1
    model.close()


@pytest.mark.parametrize("models", [None, []])
def test_without_a_list_the_setting_that_names_a_model_is_named(endpoint: ScriptedEndpoint, models) -> None:
    endpoint.models = models
    model = ChatClient(endpoint.settings(llm_model=None))
    with pytest.raises(ModelError, match="REPORT_RAG_LLM_MODEL"):
        _ = model.name
    assert "REPORT_RAG_LLM_MODEL" in str(failure_of(model))
    model.close()


def test_a_model_that_has_gone_is_chosen_anew(endpoint: ScriptedEndpoint) -> None:
    model = ChatClient(endpoint.settings(llm_model=None))
    endpoint.models = [{"id": "old"}]
    endpoint.fail(404)
    failure_of(model)
    endpoint.models = [{"id": "new"}]
    endpoint.reply("两棵。")
    text_of(model)
    assert endpoint.requests[-1].body["model"] == model.name == "new"
    model.close()


NAMELESS = [
    {"id": 5},
    {"id": None},
    {"id": ["m"]},
    {"id": ""},
    {"id": " \x1b"},
    {"id": "\ud83d"},
    {},
    5,
    None,
]


def test_what_is_listed_without_a_name_is_passed_over(endpoint: ScriptedEndpoint) -> None:
    model = ChatClient(endpoint.settings(llm_model=None))
    endpoint.models = NAMELESS
    with pytest.raises(ModelError, match="lists no model"):
        _ = model.name
    endpoint.models = [*NAMELESS, {"id": "good", "max_model_len": 9}]
    assert model.list_models() == [ListedModel("good", 9)]
    assert model.name == "good"
    model.close()


def test_a_name_is_sent_as_it_is_listed_and_shown_without_what_nobody_sees(
    endpoint: ScriptedEndpoint,
) -> None:
    endpoint.models = [{"id": "go\x1bod"}]
    endpoint.reply("两棵。")
    model = ChatClient(endpoint.settings(llm_model=None))
    assert model.name == "good"
    text_of(model)
    assert model.name == "good"
    assert endpoint.requests[0].body["model"] == "go\x1bod"
    model.close()


def test_a_client_needs_an_address() -> None:
    with pytest.raises(ModeUnavailableError, match="REPORT_RAG_LLM_BASE_URL"):
        ChatClient(Settings(llm_model="some"))


# Leaving.


@pytest.mark.parametrize("silent", ["before the status", "after a piece"])
def test_who_leaves_takes_the_connection_along(model: ChatClient, endpoint, silent: str) -> None:
    if silent == "before the status":
        endpoint.hang()
    else:
        endpoint.reply("种", after="silence")
    pieces = model.write(ASKED, 100)
    while not endpoint.requests:
        next(pieces)
    pieces.close()  # type: ignore[attr-defined]
    assert endpoint.requests[0].gone.wait(PATIENCE)


def test_closing_the_client_ends_what_is_under_way(model: ChatClient, endpoint) -> None:
    endpoint.hang()
    endpoint.reply("两棵。")
    pieces = model.write(ASKED, 100)
    while not endpoint.requests:
        next(pieces)
    model.close()
    with pytest.raises(ModelError) as caught:
        list(pieces)
    assert caught.value.fault is ModelFault.UNAVAILABLE
    assert endpoint.requests[0].gone.wait(PATIENCE)
    assert text_of(model) == "两棵。"  # the next call opens anew


ASKING = {"write": text_of, "choose_model": lambda model: model.name, "list_models": ChatClient.list_models}
"""What asks the endpoint, by the method that it ends in."""


@pytest.mark.parametrize("method", ["choose_model", "list_models"])
def test_closing_the_client_ends_the_search_for_a_model(endpoint: ScriptedEndpoint, method: str) -> None:
    endpoint.silent = True
    model = ChatClient(endpoint.settings(llm_model=None))
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(ASKING[method], model)
        while not endpoint.listings:
            with contextlib.suppress(TimeoutError):
                asked.result(MOMENT)
        model.close()
        with pytest.raises(ModelError) as caught:
            asked.result(PATIENCE)
    assert caught.value.fault is ModelFault.UNAVAILABLE
    assert endpoint.listings[0].gone.wait(PATIENCE)


@pytest.mark.parametrize("method", ASKING)
def test_whatever_goes_wrong_inside_is_a_model_error_and_in_the_log(
    endpoint: ScriptedEndpoint, monkeypatch, caplog, method: str
) -> None:
    async def fail(*_: object) -> None:
        raise LookupError("nobody thought of it")

    monkeypatch.setattr(Endpoint, method, fail)
    model = ChatClient(endpoint.settings(llm_model=None))
    with pytest.raises(ModelError, match="LookupError") as caught:
        ASKING[method](model)
    assert caught.value.fault is ModelFault.BROKEN
    assert model.address in str(caught.value)
    assert "Traceback" in caplog.text
    assert "nobody thought of it" in caplog.text
    model.close()


@pytest.mark.parametrize("method", ASKING)
def test_a_loop_that_has_ended_is_a_model_error(endpoint: ScriptedEndpoint, method: str) -> None:
    with start_blocking_portal() as ended:
        pass
    model = ChatClient(endpoint.settings(llm_model=None))
    model._opened = ended, Endpoint(endpoint.url, None, None)
    with pytest.raises(ModelError) as caught:
        ASKING[method](model)
    assert caught.value.fault is ModelFault.BROKEN


def test_a_client_that_could_not_be_closed_opens_anew(model: ChatClient, endpoint, monkeypatch) -> None:
    close = Endpoint.close

    async def fail(opened: Endpoint) -> None:
        await close(opened)
        raise OSError

    endpoint.reply("两棵。")
    endpoint.reply("三棵。")
    with monkeypatch.context() as patch:
        patch.setattr(Endpoint, "close", fail)
        assert text_of(model) == "两棵。"
        with pytest.raises(OSError):  # noqa: PT011 (it has no words)
            model.close()
    assert text_of(model) == "三棵。"


def run(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )


def test_a_program_can_end_while_the_model_is_silent(endpoint: ScriptedEndpoint) -> None:
    endpoint.hang()
    ended = run(
        "from rag.llm.client import ChatClient, Message\nfrom rag.settings import Settings\n"
        f"model = ChatClient(Settings(llm_base_url={endpoint.url!r}, llm_model='m'))\n"
        "pieces = model.write([Message('user', '?')], 9)\nnext(pieces)\nprint('over')"
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "over\n", "")


def test_the_library_is_not_imported_before_a_model_is_asked() -> None:
    ended = run(
        "import sys, rag.service\nfrom rag.llm.client import ChatClient\nfrom rag.settings import Settings\n"
        "ChatClient(Settings(llm_base_url='http://127.0.0.1:9/v1')).write([], 9)\n"
        "print(sorted({'openai', 'httpx2'} & set(sys.modules)))"
    )
    assert (ended.stdout, ended.stderr) == ("[]\n", "")


# What must not leave, and what must not be shown.


def test_nothing_of_the_environment_leaves(endpoint: ScriptedEndpoint, monkeypatch) -> None:
    for name in ("API_KEY", "ADMIN_KEY", "ORG_ID", "PROJECT_ID", "WEBHOOK_SECRET"):
        monkeypatch.setenv(f"OPENAI_{name}", "leak")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/leak")
    monkeypatch.setenv(
        "OPENAI_CUSTOM_HEADERS", "X-A: leak\nAuthorization: leak\nHost: leak\nUser-Agent: leak"
    )
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    endpoint.reply("两棵。")
    model = ChatClient(endpoint.settings(llm_api_key=None, llm_model=None))
    text_of(model)
    model.close()
    for request in (*endpoint.requests, *endpoint.listings):
        assert "leak" not in str(request)
        assert set(request.headers) <= {"host", "accept", "user-agent", "content-type", "content-length"}


@pytest.mark.parametrize(
    "proxy", ["socks4://secret:secret@127.0.0.1:9", "socks5://secret@127.0.0.1:9", "ftp://127.0.0.1:9"]
)
def test_a_proxy_of_an_unknown_kind_is_named_as_the_fault(monkeypatch, proxy: str) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    error = failure_of(ChatClient(Settings(llm_base_url="http://192.0.2.1:9/v1")))
    assert "ALL_PROXY" in str(error)
    assert "secret" not in str(error)


def test_a_redirect_is_not_followed(model: ChatClient, endpoint) -> None:
    with ScriptedEndpoint.run() as elsewhere:
        endpoint.send(b"moved", status=307, Location=f"{elsewhere.url}/chat/completions")
        error = failure_of(model)
        assert elsewhere.requests == []
    assert error.fault is ModelFault.BROKEN
    assert "HTTP 307" in str(error)


def test_the_key_is_never_shown(endpoint: ScriptedEndpoint, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    model = ChatClient(endpoint.settings())
    told = f"The key {KEY} is bad."
    for _ in range(3):
        endpoint.fail(500, told)
    endpoint.fail(401, told)
    endpoint.reply(f'data: {{"error": {{"message": "{told}"}}}}\n\n'.encode(), "")
    endpoint.fail(400, told)
    errors = [failure_of(model) for _ in range(2)]
    model.close()
    shown = [caplog.text, repr(model), repr(vars(model))]
    shown += ["".join(traceback.format_exception(error)) for error in errors]
    assert "is bad" in str(errors[0])
    assert not any(KEY in text for text in shown)


@pytest.mark.parametrize("key", ["sk-\\hush", "sk-'hush\"", "sk hush", "sk/hush"])
def test_the_key_is_not_shown_in_any_spelling(endpoint: ScriptedEndpoint, key: str) -> None:
    model = ChatClient(endpoint.settings(llm_api_key=key))
    for told in (key, {"of": [key]}, json.dumps({"of": key})):
        endpoint.fail(401, told)
        error = str(failure_of(model))
        assert "hush" not in error
        assert "…" in error
    model.close()


def test_an_address_is_shown_without_the_password_it_may_hold() -> None:
    model = ChatClient(Settings(llm_base_url="http://me:hush@127.0.0.1:9/v1?key=hush"))
    assert model.address == "http://127.0.0.1:9/v1"
