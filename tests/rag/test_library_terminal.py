"""Documents in the terminal: added and removed with a line each, and a line on stderr for what went wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rag import cli
from rag.service import ReportService
from tests.rag.library import CORPUS_REPORT, open_library
from tests.rag.reports import TEXT

YUNXI = "qingshanshi-yunxiqu-2031"
Run = Callable[..., tuple[int, list[str], list[str]]]


@pytest.fixture
def served(tmp_path: Path, service: ReportService) -> ReportService:
    return open_library(tmp_path, service)[0]


@pytest.fixture
def run(served: ReportService, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setattr(cli, "_open_service", lambda settings, **options: served)

    def run(*arguments: str) -> tuple[int, list[str], list[str]]:
        code = cli.main(arguments)
        out, err = capsys.readouterr()
        return code, out.splitlines(), err.splitlines()

    return run


@pytest.fixture
def report(tmp_path: Path) -> str:
    path = tmp_path / "报告.txt"
    path.write_text(TEXT, "utf-8")
    return str(path)


def test_a_file_is_added_and_its_id_printed(run, served, report) -> None:
    code, out, err = run("add", "--place", "青山市云溪区", "--collection", "年报", report)
    assert (code, out, err) == (0, [f"{YUNXI}\tadded\t{report}"], [])
    assert served.library.records[YUNXI].collection == "年报"
    assert run("add", report)[1] == [f"{YUNXI}\tknown already\t{report}"]
    assert [line.split("\t")[0] for line in run("documents")[1]] == [YUNXI, "yuanshan-2029"]
    for chosen in (["云溪"], ["--place", "云溪"], ["--year", "2031"], ["--collection", "年报"]):
        assert [line.split("\t")[0] for line in run("documents", *chosen)[1]] == [YUNXI]


def test_what_cannot_be_added_takes_a_line_and_the_others_are_added(run, served, report, tmp_path) -> None:
    picture, same = tmp_path / "a.png", tmp_path / "same.txt"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n0000")
    same.write_bytes(b"\xef\xbb\xbf" + CORPUS_REPORT.encode())
    missing = str(tmp_path / "missing.txt")
    code, out, err = run("add", "--place", "青山市云溪区", str(picture), missing, str(same), report)
    assert code == 1
    assert [line.split("\t")[:2] for line in out] == [["yuanshan-2029", "known already"], [YUNXI, "added"]]
    assert len(err) == 3
    assert "a.png is a picture" in err[0]
    assert "missing.txt" in err[1]
    assert "same text as yuanshan-2029" in err[2]


def test_what_a_text_does_not_tell_is_asked_for_by_the_name_of_the_option(run, served, tmp_path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("工作情况\n\n一、工作回顾\n\n完成投资5亿元,改造老旧小区12个。\n", "utf-8")
    code, out, err = run("add", str(path))
    assert (code, out) == (1, [])
    assert len(err) == 1
    assert "--place and --year" in err[0]


def test_a_file_replaces_the_one_of_a_document(run, served, report) -> None:
    run("add", "--place", "青山市云溪区", report)
    Path(report).write_text(TEXT.replace("88亿元", "99亿元"), "utf-8")
    assert run("add", "--replace", YUNXI, report)[0] == 0
    assert "99亿元" in served.documents[YUNXI].document.text


def test_a_document_is_removed_with_a_line_that_says_what_is_gone(run, served, report) -> None:
    run("add", "--place", "青山市云溪区", report)
    code, out, _ = run("remove", YUNXI)
    assert code == 0
    assert out[0].startswith(f"{YUNXI}\tremoved: 报告.txt")
    assert list(served.documents) == ["yuanshan-2029"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["remove", "atlantis"], "atlantis"),
        (["remove", "yuanshan-2029"], "corpus folder"),
        (["remove", YUNXI, "../keys.json"], "keys.json"),
        (["add", "--year", "zwölf", "FILE"], "--year"),
        (["add", "--date", "gestern", "FILE"], "--date"),
        (["add", "--replace", "atlantis", "FILE"], "atlantis"),
        (["add", "--replace", "a", "FILE", "FILE"], "--replace"),
    ],
)
def test_wrong_usage_takes_one_line_and_changes_nothing(run, served, report, arguments, words) -> None:
    run("add", "--place", "青山市云溪区", report)
    code, out, err = run(*(report if one == "FILE" else one for one in arguments))
    assert (code, out) == (2, [])
    assert len(err) == 1
    assert words in err[0]
    assert list(served.documents) == [YUNXI, "yuanshan-2029"]
