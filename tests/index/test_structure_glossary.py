"""Glossaries are read however they are numbered, and terms are known by their other names."""

import pytest

from index.structure.glossary import alternative_names, find_glossary, read_entries
from index.structure.lines import split_lines


@pytest.mark.parametrize(
    ("term", "names"),
    [
        ("六稳六保", {"六稳", "六保"}),
        ("三个具体要求", {"三个具体"}),
        ("“五个一”建设", {"五个一建设", "五个一"}),
        ("四线、五地、多点", {"四线", "五地", "多点"}),
        ("能耗“双控”", {"能耗双控", "双控"}),
        ("“六十个有”工作法", {"六十个有"}),
        ("“天网”“雪亮”工程", {"天网雪亮工程", "天网", "雪亮"}),
        ("医联体（医疗联合体）", {"医联体"}),
    ],
)
def test_a_term_is_known_by_its_other_names(term: str, names: set[str]) -> None:
    found = alternative_names(term)
    assert found[0] == term
    assert names <= set(found)
    assert len(found) == len(set(found))


@pytest.mark.parametrize("term", ["三大任务", "三项制度", "标准地", "双随机一公开", "五种思维", "抱团养老"])
def test_a_term_is_not_cut_down_to_what_means_nothing(term: str) -> None:
    assert alternative_names(term) == (term,)


@pytest.mark.parametrize(
    "text",
    [
        "名\xa0 词\xa0 解\xa0 释\n\n1.四控:指四项工作。\n2.“双减”政策：指减负。",
        "附件一：名词解释\n【1】四控：指四项\n工作。\n【2】“双减”政策：指减负。",
        "《政府工作报告》有关名词解释\n[1]四控：即四项工作。\n[2]“双减”政策：即减负。",
        "附注：\n1、四控：指四项工作。\n2、“双减”政策。是指减负。",
        "附：名词解释\n四控：四项工作\n“双减”政策：减负",
        "名词解释\n四控 四项工作，包括：一、二。\n“双减”政策 减负。",
    ],
)
def test_a_glossary_is_read_however_it_is_printed(text: str) -> None:
    lines = split_lines(text)
    assert find_glossary(text, lines) == (0, len(lines))
    entries = read_entries(text, lines[1:])
    assert [entry.term for entry in entries] == ["四控", "“双减”政策"]
    for entry in entries:
        assert entry.entry.contains(entry.definition)
        assert entry.definition.of(text)[0] in "四指即是减"
        assert entry.term in entry.entry.of(text)
    assert "作" in entries[0].definition.of(text) or "一、二" in entries[0].definition.of(text)


def test_a_heading_without_entries_is_no_glossary() -> None:
    text = "正文。\n名词解释\n"
    assert find_glossary(text, split_lines(text)) is None


def test_a_glossary_ends_at_the_next_appendix() -> None:
    text = "附件1：名词解释\n1.甲：乙丙。\n附件2：\n一、实事项目\n1.修路。"
    lines = split_lines(text)
    assert find_glossary(text, lines) == (0, 2)
