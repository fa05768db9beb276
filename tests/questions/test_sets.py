"""The question sets stand on the reports they ask of, word for word."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.documents.corpus import load_corpus
from rag.evaluation import read_cases
from tests.questions.check import BUNDLED, SETS, find_faults, materialise, read_rows, read_texts

REPORTS = Path(__file__).parents[3] / "shared" / "reports"

needs_reports = pytest.mark.skipif(not REPORTS.is_dir(), reason="the folder of reports is not here")


def test_the_questions_over_the_bundled_report_are_sound() -> None:
    assert list(find_faults(read_texts(None))) == []


@needs_reports
def test_the_questions_over_other_reports_are_sound() -> None:
    assert list(find_faults(read_texts(REPORTS))) == []


def test_a_question_that_rests_on_nothing_is_a_fault() -> None:
    emptied = {BUNDLED.name: "PM2.5"}
    faults = "\n".join(find_faults(emptied))
    assert "occurs 0 times" in faults
    assert "'PM2.5' is said to be absent" in faults


def test_another_version_of_a_report_is_refused(tmp_path: Path) -> None:
    (tmp_path / "国务院_2012.txt").write_text("各位代表", "utf-8")
    with pytest.raises(ValueError, match="use that version"):
        read_texts(tmp_path)


@needs_reports
def test_every_set_can_be_laid_out_and_read(tmp_path: Path) -> None:
    materialise(REPORTS, tmp_path)
    documents = {document.id: document.text for document in load_corpus(tmp_path / "corpus")}
    for name in SETS:
        cases = read_cases(tmp_path / f"{name}.jsonl")
        assert len(cases) == len(read_rows(name))
        for case in cases:
            assert case.document is not None
            assert all(words in documents[case.document] for words in case.evidence)
