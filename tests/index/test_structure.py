"""The bundled report is taken apart exactly as a reader sees it."""

from pathlib import Path

import pytest

from index.documents.corpus import load_document
from index.structure import parse_document
from index.structure.lines import find_frame
from index.types import Document, Passage, PeriodKind, Role, Structure
from tests.index.structure_table import flatten

DONE, PLANNED, DEFINITION, OTHER = "done", "planned", "definition", "other"


@pytest.fixture(scope="module")
def document() -> Document:
    return load_document(Path(__file__).parents[2] / "corpus" / "saihan-2021")


@pytest.fixture(scope="module")
def structure(document: Document) -> Structure:
    return parse_document(document)


def passage_with(words: str, document: Document, structure: Structure) -> Passage:
    found = [passage for passage in structure.passages if words in passage.span.of(document.text)]
    assert len(found) == 1, f"{words} stands in {len(found)} passages"
    return found[0]


def test_it_has_four_parts_with_their_sections(structure: Structure) -> None:
    assert [part.heading[:2] for part in structure.outline] == ["一、", "二、", "三、", "四、"]
    assert [len(part.children) for part in structure.outline] == [6 + 9, 5, 10, 4]
    assert [child.heading[:3] for child in structure.outline[0].children] == [
        f"({n})" for n in "一二三四五六一二三四五六七八九"
    ]
    assert [child.heading for child in structure.outline[3].children] == [
        "强化政治建设", "坚持依法行政", "做到实干为民", "保持清正廉洁",
    ]  # fmt: skip


def test_part_three_has_23_run_in_headings_and_no_other_part_has_any(structure: Structure) -> None:
    deeper = [[len(section.children) for section in part.children] for part in structure.outline]
    assert deeper == [[0] * 15, [0] * 5, [2, 0, 2, 3, 3, 2, 2, 3, 3, 3], [0] * 4]
    assert {s.level for s in flatten(structure.outline)} == {1, 2, 3}


def test_headings_stand_where_the_outline_says(document: Document, structure: Structure) -> None:
    sections = flatten(structure.outline)
    assert len(sections) == 4 + 34 + 23
    for section in sections:
        assert document.text[section.start : section.start + len(section.heading)] == section.heading
        assert section.heading[-1] not in "。:"
        assert section.start < section.end
        for child in section.children:
            assert section.start < child.start < child.end <= section.end
    assert [s.start for s in sections] == sorted(s.start for s in sections)


def test_paragraphs_after_the_last_section_belong_to_the_part(
    document: Document, structure: Structure
) -> None:
    part = structure.outline[0].heading
    for words in ("史志、档案、人防", "一年来,我们主要做了以下工作", "基层减负年", "衷心的感谢", "精气神"):
        found = [p for p in structure.passages if words in p.span.of(document.text)]
        assert {p.section for p in found} == {(part,)}


def test_a_passage_knows_the_headings_above_it(document: Document, structure: Structure) -> None:
    path = passage_with("实施5000万元以上投资项目50个", document, structure).section
    assert path == (
        "三、2021年重点工作",
        "(一)着力融入新发展格局,推动实体经济稳定增长",
        "增强经济发展动能",
    )
    heading = next(p for p in structure.passages if p.span.of(document.text) == "增强经济发展动能。")
    assert heading.role is Role.HEADING
    assert heading.section == path[:2]


def test_the_title_block_is_read_and_joined(document: Document, structure: Structure) -> None:
    titles = [p for p in structure.passages if p.role is Role.TITLE]
    assert ["".join(p.span.of(document.text).split()) for p in titles] == [
        "呼和浩特市赛罕区2021年政府工作报告",
        "2021年2月7日在呼和浩特市赛罕区第四届人民代表大会第四次会议上",
        "赛罕区人民政府代区长程重重",
    ]
    assert {p.section for p in titles} == {()}
    assert {p.period.kind for p in titles} == {PeriodKind.OTHER}


