"""The terminal: exit codes, one line for whatever goes wrong, the same answer as REST."""

import errno
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import rag.service
from index.errors import CorpusError
from rag import cli
from rag.api import schemas
from rag.errors import NotReadyError, QuestionFileError
from rag.server import bind
from rag.terminal import ProgressBar

HEAVY = ("torch", "sentence_transformers", "gradio", "faiss", "onnxruntime", "fastapi", "mcp")


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capsys, make_scripted_service, tmp_path: Path
) -> Callable[..., tuple]:
    """Run a command on the scripted service; return exit code, stdout, stderr."""
    for name in [name for name in os.environ if name.startswith("REPORT_RAG_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("REPORT_RAG_DATA", str(tmp_path))
    monkeypatch.setattr(rag.service, "ReportService", make_scripted_service)

    def run(*arguments: str) -> tuple[int, str, str]:
        try:
            code = cli.main(arguments)
        except SystemExit as end:
            code = end.code
        out, err = capsys.readouterr()
        return code, out, err

    return run


def check_one_line(err: str) -> None:
    assert err.startswith("report-rag")
    assert err.count("\n") == 1
    assert err.endswith("\n")
    assert "Traceback" not in err


@pytest.mark.parametrize(("status", "code"), [("answered", 0), ("smalltalk", 0), ("not_found", 3)])
@pytest.mark.parametrize("flags", [[], ["--json"]])
def test_the_exit_code_tells_how_a_question_ended(run, script, answers, status, code, flags) -> None:
    script.answer = answers[status]
    assert run("ask", "种了几棵树?", *flags)[0] == code


def test_an_answer_under_leads_is_laid_out_and_says_how_much_it_shows(run, script, answers) -> None:
    script.answer = answers["grouped"]
    _, out, _ = run("ask", "种树情况?")
    assert out.startswith(
        "2020年:\n- 去年种树两棵。[1]\n- 今年再种三棵。[1][2]\nShown: 2 of 5 passages on the topic.\n"
    )


def test_an_answer_shows_its_citations_with_period_section_and_offsets(run) -> None:
    _, out, err = run("ask", "种了几棵树?")
    assert out.startswith("去年种树两棵。[1]今年再种三棵。[1][2]\n")
    assert "[1] 2020年 (done) · 一、𠀀年回顾 · trees 9–13\n    种树两棵\n" in out
    assert "[2] " in out
    assert err == ""


def test_a_refusal_shows_the_reason_and_the_closest_passages(run, script, answers) -> None:
    script.answer = answers["not_found"]
    _, out, _ = run("ask", "2030年呢?")
    assert "报告只说到2021年。" in out
    assert "Closest passages:\n[1] " in out


def test_json_is_what_rest_returns(run, scripted) -> None:
    printed = json.loads(run("ask", "种了几棵树?", "--json")[1])
    assert printed == scripted.post("/api/ask", json={"question": "种了几棵树?"}).json()
    schemas.Answer.model_validate(printed)


def test_the_index_is_loaded_before_the_question_is_asked(run, script) -> None:
    run("ask", "种了几棵树?")
    assert script.loads == [False]
    assert [question.text for question in script.asked] == ["种了几棵树?"]


def test_index_rebuilds_only_when_told(run, script, tmp_path: Path) -> None:
    assert run("index")[0] == 0
    code, out, _ = run("index", "--rebuild")
    assert (code, script.loads) == (0, [False, True])
    assert str(tmp_path) in out


def test_documents_lists_each_with_title_place_and_date(run) -> None:
    code, out, _ = run("documents")
    assert code == 0
    assert out.split("\t")[:4] == ["trees", "种树报告", "某地", "2021-02-07"]


def test_evaluate_prints_the_figures_and_writes_the_scorecard(run, tmp_path: Path) -> None:
    case = {"id": "a", "category": "numeric", "question": "种了几棵树?", "answerable": True, "gold": ["两棵"]}
    questions = tmp_path / "questions.jsonl"
    questions.write_text(json.dumps(case | {"evidence": ["种树两棵"], "history": []}), "utf-8")
    code, out, err = run("evaluate", str(questions), "--output", str(tmp_path))
    assert (code, err) == (0, "")
    assert "quote_validity" in out
    assert (tmp_path / "scorecard.md").is_file()


@pytest.mark.parametrize("question", ["", " \n", "树" * 2001, "\udcff"])
def test_a_question_that_cannot_be_asked_is_a_usage_error_and_loads_nothing(
    run, script, question: str
) -> None:
    code, out, err = run("ask", question)
    assert (code, out, script.loads) == (2, "", [])
    check_one_line(err)
    assert "question" in err


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["frobnicate"],
        ["ask"],
        ["ask", "a", "b"],
        ["ask", "a", "--mode", "abstractive"],
        ["ask", "a", "--mode", "llm"],
        ["serve", "--port", "http"],
        ["serve", "--port", "70000"],
        ["serve", "--host", "http://localhost"],
        ["index", "--fast"],
        ["evaluate"],
    ],
)
def test_wrong_usage_takes_one_line_and_exit_code_2(run, arguments: list[str]) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    check_one_line(err)


