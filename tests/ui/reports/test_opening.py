"""How the page opens on a report: topics from its headings, and what only answers tell."""

from __future__ import annotations

from dataclasses import replace

from rag.types import Status
from tests.rag.reports import make_report
from ui.reports.opening import TOPICS, complete, open_report
from ui.texts import CHINESE, ENGLISH


def test_topics_are_words_of_the_reports_own_headings():
    report = make_report()
    topics = open_report(report, CHINESE).topics
    assert 0 < len(topics) <= TOPICS
    assert all(topic.name in report.document.text for topic in topics)
    assert len({topic.name for topic in topics}) == len(topics)


def test_a_report_without_sections_has_no_topics():
    report = make_report()
    assert open_report(replace(report, structure=replace(report.structure, outline=())), CHINESE).topics == ()


def test_an_overview_that_is_not_found_is_not_shown(answers):
    def refuse(_):
        return answers["没有"]

    opened = complete(open_report(make_report(), CHINESE), CHINESE, refuse)
    assert (opened.overview, opened.questions) == (None, ())


def test_an_opening_stands_where_nothing_can_be_answered():
    opened = complete(open_report(make_report(), CHINESE), CHINESE, lambda _: None)
    assert opened.topics
    assert opened.overview is None


def test_questions_are_of_different_kinds_and_in_the_readers_language(answers):
    answered = replace(answers["第一处"], status=Status.ANSWERED)
    report = make_report()
    opened = complete(open_report(report, ENGLISH), ENGLISH, lambda _: answered)
    assert opened.overview is answered
    assert len(set(opened.questions)) == 3
    assert ENGLISH.ask_targets.format(year=report.document.meta.year) in opened.questions
