"""A sentence may run over lines and pages: it is one passage, and nothing else is joined."""

import dataclasses
import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.language.text import join_lines, join_lines_with_offsets
from index.retrieval.lexical import LexicalIndex
from index.retrieval.passage_text import passage_text
from index.structure import parse_document
from index.structure.lines import find_frame
from index.types import IndexedDocument, PeriodKind, Role
from tests.index.conftest import make_document
from tests.index.test_structure_reports import REPORT, assert_partition

HEAD = "巳县2021年政府工作报告\n各位代表：\n一、2020年工作回顾\n"
PLAN = "二、2021年工作安排\n新建水厂6座。\n"
PROSE = (
    "一年来，全县上下同心同德，新修水渠120公里，改造危房1340户，发放贷款18.6亿元，规模以上工业增加值增长6.7%，"
    "城镇居民人均可支配收入达到32100元，新增公共停车位860个。"
)


def read(body: str, *, head: str = HEAD, year: int = 2021) -> IndexedDocument:
    document = make_document("county-2021", f"{head}{body}{PLAN}", year=year)
    return IndexedDocument(document, parse_document(document))


def bodies(indexed: IndexedDocument) -> list[str]:
    """Return the sentences under the first part as they are read, line breaks left out."""
    text = indexed.for_reading().document.text
    return [
        "".join(passage.span.of(text).split())
        for passage in indexed.structure.passages
        if passage.role is Role.BODY and passage.section and "2020年" in passage.section[0]
    ]


def headings(indexed: IndexedDocument) -> list[str]:
    text = indexed.document.text
    return [p.span.of(text) for p in indexed.structure.passages if p.role is Role.HEADING]


@pytest.mark.parametrize(
    "broken",
    [
        "改造旧房3\n20户。",
        "新建农田2\n.4万亩。",
        "粮食单产提高5.\n3%。",
        "改造户厕1,2\n60户。",
        "改造户厕1,\n260户。",
        "建成水厂12\n座。",
        "发放贷款18\n亿元。",
        "改造旧房3\n\n　　20户。",
        "改造旧房3\r\n20户。",
        "改造旧房3\\r\\n20户。",
    ],
)
def test_a_figure_broken_by_a_line_stands_in_one_clause(broken: str) -> None:
    indexed = read(f"一年来，全县平稳发展，{broken}\n")
    whole = "".join(broken.replace("\\r\\n", "").split())
    assert bodies(indexed) == [f"一年来，全县平稳发展，{whole}"]
    passage = next(p for p in indexed.structure.passages if p.role is Role.BODY and p.section)
    text = indexed.for_reading().document.text
    assert "".join(passage.clauses[-1].of(text).split()) == whole


@settings(deadline=None)  # the first call loads the dictionary of the segmenter
@given(st.integers(12, 45), st.sampled_from(["\n", "\r\n", "\n\n", "\n　　", "\\r\\n"]))
def test_text_set_in_any_width_reads_as_one_sentence(width: int, line_break: str) -> None:
    lines = [PROSE[at : at + width] for at in range(0, len(PROSE), width)]
    indexed = read(line_break.join(lines) + "\n")
    assert bodies(indexed) == [PROSE]


@pytest.mark.parametrize(
    "page",
    [
        "— 3 —", "第3页 共20页", "- 12 -", "12", "巳县2021年政府工作报告", "- 2 -\n巳县2021年政府工作报告",
        "巳县2021年政府工作报告（第6页）", "巳县2021年政府工作报告\n7",
    ],
)  # fmt: skip
@pytest.mark.parametrize("at", [13, 19, 21, 30, 40, 72, 85])
def test_a_page_that_ends_inside_a_sentence_leaves_it_whole(page: str, at: int) -> None:
    indexed = read(f"{PROSE[:at]}\n{page}\n{PROSE[at:]}\n")
    assert bodies(indexed) == [PROSE]
    assert {p.period.label for p in indexed.structure.passages if p.section and "2020" in p.section[0]} == {
        "2020年"
    }
    assert_partition(indexed.document, indexed.structure)


def test_no_clause_begins_or_ends_with_what_a_page_put_between_two() -> None:
    indexed = read("一年来，新修水渠120公里，\n— 3 —\n改造危房1340户。\n")
    passage = next(p for p in indexed.structure.passages if "危房" in p.span.of(indexed.document.text))
    assert [c.of(indexed.document.text) for c in passage.clauses] == [
        "一年来，", "新修水渠120公里，", "改造危房1340户。",
    ]  # fmt: skip