def test_a_wrong_setting_takes_one_line(run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPORT_RAG_PROT", "1")
    code, _, err = run("documents")
    assert code == 2
    check_one_line(err)
    assert "REPORT_RAG_PORT" in err


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (CorpusError("The corpus folder /x is missing: create it."), 1, "/x is missing"),
        (NotReadyError("Over\ntwo lines."), 1, "Over two lines."),
        (PermissionError(errno.EACCES, "Permission denied", "/data"), 1, "/data: Permission denied"),
        (QuestionFileError("Line 3 is no question."), 2, "Line 3"),
    ],
)
def test_an_expected_failure_takes_one_line(run, script, error, code, words) -> None:
    script.error = error
    ended, out, err = run("documents")
    assert (ended, out) == (code, "")
    check_one_line(err)
    assert words in err


def test_a_missing_file_of_questions_takes_one_line_and_loads_nothing(run, script, tmp_path: Path) -> None:
    code, _, err = run("evaluate", str(tmp_path / "absent.jsonl"))
    assert code in (1, 2)
    check_one_line(err)
    assert "absent.jsonl" in err
    assert script.loads == []


def test_an_interrupt_ends_quietly_with_130(run, script) -> None:
    script.error = KeyboardInterrupt()  # type: ignore[assignment]
    assert run("ask", "种了几棵树?") == (130, "", "")


def test_a_port_in_use_takes_one_line_before_anything_is_loaded(run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        code, out, err = run("serve", "--port", str(port))
    assert (code, out) == (1, "")
    check_one_line(err)
    assert f"{port} on 127.0.0.1 is in use" in err
    assert "--port" in err


def test_an_unknown_host_takes_one_line(run) -> None:
    code, _, err = run("serve", "--host", "no-such-host.invalid")
    assert code == 1
    check_one_line(err)
    assert "no-such-host.invalid" in err


def test_port_0_is_any_free_port() -> None:
    with bind("127.0.0.1", 0) as listener:
        assert listener.getsockname()[1] > 0


def test_progress_is_silent_where_stderr_is_no_terminal(capsys) -> None:
    with ProgressBar() as progress:
        progress("reading", 0, 1)
        progress("encoding", 1, 2)
    assert capsys.readouterr() == ("", "")


def python(*arguments: str, **options) -> subprocess.CompletedProcess[str]:
    root = Path(__file__).parents[2]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("REPORT_RAG_")}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=root,
        env=environ,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        **options,
    )


@pytest.mark.parametrize("arguments", [["--help"], ["ask", "--help"], ["--version"], ["ask"], ["ask", " "]])
def test_help_and_usage_errors_import_nothing_heavy(arguments: list[str]) -> None:
    program = (
        "import atexit, sys\n"
        f"atexit.register(lambda: print('heavy:', sorted(set({HEAVY!r}) & set(sys.modules))))\n"
        "from rag.cli import main\n"
        f"sys.exit(main({arguments!r}))"
    )
    assert python("-c", program).stdout.endswith("heavy: []\n")


def test_python_m_rag_is_the_same_program() -> None:
    ended = python("-m", "rag", "--help")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith("usage: report-rag")


def test_a_closed_pipe_is_quiet() -> None:
    program = (
        "import sys\nfrom rag import cli\n"
        "def flood(options):\n"
        "    while True: print('树' * 1000)\n"
        "cli._documents = flood\n"
        "sys.exit(cli.main(['documents']))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.wait(60) == 1
    assert process.stderr.read() == b""
    process.stderr.close()
