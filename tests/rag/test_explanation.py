"""`report-rag explain` tells what was understood, what was found and what decided."""

from __future__ import annotations

from rag.types import Question


def explain(service, question):
    return list(service.explain(Question(question)).lines())


def test_an_answer_names_its_query_its_words_and_its_answerer(yunxi):
    lines = explain(yunxi, "2030年社会消费品零售总额是多少?")
    assert lines[0] == "query: 2030年社会消费品零售总额是多少?"
    assert "periods: 2030年" in lines
    assert any("社会消费品零售总额实现88亿元" in line for line in lines if line.startswith("reading"))
    assert lines[-1] == "answered by: fact (fact)"


def test_a_refusal_names_its_check(yunxi):
    assert (
        explain(yunxi, "2029年社会消费品零售总额是多少?")[-1] == "refused by: uncovered_period (other_period)"
    )


def test_a_time_that_is_not_resolved_is_told_with_the_reason(yunxi):
    lines = explain(yunxi, "上半年社会消费品零售总额是多少?")
    assert any(line.startswith("times not resolved: 上半年") for line in lines)


def test_the_parts_of_a_question_are_told_one_by_one(yunxi):
    lines = explain(yunxi, "2030年改造老旧小区多少个?引进科技人才多少?")
    assert "part 1" in lines
    assert "part 2" in lines


def test_an_answer_carries_the_name_of_what_decided(yunxi):
    assert yunxi.ask(Question("2030年社会消费品零售总额是多少?")).decided_by == "fact"
    assert yunxi.ask(Question("2029年社会消费品零售总额是多少?")).decided_by == "uncovered_period"
