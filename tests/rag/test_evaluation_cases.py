"""Question files: what is read, and how a bad line is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.errors import QuestionFileError
from rag.evaluation import read_cases
from tests.rag.evaluating import (
    DEV,
    ROOT,
)


def test_the_development_questions_can_be_read_and_stand_on_the_bundled_report() -> None:
    text = next(ROOT.glob("corpus/*/report.txt")).read_text(encoding="utf-8-sig")
    cases = read_cases(DEV)
    assert len(cases) == 92
    assert [evidence for case in cases for evidence in case.evidence if evidence not in text] == []


LINE = {
    "id": "a",
    "category": "numeric",
    "question": "多少?",
    "answerable": True,
    "gold": ["1"],
    "evidence": ["1"],
}


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("{", "line 2"),
        ("[]", "line 2"),
        (json.dumps({k: v for k, v in LINE.items() if k != "gold"}), 'line 2, key "gold"'),
        (json.dumps(LINE | {"answerable": "yes"}), 'line 2, key "answerable"'),
        (json.dumps(LINE | {"gold": "1"}), 'line 2, key "gold"'),
        (json.dumps(LINE | {"evidence": [""]}), 'line 2, key "evidence.0"'),
        (json.dumps(LINE | {"question": ""}), 'line 2, key "question"'),
        (json.dumps(LINE | {"history": [{"role": "system", "content": "x"}]}), 'line 2, key "history.0"'),
        (json.dumps(LINE | {"history": [{"role": "user"}]}), 'line 2, key "history.0.content"'),
        (json.dumps(LINE | {"id": "first"}), 'line 2, key "id"'),
    ],
)
def test_a_bad_line_is_named_with_its_key(tmp_path: Path, line: str, names: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(json.dumps(LINE | {"id": "first"}) + "\n" + line + "\n", encoding="utf-8")
    with pytest.raises(QuestionFileError) as caught:
        read_cases(path)
    assert f"{path}, {names}" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "says"), [(b"", "no question"), (b"\n \n", "no question"), ("多".encode("gb18030"), "byte 0")]
)
def test_a_file_that_holds_no_questions_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_bytes(content)
    with pytest.raises(QuestionFileError, match=says):
        read_cases(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(QuestionFileError, match=r"gone\.jsonl"):
        read_cases(tmp_path / "gone.jsonl")


def test_notes_byte_order_mark_blank_lines_and_separators_inside_strings_are_read(tmp_path: Path) -> None:
    path = tmp_path / "good.jsonl"
    lines = [LINE | {"note": "替换"}, LINE | {"id": "b", "question": "多\u2028少?"}]
    text = "\n\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    path.write_text(text + "\r\n", encoding="utf-8-sig")
    assert [case.question for case in read_cases(path)] == ["多少?", "多\u2028少?"]
