"""What a browser keeps: it comes back as it went, and nothing else comes in."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.types import Mode
from ui.conversation.browser_copy import KEPT_EXCHANGES, MAX_KEPT, VERSION, keep, restore
from ui.conversation.model import SOURCE_COUNTS, Choice, Conversation, Exchange, Verdict

MODES = (Mode.EXTRACTIVE,)
OUTDATED = "报告已更新"


@pytest.fixture
def conversation(answers):
    answer = answers["第一处"]
    exchange = Exchange("全县人口？", answer=answer, found=answer.citations, follow_ups=("什么是六稳？",))
    exchange.verdict = Verdict.UP
    return Conversation([exchange, Exchange("出错", problem="出了错")], Choice(sources=3))


@pytest.fixture
def documents(report):
    return {"jia": report}


def _restore(text, documents):
    return restore(text, documents, MODES, OUTDATED)


def _change(conversation, change):
    kept = json.loads(keep(conversation))
    change(kept)
    return json.dumps(kept)


def test_a_conversation_comes_back_as_it_went(conversation, documents):
    assert _restore(keep(conversation), documents) == conversation


def test_what_a_model_wrote_comes_back_with_its_states_also_where_it_was_stopped(documents, reworded):
    exchanges = [Exchange("改写", answer=answer, stopped=True) for answer in reworded]
    assert _restore(keep(Conversation(exchanges)), documents) == Conversation(exchanges)


def test_what_was_kept_before_answers_could_be_stopped_midway_still_comes_back(conversation, documents):
    old = _change(conversation, lambda kept: [exchange.pop("stopped") for exchange in kept["exchanges"]])
    assert _restore(old, documents) == conversation


def test_an_answer_under_leads_comes_back_as_it_went(answers, documents):
    kept = Conversation([Exchange("人口情况", answer=answers["人口情况"])])
    assert _restore(keep(kept), documents) == kept


def test_what_was_kept_before_answers_had_kinds_still_comes_back(conversation, documents):
    def make_old(kept):
        kept["version"] = 1
        for name in ("kind", "groups", "coverage"):
            kept["exchanges"][0]["answer"].pop(name)

    assert _restore(_change(conversation, make_old), documents) == conversation


def test_a_kept_lead_that_the_report_does_not_bear_out_is_not_shown(answers, documents):
    kept = keep(Conversation([Exchange("人口情况", answer=answers["人口情况"])]))
    exchange = _restore(kept.replace("2021年(计划):", "2021年:"), documents).exchanges[0]
    assert (exchange.answer, exchange.problem) == (None, OUTDATED)


def test_what_a_model_wrote_is_not_shown_where_the_report_says_otherwise(documents, reworded):
    kept = keep(Conversation([Exchange("改写", answer=reworded[-1])])).replace("已达到3万人", "已达到4万人")
    exchange = _restore(kept, documents).exchanges[0]
    assert (exchange.answer, exchange.problem) == (None, OUTDATED)


def test_markup_is_neither_kept_nor_read_back(conversation, documents):
    conversation.exchanges[0].shown = "<b>"
    assert "<b>" not in keep(conversation)
    smuggled = _change(conversation, lambda kept: kept["exchanges"][0].update(shown="<b>", growing=True))
    exchange = _restore(smuggled, documents).exchanges[0]
    assert exchange.shown == ""
    assert not exchange.growing


def _objects(inner):
    return st.dictionaries(st.sampled_from(["version", "choice", "exchanges", "asked"]), inner)


@given(st.text())
def test_rubbish_is_nothing(text):
    assert _restore(text, {}) is None


@given(st.recursive(st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | _objects(inner)))
def test_json_that_the_page_did_not_write_is_nothing(value):
    assert _restore(json.dumps(value), {}) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda kept: kept.update(version=VERSION + 1),
        lambda kept: kept.update(version=0),
        lambda kept: kept["exchanges"][0].update(asked=" "),
        lambda kept: kept["exchanges"][0].update(asked="问" * 2_001),
        lambda kept: kept["exchanges"][0].update(id="a b"),
        lambda kept: kept["exchanges"][0].update(id=""),
        lambda kept: kept["exchanges"].append(kept["exchanges"][0]),
        lambda kept: kept["exchanges"][0].update(follow_ups=[" "]),
        lambda kept: kept["exchanges"][0]["answer"].update(status="certain"),
    ],
)
def test_what_the_page_would_not_have_written_is_nothing(conversation, documents, change):
    assert _restore(_change(conversation, change), documents) is None


def test_text_that_is_far_too_long_is_not_even_read(documents):
    assert _restore("[" * (MAX_KEPT + 1), documents) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda answer: answer.update(answer="全县人口达到9万人。[1]"),
        lambda answer: answer["citations"][0].update(quote="全县人口达到9万人"),
        lambda answer: answer["citations"][0]["span"].update(start=0),
        lambda answer: answer["citations"][0].update(document="elsewhere"),
        lambda answer: answer["sentences"][0].update(citations=[7]),
        lambda answer: answer.update(sentences=[]),
    ],
)
def test_an_answer_that_the_report_does_not_bear_out_gives_way_to_a_sentence(conversation, documents, change):
    kept = _change(conversation, lambda kept: change(kept["exchanges"][0]["answer"]))
    exchange = _restore(kept, documents).exchanges[0]
    assert (exchange.answer, exchange.problem) == (None, OUTDATED)
    assert (exchange.found, exchange.follow_ups, exchange.verdict) == ((), (), None)


def test_a_passage_that_is_no_longer_exact_is_left_out(conversation, documents):
    kept = _change(conversation, lambda kept: kept["exchanges"][0]["found"][0].update(quote="全县"))
    exchange = _restore(kept, documents).exchanges[0]
    assert exchange.answer is not None
    assert exchange.found == ()


def test_a_choice_that_is_no_longer_offered_is_dropped(conversation, documents):
    conversation.choice = Choice(("jia", "elsewhere"), Mode.LLM, 1_000)
    restored = _restore(keep(conversation), documents)
    assert restored.choice == Choice(("jia",), Mode.EXTRACTIVE, SOURCE_COUNTS[-1])


def test_a_number_of_sources_that_is_not_offered_becomes_the_next_that_is(conversation, documents):
    for kept, offered in [(-1, 1), (4, 5), (5, 5)]:
        conversation.choice = Choice(sources=kept)
        assert _restore(keep(conversation), documents).choice.sources == offered


def test_a_growing_answer_is_not_kept_and_only_the_last_exchanges_are(conversation, documents):
    conversation.exchanges = [replace(conversation.exchanges[0], id=f"x{n}") for n in range(30)]
    conversation.begin("还在回答")
    names = [exchange.id for exchange in _restore(keep(conversation), documents).exchanges]
    assert names == [f"x{n}" for n in range(30 - KEPT_EXCHANGES, 30)]
