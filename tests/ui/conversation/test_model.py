"""A conversation: what is replaced by an edit, what stops, and what the service is told of it."""

from __future__ import annotations

import copy

from rag.limits import MAX_HISTORY
from ui.conversation.model import Conversation


def _converse(answers, *asked):
    conversation = Conversation()
    for question in asked:
        exchange = conversation.begin(question)
        exchange.answer, exchange.growing = answers["第一处"], False
    return conversation


def _asked(conversation):
    return [exchange.asked for exchange in conversation.exchanges]


def test_an_edited_question_replaces_the_old_one_and_everything_after_it(answers):
    conversation = _converse(answers, "甲", "乙", "丙")
    conversation.edited = conversation.exchanges[1]
    conversation.begin("丁")
    assert _asked(conversation) == ["甲", "丁"]
    conversation.begin("戊")
    assert _asked(conversation) == ["甲", "丁", "戊"]


def test_what_is_cut_stops_growing():
    conversation = Conversation()
    first, second = conversation.begin("甲"), conversation.begin("乙")
    conversation.cut(first)
    assert conversation.exchanges == []
    assert not first.growing
    assert not second.growing


def test_stopping_names_each_growing_answer_once(answers):
    conversation = _converse(answers, "甲")
    growing = conversation.begin("乙")
    assert list(conversation.stop()) == [growing]
    assert list(conversation.stop()) == []
    assert not growing.growing
    assert [exchange.stopped for exchange in conversation.exchanges] == [False, True]


def test_the_service_is_told_of_answered_questions_before_this_one_only(answers):
    conversation = _converse(answers, "甲", "乙")
    conversation.exchanges[0].answer = None
    last = conversation.begin("丙")
    conversation.begin("丁")
    assert [turn.content for turn in conversation.turns_before(last)] == ["乙", answers["第一处"].answer]


def test_the_service_is_told_no_more_than_it_takes(answers):
    conversation = _converse(answers, *("甲" * number for number in range(1, MAX_HISTORY)))
    turns = conversation.turns_before(conversation.begin("丙"))
    assert len(turns) == MAX_HISTORY
    assert turns[-2].content == conversation.exchanges[-2].asked


def test_clearing_an_empty_conversation_does_nothing():
    conversation = Conversation()
    conversation.clear()
    assert conversation.exchanges == []


def test_no_conversation_waits_for_another():
    first = Conversation()
    second = copy.deepcopy(first)  # as Gradio does for every visitor
    assert second == first
    with first.lock:
        assert not first.lock.free
        assert second.lock.free


def test_what_was_cleared_comes_back_once_and_never_over_something_new():
    conversation = Conversation()
    first = conversation.begin("甲")
    first.growing = False
    conversation.begin("乙")  # still grows: dropped for good
    conversation.clear()
    conversation.bring_back()
    assert conversation.exchanges == [first]
    conversation.clear()
    second = conversation.begin("丙")
    conversation.bring_back()
    assert conversation.exchanges == [second]
