"""Terms are cut as the docstrings say."""

from __future__ import annotations

import pytest

from index.language.text import normalise
from index.language.words import bigrams, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("老旧小区", ["老旧", "旧小", "小区"]),
        ("1.5万亩", ["1.5", "1.5万", "万亩"]),
        ("增长85%。", ["85%", "增长", "长85%"]),
        ("S29高速", ["s29", "s29高", "高速"]),
        ("“十三五”期间", ["十三", "三五", "期间"]),
        ("水、电、气", ["水", "电", "气"]),
        ("1,200个", ["1,200", "1,200个"]),
        ("COVID-19", ["covid-19"]),
        ("。?! ", []),
        ("", []),
    ],
)
def test_bigrams(text: str, expected: list[str]) -> None:
    assert bigrams(normalise(text)) == expected


def test_full_width_traditional_and_capital_letters_compare_equal() -> None:
    assert normalise("ＧＤＰ增長４.３％") == normalise("gdp增长4.3%")


def test_words_hold_long_words_and_their_parts_but_no_punctuation() -> None:
    assert {"高标准", "标准", "农田"} <= set(words("高标准农田,“建设”。"))
    assert not {",", "“", "。"} & set(words("高标准农田,“建设”。"))
