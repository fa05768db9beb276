"""A conversation as Markdown: every footnote leads to exactly the quoted characters."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from ui.conversation.export import write_markdown
from ui.conversation.model import Conversation, Exchange
from ui.texts import CHINESE, ENGLISH

FOOTNOTE = re.compile(r"^\[\^(\d+)\]: “(.*)” — .*<(http[^>]+)>$", re.MULTILINE)


@pytest.fixture
def export(report, answers):
    def export(*names, **changed):
        exchanges = [Exchange(name, answer=replace(answers[name], **changed)) for name in names]
        return write_markdown(Conversation(exchanges), {"jia": report}, CHINESE, "http://host/")

    return export


def test_each_marker_has_a_footnote_of_its_own_across_answers(export):
    text = export("两句", "第一处")
    assert "全县人口达到3万人。[^1]城镇扩大。[^2]" in text
    assert "全县人口达到3万人。[^3]" in text
    assert [found[1] for found in FOOTNOTE.finditer(text)] == ["1", "2", "3"]


def test_leads_are_headings_over_lists(export):
    text = export("人口情况")
    assert (
        "### 2020年\n\n- 全县人口达到3万人。[^1]\n- 城镇扩大,全县人口达到3万人。[^2]\n"
        "- 落实“六稳”任务。[^3]\n\n"
        "### 2021年(计划)\n\n力争学校达到4所。[^4]\n"
    ) in text


def test_what_the_report_speaks_of_is_no_search_in_vain(spoken_of, report):
    conversation = Conversation([Exchange("人口为什么增长？", answer=spoken_of)])
    text = write_markdown(conversation, {"jia": report}, CHINESE, "")
    assert f"{spoken_of.reason.text}\n\n{CHINESE.on_topic}:\n\n- 全县人口达到3万人[^1]" in text
    assert CHINESE.not_found not in text


def test_a_footnotes_permalink_names_exactly_the_quoted_characters(export, report):
    for _, quote, link in FOOTNOTE.findall(export("两句")):
        asked = {name: value[0] for name, value in parse_qs(urlsplit(link).query).items()}
        assert asked["doc"] == "jia"
        assert report.document.text[int(asked["start"]) : int(asked["end"])] == quote


def test_a_footnote_tells_report_section_period_and_offsets(export, answers):
    span = answers["第一处"].citations[0].span
    footnote = export("第一处").splitlines()[-1]
    for told in ("甲县报告", "一、回顾 › (一)𠮷镇人口😀增长", "2020年 · 已完成", f"{span.start}–{span.end}"):
        assert told in footnote


def test_each_cited_report_is_named_once_with_its_hash(export, report):
    assert export("两句", "第一处").count(report.document.sha256) == 1


def test_of_an_answer_that_a_model_wrote_model_states_and_gaps_are_told(reworded, report):
    conversation = Conversation([Exchange("改写", answer=reworded[-1])])
    text = write_markdown(conversation, {"jia": report}, CHINESE, "")
    assert "全县人口已达到3万人。✓[^1]〔略去一句〕城镇有所扩大。✓[^2]落实“六稳”任务。“”[^3]" in text
    assert r"*由 qwen\<3\> 写成，每句都与原文核对 · ✓ 模型写，已核对 · “” 原文摘录*" in text
    assert "*模型写的 1 句未能核实。*" in text
    assert CHINESE.stopped not in text


def test_what_was_stopped_midway_says_so_after_what_there_is(reworded, report):
    conversation = Conversation([Exchange("改写", answer=reworded[0], stopped=True)])
    text = write_markdown(conversation, {"jia": report}, ENGLISH, "")
    assert "全县人口已达到3万人。✓[^1]" in text
    assert "✓ written by the model, checked*" in text
    assert f"*{ENGLISH.stopped}*" in text


def test_what_was_not_found_is_told_with_passages_that_are_no_answer(export):
    text = export("没有")
    assert "**报告中没有找到答案** 这份报告没有谈到1999年。" in text
    assert "不是答案" in text
    assert "- 城镇扩大[^1]" in text


def test_markup_stays_text(export, attack):
    text = export("攻击")
    assert "<img" not in re.sub(r"\\.", "", text)
    assert r"\[1\]\*星号\*。[^1]" in text
    assert attack.replace("<", r"\<").replace(">", r"\>") in text


def test_a_question_of_several_lines_is_one_heading(report):
    conversation = Conversation([Exchange("1. 甲\n# 乙", problem="- 出了错")])
    text = write_markdown(conversation, {"jia": report}, CHINESE, "")
    assert "## 1. 1\\. 甲 \\# 乙\n" in text
    assert "*\\- 出了错*" in text


def test_small_talk_and_what_was_stopped_have_no_footnotes(export, report):
    assert "您好，请就报告提问。" in export("你好")
    stopped = write_markdown(Conversation([Exchange("慢")]), {"jia": report}, CHINESE, "")
    assert CHINESE.stopped in stopped
    assert "[^" not in stopped
