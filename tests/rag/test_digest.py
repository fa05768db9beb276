"""Digests: what a report says on a topic, the most telling first chosen, in its own order, by period."""

from __future__ import annotations

import pytest

from index.language.sentences import split_clauses
from index.types import Passage, Period, PeriodKind, Role, Span
from rag.answers.digest import digest
from rag.composition import Draft, write_answer
from rag.evidence.context import ReportContext
from rag.evidence.cutting import cut
from rag.evidence.selection import Run, choose
from rag.question.query import Query
from rag.question.understanding import read_query
from rag.service import ReportService
from rag.verification.invariants import find_violations

QUESTIONS = [
    "教育方面有哪些举措?",
    "2021年在医疗卫生上有什么打算?",
    "就业形势怎么样?",
    "报告承认还有哪些问题和不足?",
    "我开了个小公司,有什么好处?",
    "垃圾分类",
    "用三句话说说养老方面的举措",
]


@pytest.fixture(scope="module")
def context(service: ReportService) -> ReportContext:
    return service.contexts["saihan-2021"]


def tell(question: str, context: ReportContext) -> tuple[Query, Draft | None]:
    query = read_query(question, context.report)
    assert query.openness is not None
    return query, digest(query.text, query.openness, context, query.length)


def ask(question: str, context: ReportContext) -> Draft:
    _, draft = tell(question, context)
    assert draft is not None
    return draft


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_digest_keeps_every_invariant_and_its_length(
    question: str, context: ReportContext, service: ReportService
) -> None:
    query, draft = tell(question, context)
    assert query.openness is not None
    assert draft is not None
    answer = write_answer(draft, context.report, question)
    assert find_violations(answer, service.documents) == []
    shown = "".join(sentence.span.of(answer.answer) for sentence in answer.sentences)
    assert len("".join(shown.split())) <= query.openness.room(query.length)
    assert query.length.sentences is None or len(answer.sentences) <= query.length.sentences


def test_a_situation_tells_every_period_in_which_the_thing_occurs(context: ReportContext) -> None:
    draft = ask("就业形势怎么样?", context)
    assert {group.label for group in draft.groups} >= {"“十三五”时期", "2020年", "2021年"}
    assert "新增城镇就业1.4万人" in "".join(statement.words for statement in draft.statements)


def test_a_question_of_one_period_gets_that_one(context: ReportContext) -> None:
    assert [group.label for group in ask("2021年在医疗卫生上有什么打算?", context).groups] == ["2021年"]


def test_problems_are_told_without_the_words_that_lead_up_to_them(context: ReportContext) -> None:
    statements = ask("报告承认还有哪些问题和不足?", context).statements
    words = "".join(statement.words for statement in statements)
    assert "经济发展动力不足" in words
    assert "清醒地认识到" not in words
    assert "针对这些问题" not in words


@pytest.mark.parametrize("question", ["对养宠物、遛狗有什么新规定?", "自贸港方面有什么政策?"])
def test_what_the_report_does_not_speak_of_has_no_digest(question: str, context: ReportContext) -> None:
    _, draft = tell(question, context)
    assert draft is None


def make_passage(text: str, label: str = "2020年") -> Passage:
    span = Span(0, len(text))
    return Passage("d", span, (), Period(label, PeriodKind.DONE), Role.BODY, tuple(split_clauses(text, span)))


def test_a_clause_that_leans_on_another_is_not_cut_from_it() -> None:
    text = "零售总额194亿元,同比增长7%,农业上,粮食增产。"
    passage = make_passage(text)
    runs = [
        text[passage.clauses[first].start : passage.clauses[end - 1].end] for first, end in cut(text, passage)
    ]
    assert runs == ["零售总额194亿元,同比增长7%,", "农业上,粮食增产。"]


def make_run(start: int, words: str, label: str, weight: float) -> Run:
    return Run(make_passage(words, label), Span(start, start + len(words)), words, 0.9, weight)


def test_the_most_telling_run_of_every_period_comes_before_a_second_one() -> None:
    runs = [
        make_run(0, "新建学校三所", "2020年", 0.9),
        make_run(10, "改造校舍五处", "2020年", 0.8),
        make_run(20, "招聘教师百名", "2021年", 0.1),
    ]
    chosen = choose(runs, 32, every_period=True)
    assert [run.words for run in chosen] == ["新建学校三所", "招聘教师百名"]


def test_the_same_words_are_told_once() -> None:
    runs = [make_run(0, "新建学校三所。", "2020年", 0.9), make_run(10, "新建学校三所,", "2020年", 0.8)]
    assert len(choose(runs, 300)) == 1
