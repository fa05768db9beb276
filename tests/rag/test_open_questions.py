"""Open questions: which questions are, what they are about, and what everyday words mean."""

from __future__ import annotations

import pytest

from index.language.lexicon import WordRule
from index.language.text import normalise_question
from rag.question.asking import asking_rules
from rag.question.length import read_length, remove_length
from rag.question.openness import Form, Openness
from rag.question.topic_words import everyday_rules
from rag.question.understanding import read_query
from rag.service import ReportService
from rag.types import ReasonCode, Status
from tests.rag.asking import ask


def read(question: str, service: ReportService) -> Openness | None:
    context = service.contexts["saihan-2021"]
    return read_query(normalise_question(question), context.report, encode=context.index.encode).openness


RULES = [*asking_rules().values()] + [one.rule for one in everyday_rules()]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_applies_to_its_examples_and_to_no_counterexample(rule: WordRule) -> None:
    assert rule.yes
    assert rule.no
    assert [words for words in rule.yes if not rule.applies(normalise_question(words))] == []
    assert [words for words in rule.no if rule.applies(normalise_question(words))] == []


@pytest.mark.parametrize(
    ("question", "form"),
    [
        ("教育", Form.KEYWORD),
        ("2021年教育方面有哪些举措?", Form.THEME),
        ("就业形势怎么样?", Form.SITUATION),
        ("报告承认还有哪些问题和不足?", Form.PROBLEMS),
        ("我开了个小公司,有什么好处?", Form.AUDIENCE),
        ("菜价的问题解决得怎么样?", Form.SITUATION),
    ],
)
def test_an_open_question_is_known_with_its_form(service: ReportService, question: str, form: Form) -> None:
    openness = read(question, service)
    assert openness is not None
    assert openness.form is form


@pytest.mark.parametrize(
    "question",
    [
        "2020年社会消费品零售总额是多少?",
        "报告是谁作的?",
        "什么是“六稳”?",
        "谢谢你,今天辛苦啦!",
        "2020年和2021年相差多少?",
    ],
)
def test_a_question_for_a_fact_a_list_or_a_meaning_is_not_open(service: ReportService, question: str) -> None:
    assert read(question, service) is None


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("2021年教育方面有哪些举措?", {"2021年"}),
        ("教育方面都做了什么,今年又打算怎么弄?", {"“十三五”时期", "2020年", "2021年"}),
        ("我今年大学毕业,报告里对创业有什么支持?", {"“十三五”时期", "2020年", "“十四五”时期", "2021年"}),
        ("教育方面有哪些举措?", {"“十三五”时期", "2020年", "“十四五”时期", "2021年"}),
    ],
)
def test_a_period_restricts_only_what_is_asked_of_it(
    service: ReportService, question: str, told: set[str]
) -> None:
    openness = read(question, service)
    assert openness is not None
    report = service.documents["saihan-2021"]
    admitted = [p for p in report.structure.passages if openness.admits(p, report.document)]
    assert {p.period.label for p in admitted if p.period.label} == told


@pytest.mark.parametrize(
    ("question", "room"),
    [
        ("教育方面有哪些举措?", 350),
        ("用三句话说说教育方面的举措", 180),
        ("用100字说说教育方面的举措", 100),
        ("用一句话说说教育方面的举措", 60),
        ("用3000字说说教育方面的举措", 600),
    ],
)
def test_a_length_that_is_asked_for_is_kept_within_reason(
    service: ReportService, question: str, room: int
) -> None:
    openness = read(question, service)
    assert openness is not None
    assert openness.room(read_length(question)) == room


def test_the_wish_for_a_length_is_no_part_of_the_topic(service: ReportService) -> None:
    assert remove_length("用三句话说说养老") == "说说养老"
    openness = read("用三句话说说养老方面的举措", service)
    assert openness is not None
    assert openness.topic.words == ("养老",)


@pytest.mark.parametrize(
    "question", ["2020年建成了哪些公园?", "续建项目都有哪些?", "动工的酒店叫什么,有什么安排?"]
)
def test_a_question_for_things_may_be_a_list_and_is_not_certainly_open(
    service: ReportService, question: str
) -> None:
    openness = read(question, service)
    assert openness is None or not openness.certain


def test_sentences_on_one_topic_are_one_open_question(service: ReportService) -> None:
    openness = read("养老发展得怎么样?后面怎么安排?", service)
    assert openness is not None
    assert openness.topic.words == ("养老",)
    assert openness.periods == ()


@pytest.mark.parametrize("question", ["就业形势这些年怎么样?", "近年来教育方面做了什么?"])
def test_years_without_a_number_restrict_no_open_question(service: ReportService, question: str) -> None:
    assert ask(service, question).status is Status.ANSWERED


def test_years_without_a_number_are_refused_where_one_figure_is_asked(service: ReportService) -> None:
    given = ask(service, "近年来新建了几所学校?")
    assert given.reason is not None
    assert given.reason.code is ReasonCode.OTHER_PERIOD
