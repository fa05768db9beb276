"""An operator sees what happened, by request, and never what was asked."""

from __future__ import annotations

import io
import json
import logging
import runpy
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from fastapi.testclient import TestClient

from rag.api import create_api
from rag.cli import main
from rag.observation.audit import FILE_NAME, AuditLog
from rag.observation.logs import Private, set_up_logging
from rag.observation.request_log import HEADER
from rag.settings import LogFormat, Settings

ROOT = Path(__file__).parents[2]
SECRET = "某某到底种了几棵树?"


@pytest.fixture
def restored_logging() -> Iterator[None]:
    root = logging.getLogger()
    before = root.handlers[:]
    yield
    root.handlers[:] = before
    Private.shown = False


@pytest.fixture
def lines(make_scripted_service, script, tmp_path: Path, restored_logging):
    """Ask a server whose log is JSON, and return its lines."""

    def ask(client_does, **settings) -> list[dict]:
        chosen = Settings(data=tmp_path, log_format=LogFormat.JSON, **settings)
        stream = io.StringIO()
        set_up_logging(chosen, stream)
        app = create_api(make_scripted_service(chosen))
        with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
            client_does(client)
        return [json.loads(line) for line in stream.getvalue().splitlines()]

    return ask


def test_a_request_is_one_line_with_the_id_that_its_client_hears(lines) -> None:
    heard = []
    told = lines(lambda client: heard.append(client.post("/api/ask?x=1", json={"question": SECRET})))
    (line,) = [one for one in told if one["logger"].endswith("request_log")]
    assert line["request_id"] == heard[0].headers[HEADER]
    assert (line["method"], line["path"], line["status"], line["level"]) == ("POST", "/api/ask", 200, "info")
    assert line["seconds"] >= 0
    assert {"timestamp", "event"} <= set(line)


@pytest.mark.parametrize(
    ("given", "kept"), [("abc-123_4.5", True), ("short", False), ("a\tb 12345678", False), ("x" * 65, False)]
)
def test_a_proxy_may_give_an_id_that_forges_nothing(scripted: TestClient, given: str, kept: bool) -> None:
    assert (scripted.get("/health/live", headers={HEADER: given}).headers[HEADER] == given) is kept


def test_what_was_asked_stands_in_no_line_however_it_ends(lines, script) -> None:
    def ask(client: TestClient) -> None:
        client.post("/api/ask", json={"question": SECRET})
        client.get(f"/api/documents/{SECRET}?title={SECRET}")
        client.get(f"/{SECRET}")
        script.error = RuntimeError("broken")
        client.post("/api/ask", json={"question": SECRET, "stream": True})
        client.post(
            "/v1/chat/completions",
            json={"model": "report-rag", "messages": [{"role": "user", "content": SECRET}]},
        )

    told = lines(ask)
    assert len(told) >= 5
    assert "broken" in json.dumps(told)
    assert SECRET not in json.dumps(told, ensure_ascii=False)
    assert any("request_id" in one and one["level"] == "error" for one in told)


def test_questions_are_quoted_only_where_the_settings_ask_for_it(restored_logging, tmp_path: Path) -> None:
    assert (
        f"{Private(SECRET)!r} {Private(SECRET)}" == f"<{len(SECRET)} characters> <{len(SECRET)} characters>"
    )
    set_up_logging(Settings(data=tmp_path, log_questions=True), io.StringIO())
    assert repr(Private(SECRET)) == repr(SECRET)


def test_a_line_for_people_names_its_request(restored_logging, tmp_path: Path) -> None:
    import structlog

    stream = io.StringIO()
    set_up_logging(Settings(data=tmp_path), stream)
    with structlog.contextvars.bound_contextvars(request_id="abc"):
        logging.getLogger("rag.x").info("Done.")
    logging.getLogger("rag.x").info("Later.")
    assert stream.getvalue() == "INFO: Done. [abc]\nINFO: Later.\n"


