from __future__ import annotations

import datetime as dt
import json
import math
import random
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from index.types import (
    Document,
    DocumentMeta,
    IndexedDocument,
    Passage,
    Period,
    PeriodKind,
    Role,
    Span,
    Structure,
)
from rag.errors import NotReadyError, QuestionFileError, UnknownDocumentError
from rag.evaluation import Case, Scorecard, evaluate, read_cases, write_scorecard
from rag.evaluation.matching import contains
from rag.evaluation.scorecard import Figures
from rag.types import Answer, Citation, Mode, Question, Status, Turn

ROOT = Path(__file__).parents[2]
DEV = ROOT / "tests/questions/dev.jsonl"
ORACLE = ROOT.parent / "shared/tools/score.py"
NO_PERIOD = Period("", PeriodKind.OTHER)

# Chrome (0–8), body (8–43), chrome (43–): the first words of the body stand in the chrome as well.
TEXT = "网页:城镇收入。\n城镇收入增加到5.4万元。粮食产量18万吨以上。新建学校11所,改造老旧小区20个。\n主办单位"
BODY = Span(9, 51)


def index_text(name: str, text: str, body: Span) -> IndexedDocument:
    meta = DocumentMeta(name, "某地", 2021, dt.date(2021, 2, 7), "某人", "某会", "某处", "无")
    passage = Passage(name, body, (), NO_PERIOD, Role.BODY)
    return IndexedDocument(Document(name, text, "0" * 64, meta), Structure((), (passage,), ()))


def cite(
    text: str, quote: str, *, document: str = "report", start: int | None = None, n: int = 1
) -> Citation:
    where = text.rindex(quote) if start is None else start
    span = Span(where, where + len(quote))
    return Citation(n, document, span, quote, span, (), NO_PERIOD, 1.0)


def answered(words: str, *citations: Citation) -> Answer:
    return Answer("1", Status.ANSWERED, words, Mode.EXTRACTIVE, "", citations=citations)


def refused(words: str = "报告没有提到。") -> Answer:
    return Answer("1", Status.NOT_FOUND, words, Mode.EXTRACTIVE, "")


@dataclass
class ScriptedService:
    """Gives the answers it was told to give, by question; an exception is raised."""

    documents: Mapping[str, IndexedDocument]
    script: dict[str, Answer | Exception]
    asked: list[Question] = field(default_factory=list)

    def ask(self, question: Question) -> Answer:
        self.asked.append(question)
        answer = self.script[question.text]
        if isinstance(answer, Exception):
            raise answer
        return answer


def case(name: str, category: str = "numeric", **known: object) -> Case:
    given: dict[str, object] = {
        "answerable": True,
        "gold": ("5.4万元",),
        "evidence": ("城镇收入增加到5.4万元",),
    }
    return Case(id=name, category=category, question=name, **(given | known))


def score(*scripted: tuple[Case, Answer | Exception]) -> Scorecard:
    service = ScriptedService(
        {"report": index_text("report", TEXT, BODY)}, {case.question: answer for case, answer in scripted}
    )
    return Scorecard.from_marks("cases.jsonl", evaluate(service, [case for case, _ in scripted]))


RIGHT = answered("城镇收入增加到5.4万元。[1]", cite(TEXT, "城镇收入增加到5.4万元"))


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


# The oracle: an independent scorer of the same questions, over HTTP. It knows where the bundled report's
# chrome ends by its words; the evaluation by its structure.


def script_answers(cases: tuple[Case, ...], text: str, rng: random.Random) -> dict[str, Answer | Exception]:
    """Give every question an outcome of a kind drawn by chance: good, poor, beside the point, none."""
    script: dict[str, Answer | Exception] = {}
    for case in cases:
        quotes = [cite(text, evidence) for evidence in case.evidence]
        gold = "、".join(words.split("|")[-1] for words in case.expected)
        stray = [
            cite(text, text[at : at + length], start=at)
            for at, length in ((rng.randrange(len(text) - 400), rng.choice((3, 40, 350))) for _ in range(2))
        ]
        wrong = [replace(citation, quote=f"{citation.quote}?") for citation in quotes]
        outcomes: list[Answer | Exception] = [
            answered(f"{gold}。[1]", *quotes),
            answered(f"{gold}。[1][2]", *quotes[:1], *stray),
            answered(f"{gold}。[1]{'长' * 700}", *quotes),
            answered(f"共1{gold}。[1]", *wrong),
            answered(f"{gold.replace('万', '萬')}。[1]", *stray),
            refused(),
        ]
        if not case.answerable:
            outcomes.append(RuntimeError("scripted"))
        script[case.question] = rng.choice(outcomes)
    return script


@contextmanager
def serve_script(script: dict[str, Answer | Exception], text: str) -> Iterator[str]:
    """Serve the script over the REST contract and give the server's address."""

    class Handler(BaseHTTPRequestHandler):
        def reply(self, status: int, kind: str, body: str) -> None:
            data = body.encode()
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def do_GET(self) -> None:
            self.reply(200, "text/plain; charset=utf-8", text)

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
            answer = script[asked["question"]]
            if isinstance(answer, Exception):
                self.reply(500, "application/problem+json", "{}")
                return
            citations = [
                {"document": c.document, "start": c.span.start, "end": c.span.end, "quote": c.quote}
                for c in answer.citations
            ]
            body = {"status": answer.status, "answer": answer.answer, "citations": citations}
            self.reply(200, "application/json", json.dumps(body))

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.skipif(not ORACLE.exists(), reason="the independent scorer is not at hand")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_figures_are_those_of_an_independent_scorer(tmp_path: Path, seed: int) -> None:
    text = (ROOT / "corpus/saihan-2021/report.txt").read_text(encoding="utf-8-sig")
    title = "呼和浩特市赛罕区2021年政府工作报告"
    body = Span(text.index(title, text.index(title) + 1), text.index("主办单位"))
    script = script_answers(read_cases(DEV), text, random.Random(seed))
    with serve_script(script, text) as address:
        command = [sys.executable, str(ORACLE), address, str(DEV), "--json", str(tmp_path / "oracle.json")]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    theirs = json.loads((tmp_path / "oracle.json").read_text(encoding="utf-8"))["summary"]

    service = ScriptedService({"report": index_text("report", text, body)}, script)
    scorecard = Scorecard.from_marks(DEV.name, evaluate(service, read_cases(DEV)))
    ours = {name: float(value) for name, value in scorecard.figures.rows()}

    assert list(ours) == list(theirs)
    assert scorecard.render_text().splitlines()[-1] in printed
    for name in set(theirs) - {"p50_ms", "p95_ms"}:
        assert ours[name] == pytest.approx(float(theirs[name]), abs=5e-4), name
    assert 0 < ours["errors"] < ours["n"]
    assert 0 < ours["correct_and_supported"] < 1
    assert 0 < ours["quote_validity"] < 1
