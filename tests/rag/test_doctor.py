"""report-rag doctor: a line for each part of an installation, and an exit code that tells all is well."""

import importlib.metadata
import os
import socket
import subprocess
from pathlib import Path

import pytest

from rag import cli
from rag.api import create_api
from rag.api.security.keys import KeyStore, Scope
from rag.diagnosis import State, checks, examine
from rag.diagnosis.finding import good, wrong
from rag.settings import Settings
from tests.rag.serving import running

NAMES = ["set-up", "data", "weights", "index", "port", "keys", "fonts", "model"]


def test_everything_is_looked_at_in_order() -> None:
    assert [name for name, _ in checks.CHECKS] == NAMES


@pytest.mark.parametrize(("broken", "code"), [(False, 0), (True, 1)])
def test_each_check_has_a_line_and_the_exit_code_tells_whether_one_is_wrong(
    monkeypatch: pytest.MonkeyPatch, capsys, tmp_path: Path, broken: bool, code: int
) -> None:
    monkeypatch.setenv("REPORT_RAG_DATA", str(tmp_path))
    found = wrong("mend it") if broken else good("fine")
    monkeypatch.setattr(checks, "CHECKS", (("one", lambda _: good("fine")), ("two", lambda _: found)))
    assert cli.main(["doctor"]) == code
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines] == [["one", "ok"], ["two", "WRONG" if broken else "ok"]]


def test_a_check_that_fails_is_a_finding_and_not_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_settings: Settings) -> None:
        raise ZeroDivisionError("secret\nline")

    monkeypatch.setattr(checks, "CHECKS", (("one", fail), ("two", lambda _: good("fine"))))
    assert [finding.state for _, finding in examine(Settings())] == [State.WRONG, State.GOOD]


def test_a_package_that_is_missing_or_too_old_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert checks.check_set_up(Settings()).state is not State.WRONG
    monkeypatch.setattr(
        importlib.metadata, "requires", lambda _: ["pytest<1", "no-such-package>=2", 'x; extra == "dev"']
    )
    found = checks.check_set_up(Settings())
    assert found.state is State.WRONG
    assert "pytest is" in found.sentence
    assert "no-such-package is missing" in found.sentence


def test_the_data_folder_is_written_to_and_not_made(tmp_path: Path) -> None:
    assert checks.check_data(Settings(data=tmp_path)).state is State.GOOD
    later = tmp_path / "a" / "b"
    assert "will be made" in checks.check_data(Settings(data=later)).sentence
    assert list(tmp_path.iterdir()) == []


def test_the_models_are_held_against_their_checksums() -> None:
    assert checks.check_weights(Settings()).state is State.GOOD
    assert checks.check_weights(Settings(encoder="another")).state is State.NOTE


def test_the_index_is_opened_and_not_built(service, tmp_path: Path) -> None:
    assert checks.check_index(service.settings).state is State.GOOD
    none = service.settings.model_copy(update={"data": tmp_path})
    assert checks.check_index(none).state is State.NOTE
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_port_is_free_ours_or_somebody_elses(make_scripted_service) -> None:
    with running(create_api(make_scripted_service())) as address:
        port = int(address.rpartition(":")[2])
        assert "a Report Q&A server is there" in checks.check_port(Settings(port=port)).sentence
    assert checks.check_port(Settings(port=port)).state is State.GOOD
    assert checks.check_port(Settings(port=0)).state is State.GOOD


def test_a_port_that_another_program_has_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "_ANSWERING", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as other:
        found = checks.check_port(Settings(port=other.getsockname()[1]))
    assert found.state is State.WRONG
    assert "choose another with --port" in found.sentence


def test_a_public_server_without_keys_is_wrong_and_without_a_lock_is_noted(tmp_path: Path) -> None:
    public = Settings(host="0.0.0.0", data=tmp_path)
    assert checks.check_keys(public).state is State.WRONG
    assert checks.check_keys(Settings(host="0.0.0.0", keys="off")).state is State.NOTE
    assert checks.check_keys(Settings()).state is State.GOOD
    KeyStore(tmp_path).create("phone", [Scope.ASK])
    assert checks.check_keys(public).state is State.GOOD


@pytest.mark.skipif(os.name != "posix", reason="fonts are looked for on Linux")
@pytest.mark.parametrize(
    ("listed", "state"), [("Noto Sans CJK SC,Noto Sans CJK SC Bold\n", State.GOOD), ("", State.NOTE)]
)
def test_a_machine_without_chinese_fonts_is_told_what_that_means(
    monkeypatch: pytest.MonkeyPatch, listed: str, state: State
) -> None:
    monkeypatch.setattr(checks.sys, "platform", "linux")
    monkeypatch.setattr(checks.shutil, "which", lambda _: "fc-list")
    monkeypatch.setattr(
        checks.subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 0, listed, "")
    )
    assert checks.check_fonts(Settings()).state is state


def test_a_model_that_is_not_there_is_wrong_and_none_is_fine(monkeypatch: pytest.MonkeyPatch) -> None:
    assert checks.check_model(Settings()).state is State.GOOD
    monkeypatch.setattr(checks, "CHECKS", (("model", checks.check_model),))
    ((_, found),) = examine(Settings(llm_base_url="http://127.0.0.1:9/v1"))
    assert found.state is State.WRONG
    assert "REPORT_RAG_LLM_BASE_URL" in found.sentence
