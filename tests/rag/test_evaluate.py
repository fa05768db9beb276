from __future__ import annotations

import math
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from index.types import (
    IndexedDocument,
    Span,
)
from rag.errors import NotReadyError, UnknownDocumentError
from rag.evaluation import evaluate, write_scorecard
from rag.evaluation.matching import contains
from rag.evaluation.scorecard import Figures
from rag.types import Answer, Mode, Question, Turn
from tests.rag.evaluating import (
    BODY,
    RIGHT,
    TEXT,
    ScriptedService,
    answered,
    case,
    cite,
    index_text,
    refused,
    score,
)


def test_the_example_text_has_the_body_it_says() -> None:
    assert BODY.of(TEXT).startswith("城镇收入增加到")
    assert BODY.of(TEXT).endswith("20个。")


def test_a_right_and_cited_answer_earns_every_mark() -> None:
    figures = score((case("a"), RIGHT)).figures
    assert (figures.correct, figures.supported, figures.correct_and_supported) == (1, 1, 1)
    assert (figures.evidence_recall, figures.citation_precision, figures.quote_validity) == (1, 1, 1)
    assert (figures.spill, figures.citations_mean, figures.answer_chars_p50) == (
        0,
        1,
        len("城镇收入增加到5.4万元。"),
    )
    assert math.isnan(figures.refusal_recall)


@pytest.mark.parametrize(
    ("answer", "expected", "says"),
    [
        ("增加到5.4万元", "5.4万元", True),
        ("增加到 5.4 萬元", "5.4万元", True),
        ("增加到５.４万元", "5.4万元", True),
        ("投入使用", "用于|投入", True),
        ("共15.4万元", "5.4万元", False),
        ("共2.1万亩", "1万亩", False),
        ("共2.1万亩、1万亩", "1万亩", True),
        ("GDP增长", "gdp", True),
        ("增加", "减少|下降", False),
    ],
)
def test_a_figure_counts_on_its_boundary_whatever_its_script_and_width(
    answer: str, expected: str, says: bool
) -> None:
    assert contains(answer, expected) is says


def test_an_answer_misses_when_a_computed_result_is_missing() -> None:
    assert score((case("a", derived=("1.3",)), RIGHT)).figures.correct == 0


def test_a_dumped_passage_is_not_right_but_may_be_supported() -> None:
    dump = answered(f"5.4万元{'。' * 200}[1]", *RIGHT.citations)
    figures = score((case("a"), dump)).figures
    assert (figures.correct, figures.supported) == (0, 1)


def test_markers_do_not_count_towards_the_length() -> None:
    just = answered(f"5.4万元{'。' * 194}[1][2]", *RIGHT.citations)
    assert len(just.answer) > 200
    assert score((case("a"), just)).figures.correct == 1


def test_a_citation_in_the_chrome_is_no_hit_however_well_it_matches() -> None:
    known = case("a", evidence=("城镇收入",))
    in_chrome = answered("5.4万元。[1]", cite(TEXT, "城镇收入", start=TEXT.index("城镇收入")))
    in_body = answered("5.4万元。[1]", cite(TEXT, "城镇收入"))
    assert score((known, in_chrome)).figures.supported == 0
    assert score((known, in_body)).figures.supported == 1


def test_a_quote_that_does_not_stand_at_its_offsets_is_not_valid() -> None:
    shifted = answered(
        "5.4万元。[1][2]", cite(TEXT, "城镇收入增加到", start=BODY.start + 1), *RIGHT.citations
    )
    assert score((case("a"), shifted)).figures.quote_validity == 0.5


def test_a_touch_of_the_evidence_is_no_hit() -> None:
    touching = answered("5.4万元。[1]", cite(TEXT, "万元。粮食产量18万吨以上。"))
    figures = score((case("a"), touching)).figures
    assert (figures.supported, figures.spill) == (0, pytest.approx(12 / 14))


def test_a_citation_longer_than_a_reader_can_check_is_no_hit() -> None:
    text = f"{'长' * 300}城镇收入增加到5.4万元"
    service = ScriptedService(
        {"report": index_text("report", text, Span(0, len(text)))},
        {"a": answered("5.4万元。[1]", cite(text, text))},
    )
    assert Figures.from_marks(evaluate(service, [case("a")])).supported == 0


