"""Example questions: drawn from the report, and only those that are answered."""

from __future__ import annotations

from dataclasses import replace

from ui.reports.examples import EXAMPLES, suggest_questions
from ui.texts import CHINESE

FIGURE = "2020年全县人口是多少？"
SECTION = "“𠮷镇人口😀增长”方面有哪些内容？"
TERM, TARGETS = "什么是六稳？", "2021年的主要目标是什么？"


def _any(question):
    return True


def test_examples_come_from_the_reports_own_figures_outline_and_glossary(report):
    assert suggest_questions([report], CHINESE, _any) == [FIGURE, TARGETS, TERM]


def test_what_is_not_answered_is_not_offered(report):
    assert suggest_questions([report], CHINESE, {TERM, SECTION}.__contains__) == [TERM, SECTION]


def test_there_are_never_more_examples_than_fit(report):
    assert len(suggest_questions([report, report, report], CHINESE, _any)) <= EXAMPLES


def test_a_report_without_structure_offers_no_questions(report):
    bare = replace(report, structure=replace(report.structure, outline=(), glossary=(), passages=()))
    meta = replace(report.document.meta, speaker="")
    assert suggest_questions([replace(bare, document=replace(bare.document, meta=meta))], CHINESE, _any) == []
