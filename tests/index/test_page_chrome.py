"""Running titles and page numbers are told from the body by form, repetition and place."""

import pytest

from index.structure.lines import split_lines
from index.structure.page_chrome import find_page_chrome
from index.types import Span

TITLE = "辰县2021年政府工作报告"
OPEN = "全县新修水渠12公里，硬化村道30公里，新增公共"
REST = "停车位400个。"


def chrome(*lines: str, title: str = TITLE) -> list[str]:
    """Return what is told to be chrome of body lines that follow the title."""
    text = "\n".join((title, *lines))
    first, *body = split_lines(text)
    return [body[i].of(text) for i in sorted(find_page_chrome(text, body, [first]))]


@pytest.mark.parametrize(
    "number",
    [
        "— 3 —",
        "- 12 -",
        "－7－",
        "第3页",
        "第 4 页 共 20 页",
        "第3页/共20页",
        "（第5页）",
        "Page 3 of 20",
        "—3—",
        "第十页",
    ],
)
def test_a_page_number_in_marks_is_chrome_by_its_form(number: str) -> None:
    assert chrome("道路通车。", number, "学校开学。") == [number]


def test_bare_numbers_are_chrome_where_they_ascend_through_the_report() -> None:
    assert chrome("道路通车。", "11", "学校开学。", "医院开诊。", "12", "水库蓄水。") == ["11", "12"]


def test_a_bare_number_is_chrome_where_it_interrupts_prose() -> None:
    assert chrome(OPEN, "12", REST) == ["12"]


def test_a_bare_number_that_counts_what_follows_is_none() -> None:
    assert chrome("全县新修水渠12公里，新建学校", "14", "所。") == []


def test_the_cells_of_a_table_are_no_page_numbers() -> None:
    assert chrome("指标", "2019年", "11", "12", "13", "合计") == []


@pytest.mark.parametrize(
    "running",
    [
        TITLE,
        f"{TITLE}（第6页）",
        f"{TITLE} 6",
        f"7  {TITLE}",
        "辰县2020年工作总结",
        "辰县 2021年 政府工作报告",
    ],
)
def test_the_title_is_a_running_title_where_it_interrupts_a_sentence(running: str) -> None:
    assert chrome(OPEN, running, REST) == [running]


def test_the_title_is_a_running_title_between_paragraphs_too() -> None:
    assert chrome("道路通车。", TITLE, "学校开学。") == [TITLE]


def test_any_line_that_interrupts_sentences_again_and_again_is_a_running_title() -> None:
    line = "县十八届人大五次会议"
    assert chrome(OPEN, line, REST, OPEN, line, REST) == [line, line]


def test_a_heading_that_stands_twice_is_none() -> None:
    assert chrome("抓好产业发展", "产值增长。", "二、安排", "抓好产业发展", "扩大投资。") == []


def test_a_heading_at_the_top_of_a_page_is_none() -> None:
    assert chrome("道路通车。", "— 3 —", "民生持续改善", "学校开学。") == ["— 3 —"]


def test_a_document_named_in_a_heading_is_no_running_title() -> None:
    assert chrome("道路通车。", "编制“十四五”规划", "学校开学。") == []


def test_lines_without_a_title_block_have_page_numbers_still() -> None:
    text = "道路通车。\n— 1 —\n学校开学。"
    assert find_page_chrome(text, split_lines(text)) == {1}
    assert find_page_chrome("", []) == frozenset()
    assert find_page_chrome("12", [Span(0, 2)]) == frozenset()
