"""An answer as a chat message: markers where the contract wants them, everything else text."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from itertools import pairwise

import pytest

from index.types import Span
from rag.types import AnswerSentence, SentenceState
from ui.texts import CHINESE, ENGLISH
from ui.views.answer import AnswerPrinter

MARKER = re.compile(r'<a class="cite" href="#cite-(\d+)-(\d+)-(\d+)">\[\1\]</a>')


@pytest.fixture
def printer(report):
    return AnswerPrinter({"jia": report}, CHINESE)


def _final(printer, answer, asked=""):
    *_, last = printer.stream(answer, asked)
    return last


def _unmarked(text):
    """Return text without what lays it out: the markers of a list move, leads and bullets become HTML."""
    return re.sub(r"\[\d+\]|^- |:?\n(?:- )?", "", text)


def _text(message):
    return html.unescape(re.sub(r"<[^>]*>", "", message))


def test_a_marker_follows_each_sentence_and_carries_its_offsets(printer, answers):
    message = _final(printer, answers["两句"])
    spans = [citation.span for citation in answers["两句"].citations]
    assert [tuple(map(int, found.groups())) for found in MARKER.finditer(message)] == [
        (1, spans[0].start, spans[0].end),
        (2, spans[1].start, spans[1].end),
    ]
    assert _text(message).startswith("全县人口达到3万人。[1]城镇扩大。[2]")


def test_a_sentence_that_lists_several_quotes_is_shown_one_to_a_line(printer, answers):
    (shown,) = re.findall('<div class="answer">(.*?)</div>', _final(printer, answers["列举"]))
    assert [_text(line) for line in shown.split("<br>")] == [
        "共3项:",
        "全县人口达到3万人;[1]",
        "城镇扩大;[2]",
        "落实“六稳”任务。[3]",
    ]
    assert "<br>" not in _final(printer, answers["并列"])


def test_a_lead_is_a_small_heading_over_its_items(printer, answers):
    message = _final(printer, answers["人口情况"])
    (shown,) = re.findall('<div class="answer">(.*?)</div>', message)
    assert [_text(part) for part in re.split("</?(?:h2|ul|li)[^>]*>", shown) if part] == [
        "2020年",
        "全县人口达到3万人。[1]",
        "城镇扩大,全县人口达到3万人。[2]",
        "落实“六稳”任务。[3]",
        "2021年(计划)",
        "力争学校达到4所。[4]",
    ]
    assert re.findall("<h2[^>]*>", shown) == ['<h2 class="lead">', '<h2 class="lead planned">']
    assert (shown.count("<ul"), shown.count("<li>")) == (shown.count("</ul>"), shown.count("</li>")) == (1, 3)


def test_a_list_is_whole_html_at_every_step_of_its_growing(printer, answers):
    for stage in printer.stream(answers["人口情况"], ""):
        assert stage.count("<ul") == stage.count("</ul>")
        assert stage.count("<li>") == stage.count("</li>")


def test_bullets_without_a_lead_are_a_list(report, printer, answers):
    digest = answers["人口情况"]
    bulleted = digest.answer.removeprefix("2020年:\n").partition("\n2021年")[0]
    sentences = tuple(
        replace(one, span=Span(one.span.start - 7, one.span.end - 7)) for one in digest.sentences[:3]
    )
    answer = replace(digest, answer=bulleted, sentences=sentences, groups=(), citations=digest.citations[:3])
    assert '<div class="answer"><ul class="items"><li>' in _final(printer, answer)


def test_the_sources_of_a_digest_are_folded(printer, answers):
    message = _final(printer, answers["人口情况"])
    assert "<summary>出处（4 处）</summary>" in message
    assert message.count('class="source brief"') == 4
    assert CHINESE.sources in _text(_final(printer, answers["第一处"]))


def test_a_source_whose_words_stand_in_the_answer_does_not_repeat_them(printer, answers, spoken_of):
    message = _final(printer, answers["第一处"])
    assert _text(message).count("全县人口达到3万人") == 1
    assert "2020年 · 已完成" in _text(message)
    assert "全县人口达到3万人" in _text(_final(printer, spoken_of))


def test_what_the_report_speaks_of_is_told_before_anything_else(printer, spoken_of):
    message = _final(printer, spoken_of)
    text = _text(message)
    assert text.startswith(spoken_of.reason.text + CHINESE.on_topic + "1全县人口达到3万人")
    assert "verdict" not in message
    assert CHINESE.closest not in text


def test_each_sentence_of_a_model_says_where_it_comes_from(printer, reworded):
    message = _final(printer, reworded[-1], "改写")
    (shown,) = re.findall('<div class="answer">(.*?)</div>', message)
    assert _text(shown) == (
        "全县人口已达到3万人。(模型写，已核对)[1]〔略去一句〕"
        "城镇有所扩大。(模型写，已核对)[2]落实“六稳”任务。(原文摘录)[3]"
    )
    assert re.findall(r'class="(state \w+|left-out)" title="(.*?)"', shown) == [
        ("state verified", "模型写，已核对"),
        ("left-out", "模型在这里写的话没有显示"),
        ("state verified", "模型写，已核对"),
        ("state quoted", "原文摘录"),
    ]


def test_an_extract_has_no_states_and_nobody_who_wrote_it(printer, answers):
    for answer in answers.values():
        assert not re.search('class="(state|left-out|model)', _final(printer, answer))


def test_who_wrote_an_answer_stands_under_it_and_what_the_marks_mean_where_they_differ(printer, reworded):
    (told,) = re.findall('<p class="model">(.*?)</p>', _final(printer, reworded[-1]))
    assert _text(told) == "由 qwen<3> 写成，每句都与原文核对模型写，已核对原文摘录"
    (told,) = re.findall('<p class="model">(.*?)</p>', _final(printer, reworded[0]))
    assert _text(told) == "由 qwen<3> 写成，每句都与原文核对"


def test_sentences_left_out_one_after_another_are_counted_at_their_place(report, reworded):
    whole = reworded[0]
    *_, end = (sentence.span.end for sentence in whole.sentences)
    gaps = [AnswerSentence(Span(at, at), (), SentenceState.LEFT_OUT) for at in (0, 0, 0, end + len("[1]"))]
    message = _final(
        AnswerPrinter({"jia": report}, ENGLISH), replace(whole, sentences=(*gaps, *whole.sentences))
    )
    (shown,) = re.findall('<div class="answer">(.*?)</div>', message)
    assert _text(re.sub('<span class="state.*?</span></span>', "", shown)) == (
        "[3 sentences left out]全县人口已达到3万人。[1][one sentence left out]"
    )
    assert len(MARKER.findall(message)) == 1


def test_what_looks_like_a_marker_inside_a_sentence_stays_text(printer, answers):
    message = _final(printer, answers["攻击"])
    assert len(MARKER.findall(message)) == 1
    assert "[1]*星号*。[1]" in _text(message)


def test_a_marker_without_a_citation_stays_text(printer, answers):
    message = _final(printer, replace(answers["你好"], answer="您好。[7]"))
    assert not MARKER.search(message)
    assert "您好。[7]" in _text(message)


def test_text_only_grows_until_the_message_is_complete(printer, answers):
    stages = [_text(stage) for stage in printer.stream(answers["很长"], "")]
    assert len(stages) > 10
    assert all(later.startswith(earlier) for earlier, later in pairwise(stages))


def test_the_answers_text_is_shown_character_by_character(printer, answers, attack):
    for answer in answers.values():
        assert _unmarked(answer.answer) in _unmarked(_text(_final(printer, answer)))
    assert attack in _text(_final(printer, answers["攻击"]))
    assert "<script" not in _final(printer, answers["攻击"])


def test_a_message_holds_no_blank_line_that_would_end_the_block(printer, answers):
    answer = replace(answers["你好"], answer="第一行\n\n第二行\r\n    第三行", notices=("一\n\n二",))
    message = _final(printer, answer)
    assert "\n" not in message
    assert "第一行<br><br>第二行<br>" in message


def test_not_found_gives_the_reason_and_labels_the_nearest_passages(printer, answers):
    message = _final(printer, answers["没有"])
    assert "<h2" not in message
    assert CHINESE.closest in message
    assert answers["没有"].reason.text in message
    assert not MARKER.search(message)


def test_a_follow_up_says_how_it_was_understood(printer, answers):
    answer = replace(answers["第一处"], standalone_question="2020年全县人口是多少？")
    assert "理解为：2020年全县人口是多少？" in _text(_final(printer, answer, "人口呢？"))
    assert "理解为" not in _final(printer, answer, " 2020年全县人口是多少？ ")


def test_the_period_stands_on_every_source(printer, answers):
    assert _final(printer, answers["两句"]).count('<span class="period done">2020年 · 已完成</span>') == 2


def test_the_report_is_named_only_where_there_are_several(report, answers):
    titled = replace(report.document, meta=replace(report.document.meta, title="甲县报告"))
    report = replace(report, document=titled)
    several = AnswerPrinter({"jia": report, "yi": report}, CHINESE)
    assert "甲县报告 · 一、回顾" in _text(_final(several, answers["第一处"]))
    assert "甲县报告" not in _final(AnswerPrinter({"jia": report}, CHINESE), answers["第一处"])
