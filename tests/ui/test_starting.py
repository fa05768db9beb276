"""The start screen: what the reports are, how far loading has come, questions to begin with."""

from __future__ import annotations

import html
from dataclasses import replace

from rag.service import Readiness
from ui.starting import EXAMPLES, render_pane, render_placeholder, render_progress, suggest_questions
from ui.words import CHINESE, ENGLISH


def test_examples_come_from_the_reports_own_outline_and_glossary(report):
    assert suggest_questions([report], CHINESE) == [
        "“回顾”包括哪几个方面？",
        "“𠮷镇人口😀增长”方面有哪些内容？",
        "什么是六稳？",
        "这份报告是谁在什么会议上作的？",
    ]


def test_there_are_never_more_examples_than_fit(report):
    assert len(suggest_questions([report, report, report], CHINESE)) == EXAMPLES


def test_a_report_without_structure_offers_no_questions(report):
    bare = replace(report, structure=replace(report.structure, outline=(), glossary=()))
    meta = replace(report.document.meta, speaker="")
    assert suggest_questions([replace(bare, document=replace(bare.document, meta=meta))], CHINESE) == []


def test_the_placeholder_escapes_what_reports_say(report, attack):
    placeholder = render_placeholder([report], CHINESE)
    assert "<script" not in placeholder
    assert attack in html.unescape(placeholder)


def test_without_reports_the_placeholder_says_so():
    assert ENGLISH.no_documents in render_placeholder([], ENGLISH)


def test_progress_shows_stage_and_count():
    assert "正在编码 3 / 10" in render_progress(Readiness(False, "正在编码", 3, 10), CHINESE)
    assert "/" not in render_progress(Readiness(False, "", 0, 0), CHINESE).replace("</", "")


def test_a_failure_is_shown_escaped():
    assert "&lt;b&gt;" in render_progress(Readiness(False, "", error="<b>"), CHINESE)


def test_a_choice_of_reports_is_offered_only_where_there_is_one(report):
    assert "<select" not in render_pane({"jia": report}, CHINESE)
    assert render_pane({"jia": report, 'y"i': report}, CHINESE).count("<option") == 2
    assert 'value="y&quot;i"' in render_pane({"jia": report, 'y"i': report}, CHINESE)
