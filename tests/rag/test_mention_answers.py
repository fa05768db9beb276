"""Whether, how often and where a made-up report mentions something."""

import pytest

from rag.types import Kind, ReasonCode, Status
from tests.rag.asking import ask


def test_a_count_is_told_with_each_place_under_its_time(yunxi):
    given = ask(yunxi, "报告提到“老旧小区”几次?")
    assert given.kind is Kind.MENTION
    assert given.answer.startswith("- 报告提到“老旧小区” 3 次。[1][2][3]")
    assert [group.label for group in given.groups] == ["“十五五”时期", "2030年", "2031年"]
    assert (given.coverage.shown, given.coverage.found) == (3, 3)


def test_places_are_set_under_their_headings_where_they_are_asked_for(yunxi):
    assert "(二)民生福祉不断增进：改造老旧小区12个" in ask(yunxi, "报告在哪些地方提到老旧小区?").answer


@pytest.mark.parametrize(
    "question",
    ["报告有没有提到地铁?", "报告提没提地铁", "地铁在报告里出现了多少次?", "Are metros mentioned?"],
)
def test_what_does_not_occur_is_not_mentioned(yunxi, question):
    given = ask(yunxi, question)
    assert (given.status, given.reason.code) == (Status.NOT_FOUND, ReasonCode.NOT_MENTIONED)


def test_of_several_words_the_one_that_is_missing_is_told(yunxi):
    given = ask(yunxi, "报告有没有提到教育、地铁?")
    assert given.status is Status.ANSWERED
    assert given.notices == ("报告未提及地铁。",)


def test_what_is_asked_besides_is_no_word_that_is_looked_for(yunxi):
    given = ask(yunxi, "报告里讲没讲教育?怎么说的")
    assert "报告提到“教育” 1 次" in given.answer
    assert given.notices == ()
