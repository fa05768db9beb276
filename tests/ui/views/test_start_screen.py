"""The start screen: how far loading has come, and what the reports are."""

from __future__ import annotations

import html
from dataclasses import replace

from rag.service import Readiness
from ui.reports.opening import open_report
from ui.texts import CHINESE, ENGLISH
from ui.views.pane import render_pane
from ui.views.start_screen import render_progress, render_start


def test_the_placeholder_escapes_what_reports_say(report, attack):
    placeholder = render_start([open_report(report, CHINESE)], CHINESE)
    assert "<script" not in placeholder
    assert attack in html.unescape(placeholder)


def test_without_reports_the_placeholder_says_so():
    assert ENGLISH.no_documents in html.unescape(render_start([], ENGLISH))


def test_progress_shows_stage_and_count():
    assert "正在编码 3 / 10" in render_progress(Readiness(False, "正在编码", 3, 10), CHINESE)
    assert "/" not in render_progress(Readiness(False, "", 0, 0), CHINESE).replace("</", "")


def test_a_failure_is_shown_escaped():
    assert "&lt;b&gt;" in render_progress(Readiness(False, "", error="<b>"), CHINESE)


def test_a_choice_of_reports_is_offered_only_where_there_is_one(report):
    assert "<select" not in render_pane({"jia": report}, CHINESE)
    assert render_pane({"jia": report, 'y"i': report}, CHINESE).count("<option") == 2
    assert 'value="y&quot;i"' in render_pane({"jia": report, 'y"i': report}, CHINESE)


def test_the_first_report_opens_with_its_overview_cited(report, answers):
    opening = replace(open_report(report, CHINESE), overview=answers["人口情况"])
    start = render_start([opening], CHINESE)
    assert start.count('<a class="cite"') == len(answers["人口情况"].citations)
    assert CHINESE.speaker in start
