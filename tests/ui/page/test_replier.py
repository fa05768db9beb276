"""A reply as it grows: the answer first, what belongs to it after, and nothing once it is stopped."""

from __future__ import annotations

import html
import re

import pytest

from rag.types import Mode, Stage
from tests.ui.scripted import ScriptedService
from ui.conversation.model import Choice, Conversation, Verdict
from ui.page.messages import render_messages
from ui.page.replier import Replier
from ui.reports.suggestions import Suggester
from ui.texts import CHINESE, ENGLISH


@pytest.fixture
def service():
    return ScriptedService()


@pytest.fixture
def reply(service):
    replier = Replier(service)

    def reply(conversation, asked, words=CHINESE):
        return replier.reply(conversation, conversation.begin(asked), words)

    return reply


def _text(conversation):
    return html.unescape(re.sub(r"<[^>]*>", "", conversation.exchanges[-1].shown))


def test_a_visitor_sees_at_once_that_the_report_is_searched_then_the_answer_growing(reply):
    conversation = Conversation()
    shown = [_text(conversation) for _ in reply(conversation, "很长")]
    assert shown[0] == CHINESE.searching
    assert shown[1].startswith("人口很多。")
    assert len(set(shown)) > 10


def test_the_answer_is_complete_before_what_belongs_to_it_is_looked_for(reply, service):
    conversation = Conversation()
    states = [(len(service.asked), _text(conversation)) for _ in reply(conversation, "六稳")]
    complete = next(state for state in states if CHINESE.retry in state[1])
    assert complete[0] == 1
    assert "落实“六稳”任务。[1]" in complete[1]
    assert conversation.exchanges[0].follow_ups == ("什么是六稳？",)


def test_where_a_model_words_answers_a_summary_is_offered(reply):
    conversation = Conversation(choice=Choice(("jia",), Mode.LLM))
    list(reply(conversation, "第一处"))
    wish = CHINESE.ask_summary.format(heading="𠮷镇人口😀增长")
    assert conversation.exchanges[0].follow_ups[-1] == wish
    list(reply(conversation, wish))
    list(reply(conversation, "第二处"))
    assert wish not in conversation.exchanges[-1].follow_ups


def test_a_follow_up_is_offered_as_an_option_of_its_message(reply):
    conversation = Conversation()
    list(reply(conversation, "六稳"))
    assert render_messages(conversation)[-1]["options"] == [{"value": "什么是六稳？"}]


def test_documents_mode_and_history_go_to_the_service(reply, service):
    conversation = Conversation(choice=Choice(("jia",), Mode.LLM))
    list(reply(conversation, "第一处"))
    service.asked.clear()
    list(reply(conversation, "第二处"))
    asked = service.asked[0]
    assert (asked.documents, asked.mode) == (("jia",), Mode.LLM)
    assert [turn.content for turn in asked.history] == ["第一处", "全县人口达到3万人。[1]"]


def test_what_follows_is_checked_against_the_same_documents_and_history(reply, service):
    conversation = Conversation(choice=Choice(("jia",)))
    list(reply(conversation, "六稳"))
    first, *later = service.asked
    assert later
    assert {question.documents for question in later} == {first.documents}
    assert {question.history[0].content for question in later} == {"六稳"}


@pytest.mark.parametrize("seen", [1, 2])
def test_a_stopped_reply_grows_no_more(reply, seen):
    conversation = Conversation()
    growing = reply(conversation, "很长")
    for _ in range(seen):
        next(growing)
    (exchange,) = conversation.stop()
    before = exchange.shown
    assert list(growing) == []
    assert exchange.shown == before


def test_a_reply_has_not_ended_before_it_says_that_it_was_stopped(reply, service):
    conversation = Conversation()
    next(reply(conversation, "很长"))
    writer = Replier(service).make_writer(conversation, CHINESE)
    for exchange in conversation.stop():
        assert exchange.growing
        writer.stop(exchange)
        assert not exchange.growing
    assert CHINESE.stopped in _text(conversation)


def _states(conversation):
    return re.findall(
        r'class="(?:state )?(verified|quoted|left-out|stopped)"', conversation.exchanges[-1].shown
    )


def test_what_a_model_writes_is_shown_when_there_is_something_new(reply, service, reworded):
    service.scripts["改写"] = [
        *[Stage.WRITING] * 9,
        reworded[0],
        *[Stage.WRITING] * 9,
        reworded[1],
        Stage.WRITING,
        reworded[2],
    ]
    conversation = Conversation()
    shown = [_text(conversation) for _ in reply(conversation, "改写")]
    assert shown[:2] == [CHINESE.searching, CHINESE.writing]
    assert [text.count("。") for text in shown[2:5]] == [1, 2, 3]
    assert CHINESE.retry in shown[5]
    assert len(shown) <= 7  # with questions to go on with


def test_a_model_is_left_at_the_next_sign_of_work_once_its_reply_is_stopped(reply, service, reworded):
    service.scripts["改写"] = [reworded[0], *[Stage.WRITING] * 9, reworded[1]]
    conversation = Conversation()
    growing = reply(conversation, "改写")
    while conversation.exchanges[0].answer is None:
        next(growing)
    writer = Replier(service).make_writer(conversation, CHINESE)
    for exchange in conversation.stop():
        writer.stop(exchange)
    before = exchange.shown
    assert list(growing) == []
    assert service.left.is_set()
    assert exchange.shown == before