def test_recall_counts_pieces_of_evidence_and_precision_counts_citations() -> None:
    known = case("a", evidence=("城镇收入增加到5.4万元", "粮食产量18万吨以上"))
    half = answered("5.4万元。[1][2]", *RIGHT.citations, cite(TEXT, "改造老旧小区20个", n=2))
    figures = score((known, half)).figures
    assert (figures.evidence_recall, figures.citation_precision) == (0.5, 0.5)
    assert figures.spill == pytest.approx(9 / 21)


def test_a_citation_of_an_unknown_document_is_neither_valid_nor_a_hit() -> None:
    stray = answered("5.4万元。[1]", cite(TEXT, "城镇收入增加到5.4万元", document="other"))
    figures = score((case("a"), stray)).figures
    assert (figures.quote_validity, figures.supported, figures.spill) == (0, 0, 1)


def test_refusals_are_told_from_answers_and_errors() -> None:
    unknown = {"answerable": False, "gold": (), "evidence": ()}
    scorecard = score(
        (case("a"), RIGHT),
        (case("b"), refused()),
        (case("c"), UnknownDocumentError("gone")),
        (case("d", "unanswerable", **unknown), refused()),
        (case("e", "unanswerable", **unknown), RIGHT),
        (case("f", "chitchat", **unknown), UnknownDocumentError("gone")),
    )
    figures = scorecard.figures
    assert (figures.n, figures.errors) == (6, 2)
    assert (figures.refusal_recall, figures.refusal_precision) == (pytest.approx(1 / 3), 0.5)
    assert figures.false_refusal == pytest.approx(1 / 3)
    assert figures.citations_mean == 0.5
    assert [mark.case.id for mark in scorecard.misses] == ["b", "c", "e", "f"]
    assert scorecard.by_category == {
        "chitchat": (0, 1),
        "numeric": (pytest.approx(1 / 3), 3),
        "unanswerable": (0.5, 2),
    }


def test_history_document_and_mode_reach_the_service() -> None:
    service = ScriptedService({"report": index_text("report", TEXT, BODY)}, {"a": RIGHT})
    turns = (Turn("user", "城镇收入多少?"), Turn("assistant", "5.4万元。"))
    evaluate(service, [case("a", history=turns, document="report")], mode=Mode.LLM)
    assert service.asked == [Question("a", turns, ("report",), Mode.LLM)]


def test_progress_is_heard_after_every_question() -> None:
    service = ScriptedService({"report": index_text("report", TEXT, BODY)}, {"a": RIGHT, "b": refused()})
    heard: list[tuple[str, int, int]] = []
    evaluate(service, [case("a"), case("b")], progress=lambda *step: heard.append(step))
    assert [step[1:] for step in heard] == [(1, 2), (2, 2)]


def test_a_service_that_is_not_ready_is_not_scored() -> None:
    class Loading:
        @property
        def documents(self) -> Mapping[str, IndexedDocument]:
            raise NotReadyError("The index is still being loaded.")

        def ask(self, question: Question) -> Answer:
            raise AssertionError("never asked")

    with pytest.raises(NotReadyError):
        evaluate(Loading(), [case("a")])


def test_the_scorecard_prints_every_figure_and_every_miss(tmp_path: Path) -> None:
    scorecard = score((case("a"), RIGHT), (case("b|c"), refused("报告|没有\n提到。")))
    text = scorecard.render_text(misses=1)
    assert re.search(r"^correct +0\.500$", text, re.MULTILINE)
    assert "by category: numeric 0.50 (2)" in text
    assert "MISS | b|c | numeric" in text
    assert "MISS" not in scorecard.render_text()
    path = write_scorecard(scorecard, tmp_path / "new")
    markdown = path.read_text(encoding="utf-8")
    assert path.suffix == ".md"
    assert all(f"| {name} | {value} |" in markdown for name, value in scorecard.figures.rows())
    assert "| b\\|c | numeric | b\\|c | 5.4万元 | not_found | 报告\\|没有 提到。 |" in markdown