def test_a_running_title_does_not_turn_results_into_plans() -> None:
    indexed = read("产值增长5%。\n巳县2021年政府工作报告\n新修水渠120公里。\n")
    assert bodies(indexed) == ["产值增长5%。", "新修水渠120公里。"]
    found = [p for p in indexed.structure.passages if "水渠" in p.span.of(indexed.document.text)]
    assert [(p.period.label, p.period.kind) for p in found] == [("2020年", PeriodKind.DONE)]
    assert headings(indexed) == ["一、2020年工作回顾", "二、2021年工作安排"]


@pytest.mark.parametrize(
    "body",
    [
        "（一）做强产业\n完成投资20亿元，增长8%。\n",
        "做强产业\n完成投资20亿元，增长8%。\n",
        "（一）发挥县城的辐射作用，促进12个乡镇加快发展、共同繁荣\n全面建设小康社会，要发挥各乡镇的比较优势。\n",
        "主要指标：\n产值增长5%\n投资增长6%\n",
        "1.新建学校3所；\n2.新建医院2所；\n3.新建水厂1座。\n",
        "指标\t2019\n2020\t12\n",
        "|指标|2019年|\n|产值|12|\n",
        "完成投资20亿元。\n各位代表！成绩来之不易。\n",
        "附件1\n2020年十件实事\n",
    ],
)
def test_headings_lists_tables_and_addresses_are_joined_to_nothing(body: str) -> None:
    lines = [*body.splitlines(), "二、2021年工作安排"]
    frame = find_frame(f"{HEAD}{body}{PLAN}")
    text = f"{HEAD}{body}{PLAN}"
    assert [line.of(text) for line in frame.body if line.of(text) in lines] == lines
    assert frame.seams == ()


def test_glossary_entries_keep_their_lines_apart() -> None:
    indexed = read("产值增长5%。\n", head=HEAD)
    text = indexed.document.text + "名词解释\n1.三个一：指一院一馆一\n园。\n2.两清：指清河清路。\n"
    document = dataclasses.replace(indexed.document, text=text)
    entries = parse_document(document).glossary
    assert [entry.term for entry in entries] == ["三个一", "两清"]


def test_a_break_parts_no_word_of_what_is_searched() -> None:
    whole, broken = read(f"{PROSE}\n"), read(f"{PROSE[:21]}\n— 3 —\n{PROSE[21:40]}\n{PROSE[40:]}\n")
    texts = []
    for indexed in (whole, broken):
        report = indexed.for_reading().document
        passage = next(p for p in indexed.structure.passages if "水渠" in p.span.of(report.text))
        texts.append(passage_text(report, passage))
    assert texts[0] == texts[1]
    scores = LexicalIndex.build(texts).scores("城镇居民人均可支配收入")
    assert scores[0] == scores[1] > 0


def test_quotes_are_cut_from_the_text_and_read_without_what_interrupts_them() -> None:
    indexed = read("改造旧房3\n— 3 —\n20户，新建水厂2座。\n")
    text, reading = indexed.document.text, indexed.for_reading().document.text
    assert len(text) == len(reading)
    assert [span.of(text) for span in indexed.structure.interruptions] == ["\n— 3 —\n"]
    assert read("改造旧房320户。\n").for_reading().document.text == read("改造旧房320户。\n").document.text


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("水\n\n　利 局", "水利 局"),
        ("3\r\n20户", "320户"),
        ("open \n data", "open data"),
        ("用\u2028GDP\n计", "用GDP计"),
        ("一行", "一行"),
    ],
)
def test_a_line_break_is_nothing_between_characters_and_a_space_between_latin_words(
    text: str, joined: str
) -> None:
    assert join_lines(text) == joined


@given(st.text(alphabet="水利3ab \n\r\u3000\u2028", max_size=40))
def test_every_character_on_one_line_stands_where_it_is_said_to(text: str) -> None:
    joined, offsets = join_lines_with_offsets(text)
    assert len(joined) == len(offsets)
    assert offsets == sorted(set(offsets))
    assert all(
        text[at] == char or (char == " " and text[at].isspace())
        for char, at in zip(joined, offsets, strict=True)
    )
    assert not set("\n\r\u2028") & set(joined)
    assert "".join(joined.split()) == "".join(text.split())


def test_a_report_of_whole_paragraphs_is_read_as_before() -> None:
    frame = find_frame(REPORT)
    assert frame.seams == ()
    document = make_document("county-2024", REPORT, year=2024, date=dt.date(2024, 1, 9))
    assert parse_document(document).interruptions == ()