def test_what_was_verified_before_a_stop_stays_an_answer(reply, service, reworded):
    service.scripts["改写"] = reworded[:2]
    conversation = Conversation()
    growing = reply(conversation, "改写")
    for _ in range(3):
        next(growing)
    writer = Replier(service).make_writer(conversation, CHINESE)
    for exchange in conversation.stop():
        writer.stop(exchange)
    assert exchange.answer == reworded[1]
    assert [turn.content for turn in exchange.turns] == ["改写", reworded[1].answer]
    assert _states(conversation) == ["verified", "left-out", "verified", "stopped"]
    for told in (CHINESE.helpful, CHINESE.sources, CHINESE.how_found):
        assert told in _text(conversation)


def test_a_part_of_an_extract_is_no_answer_when_it_is_stopped(reply, service):
    conversation = Conversation()
    growing = reply(conversation, "很长")
    for _ in range(2):
        next(growing)
    writer = Replier(service).make_writer(conversation, CHINESE)
    for exchange in conversation.stop():
        writer.stop(exchange)
    assert exchange.answer is None
    assert _text(conversation).startswith("人口很多。")
    assert CHINESE.helpful not in _text(conversation)


def test_an_answer_that_is_withheld_at_last_takes_the_place_of_what_had_grown(
    reply, service, reworded, answers
):
    service.scripts["改写"] = [reworded[0], answers["没有"]]
    conversation = Conversation()
    list(reply(conversation, "改写"))
    assert CHINESE.closest in _text(conversation)
    assert reworded[0].answer not in _text(conversation)


def test_a_failure_after_the_first_sentences_is_no_answer(reply, service, reworded, caplog):
    service.scripts["改写"] = [reworded[0], ZeroDivisionError("told to fail")]
    conversation = Conversation()
    list(reply(conversation, "改写"))
    assert conversation.exchanges[0].answer is None
    assert CHINESE.broken in _text(conversation)
    assert "could not be answered" in caplog.text


def test_an_exchange_that_was_cut_is_not_looked_after_any_more(reply, service):
    conversation = Conversation()
    growing = reply(conversation, "六稳")
    while conversation.exchanges[0].growing:
        next(growing)
    conversation.clear()
    assert list(growing) == []


def test_a_failure_is_a_sentence_and_can_be_retried_but_not_judged(reply):
    conversation = Conversation()
    list(reply(conversation, "出错"))
    text = _text(conversation)
    assert CHINESE.broken in text
    assert CHINESE.retry in text
    assert CHINESE.helpful not in text


def test_an_unusable_question_is_explained(reply):
    conversation = Conversation()
    list(reply(conversation, "\u200b"))
    assert "question is empty" in _text(conversation)


@pytest.mark.parametrize(
    ("failing", "logged"),
    [
        ((ScriptedService, "search"), "No passages could be retrieved"),
        ((Suggester, "suggest"), "Nothing could be found to go on with"),
    ],
)
def test_what_cannot_be_found_beside_it_leaves_the_answer_standing(
    reply, monkeypatch, caplog, failing, logged
):
    monkeypatch.setattr(*failing, None)
    conversation = Conversation()
    list(reply(conversation, "第一处"))
    assert "全县人口达到3万人。[1]" in _text(conversation)
    assert logged in caplog.text


def test_small_talk_is_left_alone(reply, service):
    conversation = Conversation()
    list(reply(conversation, "你好"))
    assert _text(conversation) == "您好，请就报告提问。"
    assert len(service.asked) == 1


def test_the_panel_tells_passages_scores_and_which_were_cited(reply):
    conversation = Conversation()
    list(reply(conversation, "第一处"))
    panel = conversation.exchanges[0].shown.partition('<details class="found">')[2]
    rows = re.findall(r"<tr><td>(\d+)</td><td>([\d.;&#]+)</td>.*?<td>(.)</td></tr>", panel)
    assert [(rank, html.unescape(score), cited) for rank, score, cited in rows] == [
        ("1", "0.90", "是"),
        ("2", "0.90", "否"),
    ]
    for told in ("问题理解为", "用时", "逐字摘录"):
        assert told in panel


def test_the_panel_tells_which_model_worded_an_answer_and_how_long_it_took(reply):
    conversation = Conversation()
    list(reply(conversation, "改写"))
    assert "由 qwen<3> 改写，逐句核对" in _text(conversation)
    assert "改写 3 毫秒 · 共 6 毫秒" in _text(conversation)


def test_the_panel_tells_why_there_is_no_answer(reply):
    conversation = Conversation()
    list(reply(conversation, "1999年呢", ENGLISH))
    assert "这份报告没有谈到1999年。 (other_period)" in _text(conversation)


def test_no_message_runs_what_reports_and_questions_say(reply, attack):
    conversation = Conversation()
    list(reply(conversation, "攻击"))
    list(reply(conversation, attack))
    for message in render_messages(conversation):
        assert "<script" not in message["content"]
        assert "<img" not in message["content"]


def test_fewer_sources_are_listed_than_markers_stay(service, reply):
    conversation = Conversation(choice=Choice(sources=1))
    list(reply(conversation, "两句"))
    shown = conversation.exchanges[0].shown
    assert shown.count('<a class="cite"') == 2
    assert shown.count('<a class="source brief"') == 1
    assert CHINESE.more_sources.format(count=1) in _text(conversation)


def test_the_chosen_verdict_is_marked(service, reply):
    conversation = Conversation()
    list(reply(conversation, "第一处"))
    exchange = conversation.exchanges[0]
    exchange.verdict = Verdict.DOWN
    Replier(service).make_writer(conversation, CHINESE).write(exchange)
    assert re.findall(r'class="act act-(\w+) drawn chosen"', exchange.shown) == ["down"]
