"""Questions to go on with: drawn from around the cited words, and only those answered from there."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from index.types import Period, PeriodKind, Span
from rag.indicators import Indicator
from rag.types import Question, Status
from ui.reports.suggestions import SUGGESTIONS, Suggester, draw_questions
from ui.texts import CHINESE

TERM = "什么是六稳？"
SECTION, PART = "“𠮷镇人口😀增长”方面有哪些内容？", "“回顾”包括哪几个方面？"


def _indicator(name, start, period="2020年", section="甲", change=""):
    span = Span(start, start + 5)
    when = Period(period, PeriodKind.DONE)
    return Indicator("jia", name, change, "3万", Decimal(30_000), "人", when, span, span, (section,))


def _draw(report, cited, *indicators):
    return [one.question for one in draw_questions(report, indicators, cited, CHINESE)]


def test_the_same_indicator_in_another_period_comes_first_then_the_nearest_of_the_section(report):
    indicators = (
        _indicator("用水", 300, section="乙"),
        _indicator("耕地", 290),
        _indicator("人口", 200),
        _indicator("林地", 220, change="增长"),
        _indicator("人口", 400, "2021年", section="乙"),
    )
    assert _draw(report, [Span(200, 205)], *indicators)[:3] == [
        "2021年人口是多少？",
        "2020年林地增长多少？",
        "2020年耕地是多少？",
    ]


def test_a_term_that_the_quote_names_is_asked_for(report):
    start = report.document.text.index("落实“六稳”任务")
    assert TERM in _draw(report, [Span(start, start + 8)])


def test_a_cited_term_is_not_asked_for_again_but_the_one_after_it_is(report):
    entry = report.structure.glossary[0]
    other = replace(entry, term="四线", names=("四线",), entry=Span(0, 2), definition=Span(0, 2))
    longer = replace(report, structure=replace(report.structure, glossary=(entry, other)))
    questions = _draw(longer, [entry.definition])
    assert TERM not in questions
    assert "什么是四线？" in questions


def test_the_cited_section_is_asked_for_before_whole_parts(report, answers):
    assert _draw(report, [answers["第一处"].citations[0].span]) == [SECTION, PART]


def test_no_question_is_drawn_twice(report):
    indicators = [_indicator("人口", 200), *(_indicator("耕地", start) for start in (210, 220, 230))]
    questions = _draw(report, [Span(200, 205)], *indicators)
    assert len(questions) == len(set(questions))


@pytest.fixture
def suggest(report, answers):
    def suggest(answer, *, asked=(), replies=answers):
        def ask(question):
            return replies.get(question, answers["没有"])

        return Suggester().suggest(answer, {"jia": report}, CHINESE, asked, ask)

    return suggest


def test_only_what_is_answered_from_where_it_was_drawn_is_offered(suggest, answers):
    assert suggest(answers["六稳"]) == (TERM,)
    assert suggest(answers["六稳"], replies={TERM: answers["第一处"]}) == ()
    unsure = replace(answers[TERM], status=Status.NOT_FOUND)
    assert suggest(answers["六稳"], replies={TERM: unsure}) == ()


def test_what_was_asked_before_is_not_offered(suggest, answers):
    assert suggest(answers["六稳"], asked=[TERM]) == ()


def test_small_talk_is_not_gone_on_with(suggest, answers):
    assert suggest(answers["你好"]) == ()


def test_the_nearest_passages_of_what_was_not_found_are_gone_on_with(suggest, answers):
    assert suggest(answers["没有"], replies={SECTION: answers["第一处"]}) == (SECTION,)


def test_every_suggestion_after_real_answers_is_answered_by_the_real_service(service):
    suggester = Suggester()
    documents = service.documents
    for asked in ("2020年社会消费品零售总额是多少？", "什么是六稳六保？", "这份报告是谁作的？"):
        answer = service.ask(Question(asked))
        offered = suggester.suggest(
            answer, documents, CHINESE, {asked}, lambda question: service.ask(Question(question))
        )
        assert 2 <= len(offered) <= SUGGESTIONS
        assert {service.ask(Question(question)).status for question in offered} == {Status.ANSWERED}