def test_no_chrome_is_in_any_passage(document: Document, structure: Structure) -> None:
    chrome = find_frame(document.text).chrome
    words = " ".join(span.of(document.text) for span in chrome)
    assert all(mark in words for mark in ("WAP", "阅读:225", "内容摘要", "主办单位", "ICP备"))
    assert not any(passage.span.overlaps(span) for passage in structure.passages for span in chrome)
    assert structure.passages[0].span.start > max(span.end for span in chrome if span.start < 500)


def test_it_has_19_terms_and_their_definitions(document: Document, structure: Structure) -> None:
    entries = structure.glossary
    assert len(entries) == 19
    assert [document.text[e.entry.start : e.entry.start + 3].rstrip() for e in entries[:2]] == [
        "1.六",
        "2.四",
    ]
    assert entries[-1].term == "四好农村路"
    assert entries[-1].definition.of(document.text) == "指把农村公路建好、管好、护好、运营好。"
    passages = [p for p in structure.passages if p.role is Role.GLOSSARY]
    assert {p.section for p in passages} == {("名词解释", e.term) for e in entries}
    assert {p.period.kind for p in passages} == {PeriodKind.DEFINITION}
    assert {p.period.label for p in passages} == {""}


def test_terms_that_never_occur_literally_have_names_that_do(
    document: Document, structure: Structure
) -> None:
    body = document.text[: structure.glossary[0].entry.start]
    for entry in structure.glossary:
        assert any(name in body for name in entry.names), entry.term


@pytest.mark.parametrize(
    ("words", "label", "kind"),
    [
        ("“十三五”以来,我们始终坚持", "“十三五”时期", DONE),
        ("地区生产总值年均增长4.3%", "“十三五”时期", DONE),
        ("规模以上工业企业累计完成产值", "“十三五”时期", DONE),
        ("卫生厕所普及率达到64.4%", "“十三五”时期", DONE),
        ("全区森林覆盖率达到18.8%", "“十三五”时期", DONE),
        ("培育高新技术企业100家", "“十三五”时期", DONE),
        ("城乡累计新增就业5.3万人", "“十三五”时期", DONE),
        ("五年来,我们始终把高质量发展", "“十三五”时期", DONE),
        ("刚刚过去的2020年是极不平凡", "2020年", DONE),
        ("一手抓疫情防控、一手抓经济发展", "2020年", DONE),
        ("一年来,我们主要做了以下工作", "2020年", DONE),
        ("新增减税降费11.1亿元", "2020年", DONE),
        ("城区环卫清扫机械作业率达到85%", "2020年", DONE),
        ("社会消费品零售总额实现194亿元", "2020年", DONE),
        ("新增城镇就业1.4万人", "2020年", DONE),
        ("不断增强“四个意识”", "2020年", DONE),
        ("代表区人民政府向大会报告工作", "", OTHER),
        ("表示衷心的感谢!", "", OTHER),
        ("清醒地认识到", "", OTHER),
        ("农产品附加值不高", "", OTHER),
        ("未来五年是我区重要战略机遇期", "“十四五”时期", PLANNED),
        ("形成3个百亿元级产业集群", "“十四五”时期", PLANNED),
        ("健全多层次社会保障体系", "“十四五”时期", PLANNED),
        ("2021年是中国共产党成立100周年", "2021年", PLANNED),
        ("今年政府工作的总体要求是", "2021年", PLANNED),
        ("2021年主要预期目标是", "2021年", PLANNED),
        ("全年实施5000万元以上投资项目50个", "2021年", PLANNED),
        ("化肥农药使用量下降2%", "2021年", PLANNED),
        ("卫生厕所普及率达到85%", "2021年", PLANNED),
        ("“八五”普法", "2021年", PLANNED),
        ("深入整治“八种”作风顽疾", "2021年", PLANNED),
        ("让我们更加紧密地团结", "", OTHER),
        ("控水降耗四项治理工作", "", DEFINITION),
    ],
)
def test_a_sentence_is_dated_as_a_reader_dates_it(
    words: str, label: str, kind: str, document: Document, structure: Structure
) -> None:
    period = passage_with(words, document, structure).period
    assert (period.label, period.kind.value) == (label, kind)


def test_parsing_is_repeatable(document: Document, structure: Structure) -> None:
    assert parse_document(document) == structure
