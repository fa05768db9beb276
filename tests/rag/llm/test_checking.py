"""`report-rag check-llm`: what it says of an endpoint that works, and of one that does not."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from rag.cli import main
from rag.settings import MIN_LLM_CONTEXT
from tests.rag.llm.scripted_endpoint import KEY, ScriptedEndpoint

Run = Callable[..., tuple[int, dict[str, str], str]]


@pytest.fixture
def run(endpoint: ScriptedEndpoint, monkeypatch, capsys) -> Run:
    """Run the command with more settings; return exit code, lines by their label, stderr."""
    for name in [name for name in os.environ if name.startswith("REPORT_RAG_")]:
        monkeypatch.delenv(name)

    def run(**settings: str) -> tuple[int, dict[str, str], str]:
        given = {"base_url": endpoint.url, "api_key": KEY} | settings
        for key, value in given.items():
            monkeypatch.setenv(f"REPORT_RAG_LLM_{key.upper()}", value)
        code = main(["check-llm"])
        out, err = capsys.readouterr()
        assert KEY not in out + err
        return code, {line[:12].strip(): line[12:] for line in out.splitlines()}, err

    return run


def test_an_endpoint_that_works_is_described(run: Run, endpoint: ScriptedEndpoint) -> None:
    endpoint.models = [{"id": "small", "max_model_len": 8192}, {"id": "large"}]
    endpoint.reply("2020年植树", "194万棵。", usage=(40, 8))
    code, said, err = run()
    assert (code, err) == (0, "")
    assert said["address"] == endpoint.url
    assert said["listed"] == "small, large"
    assert said["model"].startswith("small (the first one listed")
    assert said["reply"] == "2020年植树194万棵。"
    assert said["first words"].endswith("seconds")
    assert "(8 tokens, " in said["speed"]
    assert said["usage"] == "reported"
    assert said["context"] == "4,096 of the 8,192 tokens that the model holds"
    assert said["timeout"].startswith("60 seconds, and 300 tokens take about ")
    assert "" not in said


def test_what_does_not_fit_is_told_with_its_remedy(run: Run, endpoint: ScriptedEndpoint) -> None:
    endpoint.models = [{"id": "small", "meta": {"n_ctx": 2048}}]
    endpoint.reply("<think>194？</think>", "不知道。", usage=None)
    code, said, _ = run(model="other", timeout="0.5")
    assert code == 0
    assert said["model"] == "other (not one of those listed)"
    assert said["reply"] == "不知道。"
    assert "194" in said[""]
    assert "estimated" in said["usage"]
    assert "does not say" in said["context"]

    endpoint.reply("194万棵。")
    assert "set REPORT_RAG_LLM_CONTEXT=2048" in run(model="small")[1]["context"]


@pytest.mark.parametrize(
    ("held", "remedy"),
    [
        (MIN_LLM_CONTEXT, f"set REPORT_RAG_LLM_CONTEXT={MIN_LLM_CONTEXT}"),
        (MIN_LLM_CONTEXT - 1, "choose another model"),
    ],
)
def test_no_setting_is_recommended_that_would_be_refused(run: Run, endpoint, held: int, remedy: str) -> None:
    endpoint.models = [{"id": "small", "max_model_len": held}]
    endpoint.reply("194万棵。")
    said = run()[1]["context"]
    assert said.endswith(remedy)
    assert f"{held:,}" in said


@pytest.mark.parametrize("unseen", ["\x1b", "\x9b", "\x00", "\u202e", "\u200b"])
def test_what_a_terminal_would_obey_is_not_printed(run: Run, endpoint: ScriptedEndpoint, unseen: str) -> None:
    endpoint.models = [{"id": f"sm{unseen}[2Jall", "max_model_len": 8192}]
    endpoint.reply(f"19{unseen}4万棵。\n")
    _, said, _ = run()
    assert said["listed"] == "sm[2Jall"
    assert said["model"].startswith("sm[2Jall (the first one listed")
    assert said["reply"] == "194万棵。"
    assert "8,192" in said["context"]

    endpoint.fail(401, f"Bad{unseen} key: {KEY[:4]}{unseen}{KEY[4:]}.")
    assert "HTTP 401: Bad key: …." in run()[2]


def test_a_model_that_is_too_slow_for_the_timeout_is_told(run: Run, endpoint, monkeypatch) -> None:
    monkeypatch.setattr("rag.llm.self_test.USUAL_REPLY", 1_000_000_000)
    endpoint.reply("194万棵。")
    assert "raise REPORT_RAG_LLM_TIMEOUT" in run()[1]["timeout"]


def test_an_endpoint_need_not_list_its_models(run: Run, endpoint: ScriptedEndpoint) -> None:
    endpoint.models = None
    endpoint.reply("194万棵。")
    code, said, _ = run(model="some")
    assert (code, said["listed"], said["model"]) == (0, "no models", "some")
    code, _, err = run(model="")
    assert code == 1
    assert "REPORT_RAG_LLM_MODEL" in err


def test_an_endpoint_that_does_not_work_takes_one_line(run: Run, endpoint: ScriptedEndpoint) -> None:
    endpoint.fail(401, "Bad key.")
    code, _, err = run()
    assert code == 1
    assert err.count("\n") == 1
    assert "REPORT_RAG_LLM_API_KEY" in err


def test_without_an_endpoint_the_setting_is_named(run: Run) -> None:
    code, said, err = run(base_url="")
    assert (code, said) == (2, {})
    assert "REPORT_RAG_LLM_BASE_URL" in err
