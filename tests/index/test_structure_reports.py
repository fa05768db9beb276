"""Reports of the same genre are understood, whatever their year, place and layout.

Where a folder of reports stands beside the repository, every one of them is parsed, and ten are compared with
what a reader wrote down about them; elsewhere short reports made up here stand in.
"""

import dataclasses
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.structure import parse_document
from index.structure.lines import find_frame
from index.types import Document, Role, Structure
from tests.index.structure_table import describe, flatten, read_report

REPORTS = Path(__file__).parents[3] / "shared" / "reports"
EXPECTATIONS = sorted((Path(__file__).parent / "expectations").glob("*.toml"))

needs_reports = pytest.mark.skipif(not REPORTS.is_dir(), reason="the folder of reports is not here")

REPORT = """\
某县2024年政府工作报告
——2024年1月9日在某县第十八届人民代表大会第三次会议上
县长 某某
各位代表：
现在，我代表县人民政府向大会报告工作，请予审议。
一、2023年工作回顾
过去一年，我们实干争先。
（一）产业提质。完成产值90亿元，增长5%。
（二）城乡焕新。改造小区20个。
各位代表！成绩来之不易。
二、2024年工作安排
（一）做强产业
抓项目扩投资。实施项目50个，完成投资100亿元。
抓招商添动能。引进项目10个，到2025年产值过百亿元。
（二）改善民生
新增就业5000人。
"""


ODD_LINES = [
    *(
        "名词解释",
        "1.甲：乙。",
        "附件：",
        "-一.pdf",
        "——要点。内容内容内容。",
        "<!--图-->",
        "一是要点。内容内容内容。",
    ),
    *(
        "??",
        "123",
        "上一页",
        "第一部分",
        "1、条目",
        "\\r\\n",
        "|a|b|",
        "#一、标题",
        "第一，要点。",
        "（3）条目",
    ),
    *(
        "*********",
        "一、",
        "（一）",
        "一一、",
        "2023年工作回顾",
        "加强政府自身建设",
        "各位代表！",
        "免责声明",
    ),
]


def make(text: str, year: int = 2024) -> Document:
    document = read_report(Path(__file__).parents[2] / "corpus" / "saihan-2021" / "report.txt")
    return dataclasses.replace(document, text=text, meta=dataclasses.replace(document.meta, year=year))


def assert_partition(document: Document, structure: Structure) -> None:
    """Every character that is neither white space nor chrome stands in exactly one passage.

    Chrome stands in a passage only where a page ends inside a sentence, which is told.
    """
    text = document.text
    seen = [False] * len(text)
    inside = structure.interruptions
    chrome = [span for span in find_frame(text).chrome if not any(one.contains(span) for one in inside)]
    for span in [passage.span for passage in structure.passages] + chrome:
        assert not any(seen[span.start : span.end]), span
        seen[span.start : span.end] = [True] * len(span)
    left = "".join(text[i] for i, covered in enumerate(seen) if not covered)
    assert (
        not left.replace("\\r\\n", "").replace("\\n", "").strip(" \n\r\t\u200b\ufeff\u3000\xa0\u2002").strip()
    )
    starts = [passage.span.start for passage in structure.passages]
    assert starts == sorted(starts)
    for section in flatten(structure.outline):
        assert text[section.start : section.start + len(section.heading)] == section.heading


def headings(structure: Structure) -> list[str]:
    return [section.heading for section in flatten(structure.outline)]


EXPECTED = [
    "一、2023年工作回顾", "（一）产业提质", "（二）城乡焕新", "二、2024年工作安排", "（一）做强产业",
    "抓项目扩投资", "抓招商添动能", "（二）改善民生",
]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        REPORT,
        REPORT.replace("\n", "\r\n"),
        REPORT.replace("\n", "\\r\\n"),
        REPORT.replace("\n", "\n\n \u3000 "),
        REPORT.replace("一、", "## 一、")
        .replace("二、", "## 二、")
        .replace("（一）做强产业", "**（一）做强产业**"),
        "• 首页\n时间：2024-02-06 阅读：1\n内容摘要：某县……\n"
        + REPORT
        + "上一篇：\n别处的报告\n版权所有：某网",
        REPORT.replace("一、2023年工作回顾\n过去", "一、2023年工作回顾过去"),
    ],
    ids=["plain", "crlf", "literal", "spaced", "markdown", "web page", "glued"],
)
def test_the_layout_does_not_change_the_outline(text: str) -> None:
    document = make(text)
    structure = parse_document(document)
    assert headings(structure) == EXPECTED
    assert_partition(document, structure)
    assert sum(p.role is Role.TITLE for p in structure.passages) == 3
    done = next(p for p in structure.passages if "90亿元" in p.span.of(text))
    assert (done.period.label, done.period.kind.value) == ("2023年", "done")
    planned = next(p for p in structure.passages if "50个" in p.span.of(text))
    assert (planned.period.label, planned.period.kind.value) == ("2024年", "planned")
    assert not any("版权" in p.span.of(text) or "阅读" in p.span.of(text) for p in structure.passages)


def test_unnumbered_parts_stand_above_the_numbering_that_starts_anew() -> None:
    review = "2023年工作回顾\n一、抓产业\n产值增长。\n二、抓民生\n就业增加。\n"
    outline = parse_document(make(f"各位代表：\n{review}2024年主要任务\n一、稳增长\n扩投资。\n")).outline
    assert [(s.heading, len(s.children)) for s in outline] == [("2023年工作回顾", 2), ("2024年主要任务", 1)]


def test_text_without_any_recognised_structure_is_body() -> None:
    structure = parse_document(make("只有一句话。还有一句\n"))
    assert [p.role for p in structure.passages] == [Role.BODY, Role.BODY]
    assert structure.outline == ()
    assert parse_document(make("")) == Structure((), (), ())


@given(st.lists(st.sampled_from([*REPORT.splitlines(), *ODD_LINES]), max_size=30))
def test_nothing_is_lost_however_lines_are_shuffled(lines: list[str]) -> None:
    document = make("\n".join(lines))
    assert_partition(document, parse_document(document))


@given(st.text(alphabet="一二（）()、。：，1.“”年2024到五\n #*—?各位代表名词解释附件\\rn", max_size=120))
def test_nothing_is_lost_of_any_text(text: str) -> None:
    document = make(text)
    assert_partition(document, parse_document(document))


@needs_reports
def test_every_report_is_covered_once_and_its_headings_stand_where_said() -> None:
    paths = sorted(REPORTS.glob("*.txt"))
    assert paths
    for path in paths:
        document = read_report(path)
        structure = parse_document(document)
        assert_partition(document, structure)
        assert structure.outline, path.name
        assert all(not set(p.span.of(document.text)) <= set(" \n\r\t") for p in structure.passages)
        describe(document)


@needs_reports
@pytest.mark.parametrize("path", EXPECTATIONS, ids=lambda path: path.stem)
def test_a_report_reads_as_a_reader_wrote_down(path: Path) -> None:
    expected = tomllib.loads(path.read_text(encoding="utf-8"))
    document = read_report(REPORTS / f"{path.stem}.txt")
    structure = parse_document(document)
    found = [
        {"heading": part.heading, "sections": [section.heading for section in part.children]}
        for part in structure.outline
    ]
    assert found == expected["parts"]
    for sentence in expected["periods"]:
        passage = next(p for p in structure.passages if sentence["snippet"] in p.span.of(document.text))
        assert (passage.period.label, passage.period.kind.value) == (sentence["label"], sentence["kind"])
