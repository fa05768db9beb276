"""Overviews of a made-up report: by structure and chief figures, under the leads of their times."""

import re

import pytest

from index.language.text import normalise_question
from rag.answers.overview import MAX_OVERVIEW
from rag.question.understanding import read_query
from rag.types import Kind, Status
from tests.rag.asking import ask


def count(text: str) -> int:
    return len(re.sub(r"\s|\[\d+\]", "", text))


def test_a_whole_report_is_told_by_speaker_parts_chief_figures_and_headings(yunxi):
    given = ask(yunxi, "总结一下")
    assert given.kind is Kind.OVERVIEW
    assert "王小明" in given.answer
    assert "共 2 项：一、“十五五”期间经济社会发展和2030年工作回顾；二、2031年重点工作。" in given.answer
    assert [group.label for group in given.groups] == ["“十五五”时期", "2030年", "2031年"]
    assert "地区生产总值年均增长5.2%" in given.answer
    assert "\n2031年(计划):\n" in given.answer
    assert "地区生产总值增长6%左右" in given.answer
    assert "请予审议" not in given.answer
    assert count(given.answer) <= MAX_OVERVIEW + 10


@pytest.mark.parametrize(
    ("question", "labels"),
    [
        ("2030年干了什么", ["2030年"]),
        ("今年的重点工作概括一下", ["2031年"]),
        ("“十五五”期间有哪些主要成就?", ["“十五五”时期"]),
        ("highlights of the plan for 2031", ["2031年"]),
        ("简单说说,2030年干得怎么样,2031年打算干什么", ["2030年", "2031年"]),
    ],
)
def test_a_time_is_told_alone(yunxi, question, labels):
    given = ask(yunxi, question)
    assert (given.kind, [group.label for group in given.groups]) == (Kind.OVERVIEW, labels)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("第二部分讲了什么", "(一)着力建设现代产业体系"),
        ("第二项", "新增公办幼儿园学位不少于600个"),
        ("着力增进民生福祉包括哪些内容", "新增公办幼儿园学位不少于600个"),
        ("What does part two say?", "(一)着力建设现代产业体系"),
    ],
)
def test_a_part_or_section_is_told_by_number_ordinal_or_name(yunxi, question, told):
    given = ask(yunxi, question)
    assert given.kind is Kind.OVERVIEW
    assert told in given.answer
    assert {group.label for group in given.groups} == {"2031年"}


@pytest.mark.parametrize(("question", "most"), [("用三句话总结", 3), ("100字概括全文", 6)])
def test_a_length_that_is_wished_is_kept(yunxi, question, most):
    given = ask(yunxi, question)
    assert given.status is Status.ANSWERED
    assert len(given.sentences) <= most


def test_a_hundred_characters_are_at_most_a_hundred_with_the_leads(yunxi):
    assert count(ask(yunxi, "100字概括全文").answer) <= 100


@pytest.mark.parametrize("question", ["第九部分讲了什么", "第九项是什么"])
def test_a_part_that_is_not_there_is_no_overview(yunxi, question):
    assert understand(yunxi, question).overview is None


def test_a_topic_is_no_overview(yunxi):
    assert understand(yunxi, "2030年老旧小区改造干了什么").overview is None


def understand(service, question):
    (context,) = service.contexts.values()
    return read_query(normalise_question(question), context.report, encode=context.index.encode)
