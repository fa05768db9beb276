"""Questions of yes or no: a plan never reads as done."""

import pytest

from rag.types import Kind, Status
from tests.rag.asking import ask


@pytest.mark.parametrize("question", ["云溪科技上市了吗?", "云溪科技是否上市?", "云溪科技上市了没有?"])
def test_a_plan_is_told_under_its_lead(yunxi, question):
    given = ask(yunxi, question)
    assert given.status is Status.ANSWERED
    assert given.kind is Kind.FACT
    assert given.answer == "2031年(计划):\n完成云溪科技上市。[1]"


def test_what_is_done_needs_no_lead(yunxi):
    assert ask(yunxi, "2030年引进科技人才了吗?").answer == "引进科技人才近900人。[1]"


def test_what_is_planned_stands_beside_what_was_done(yunxi):
    given = ask(yunxi, "老旧小区改造完成了吗?")
    assert given.groups[-1].label == "2031年"
    assert "改造老旧小区25个" in given.answer


def test_another_thing_is_not_taken_for_the_one_that_is_asked(yunxi):
    assert ask(yunxi, "有没有建设飞机场的计划?").status is Status.NOT_FOUND
