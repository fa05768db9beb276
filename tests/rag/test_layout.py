"""What lines and pages break is answered whole, quoted exactly, and never with what the page put between."""

import pytest

from index.types import Span
from rag.composition import Draft, Quote, quote_verbatim, state, write_answer
from rag.indicators import find_indicators
from rag.service import ReportService
from rag.types import Question, Status
from rag.verification.invariants import Invariant, find_violations
from tests.rag.reports import make_report, serve_report

TITLE = "青山市云溪区2031年政府工作报告"
TEXT = f"""{TITLE}

各位代表：

一、2030年工作回顾

一年来，全区完成水利投资2
— 3 —
3.5亿元，治理河道1
{TITLE}
46公里，规模以上工
- 4 -
{TITLE}
业企业达到87家，改造旧房3
20户，
5
新增公共停车位1,2
60个。

二、2031年工作安排

治理河道58公里，改造旧房1
10户。
"""
REPORT = make_report(TEXT)
READING = REPORT.for_reading()
DOCUMENTS = {REPORT.document.id: REPORT}


def answer_with(first: str, last: str):
    """Return the answer that quotes the text from `first` to `last`."""
    start = TEXT.index(first)
    span = Span(start, TEXT.index(last, start) + len(last))
    passage = next(one for one in REPORT.structure.passages if one.span.contains(span))
    draft = Draft((state(Quote(passage, span, 0.5), READING.document),))
    return quote_verbatim(write_answer(draft, READING, "?"), DOCUMENTS)


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("全区完成", "3.5亿元", "全区完成水利投资23.5亿元。[1]"),
        ("治理河道1", "46公里", "治理河道146公里。[1]"),
        ("规模以上工", "87家", "规模以上工业企业达到87家。[1]"),
        ("改造旧房3", "20户", "改造旧房320户。[1]"),
        ("新增公共", "60个", "新增公共停车位1,260个。[1]"),
    ],
)
def test_an_answer_over_a_break_is_exact_and_reads_without_it(first: str, last: str, words: str) -> None:
    answer = answer_with(first, last)
    assert answer.answer == words
    citation = answer.citations[0]
    assert citation.quote == citation.span.of(TEXT)
    assert find_violations(answer, DOCUMENTS) == []


@pytest.mark.parametrize(
    ("first", "last"), [("3.5亿元", "3.5亿元"), ("46公里", "46公里"), ("业企业", "87家"), ("60个", "60个")]
)
def test_no_quote_begins_where_only_the_page_does(first: str, last: str) -> None:
    violations = find_violations(answer_with(first, last), DOCUMENTS)
    assert {violation.invariant for violation in violations} == {Invariant.EXACT_QUOTES}


def test_indicators_are_read_over_breaks_and_stand_where_they_say() -> None:
    found = {(one.name, one.period.label): one for one in find_indicators(REPORT)}
    assert found["河道治理", "2030年"].value == "146公里"
    assert found["河道治理", "2030年"].figure.of(TEXT) == f"1\n{TITLE}\n46公里"
    assert found["旧房改造", "2031年"].value == "110户"


@pytest.fixture(scope="module")
def broken(service: ReportService) -> ReportService:
    """A service that knows only the report above, with the real encoder and reader."""
    return serve_report(REPORT, service)


@pytest.mark.parametrize(
    ("question", "figure", "label"),
    [
        ("2030年完成水利投资多少亿元？", "23.5亿元", "2030年"),
        ("2030年治理河道多少公里？", "146公里", "2030年"),
        ("规模以上工业企业有多少家？", "87家", "2030年"),
        ("2030年改造旧房多少户？", "320户", "2030年"),
        ("2030年新增公共停车位多少个？", "1,260个", "2030年"),
        ("2031年改造旧房多少户？", "110户", "2031年"),
    ],
)
def test_a_question_is_answered_with_the_whole_figure(
    broken: ReportService, question: str, figure: str, label: str
) -> None:
    answer = broken.ask(Question(question))
    assert answer.status is Status.ANSWERED
    assert figure in answer.answer
    assert TITLE not in answer.answer
    assert "—" not in answer.answer
    assert {citation.period.label for citation in answer.citations} == {label}
    assert all(citation.quote == citation.span.of(TEXT) for citation in answer.citations)