def read_audit(folder: Path) -> list[dict]:
    return [json.loads(line) for line in (folder / FILE_NAME).read_text("utf-8").splitlines()]


def test_what_changes_documents_is_recorded_refused_or_not_and_reading_is_not(
    scripted: TestClient, tmp_path: Path
) -> None:
    response = scripted.delete("/api/documents/nowhere")
    scripted.get("/api/documents")
    scripted.post("/api/ask", json={"question": SECRET})
    (record,) = read_audit(tmp_path)
    assert record["action"] == "DELETE /api/documents/nowhere"
    assert (record["outcome"], record["request"]) == (response.status_code, response.headers[HEADER])
    assert record["time"].endswith("+00:00")
    assert stat.S_IMODE((tmp_path / FILE_NAME).stat().st_mode) == 0o600


def test_keys_made_and_revoked_in_the_terminal_are_recorded_without_the_key(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("REPORT_RAG_DATA", str(tmp_path))
    assert main(["keys", "create", "city"]) == 0
    token = capsys.readouterr().out.strip()
    assert main(["keys", "revoke", "city"]) == 0
    made, revoked = read_audit(tmp_path)
    assert (made["action"], made["subject"], made["outcome"]) == ("report-rag keys create", "city", 0)
    assert revoked["action"] == "report-rag keys revoke"
    assert token not in (tmp_path / FILE_NAME).read_text("utf-8")


def test_an_audit_log_that_cannot_be_written_ends_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    AuditLog(tmp_path / "file").write("a")
    assert "could not be recorded" in caplog.text


def test_figures_tell_steps_refusals_and_the_index(scripted: TestClient, script, answers) -> None:
    scripted.post("/api/ask", json={"question": SECRET})
    script.answer = answers["not_found"]
    scripted.post("/api/ask", json={"question": SECRET})
    text = scripted.get("/metrics").text
    assert 'report_rag_answer_seconds_count{step="retrieve"} 1.0' in text
    assert 'report_rag_refusals_total{check="other"} 1.0' in text
    assert "report_rag_index_generation 0.0" in text
    assert "report_rag_documents " in text


# Files for operators.


def settings_named(text: str) -> set[str]:
    import re

    return {name.lower() for name in re.findall(r"REPORT_RAG_([A-Z_]+)", text)}


def test_deploy_files_name_settings_that_exist() -> None:
    for path in (ROOT / "deploy").iterdir():
        named = settings_named(path.read_text("utf-8"))
        assert named, path.name
        assert named <= set(Settings.model_fields), path.name


def test_the_compose_file_builds_the_container_file_and_keeps_data_in_a_volume() -> None:
    compose = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text("utf-8"))
    service = compose["services"]["report-rag"]
    assert (
        (ROOT / "deploy" / service["build"]["context"] / service["build"]["dockerfile"]).resolve().is_file()
    )
    (volume,) = service["volumes"]
    name, _, folder = volume.partition(":")
    assert name in compose["volumes"]
    container = (ROOT / "deploy" / "Containerfile").read_text("utf-8")
    assert f"REPORT_RAG_DATA={folder}" in container
    assert "\nUSER report-rag\n" in container


@pytest.mark.parametrize(
    ("system", "gpu", "fault", "index", "word"),
    [
        ("Linux", False, None, "https://download.pytorch.org/whl/cpu", "no NVIDIA GPU"),
        ("Linux", True, None, "", "CUDA"),
        ("Linux", False, "timed out", "", "cannot be reached (timed out)"),
        ("Darwin", False, None, "", "for CPUs"),
    ],
)
def test_the_set_up_picks_the_cpu_build_and_says_so(
    system: str, gpu: bool, fault: str | None, index: str, word: str
) -> None:
    chosen, said = runpy.run_path(str(ROOT / ".ci" / "torch_index"))["choose"](system, gpu, fault)
    assert chosen == index
    assert word in said
