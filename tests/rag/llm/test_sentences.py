"""Sentences of a reply, cut while it comes in any pieces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.rewording.reply_sentences import SentenceCutter, Written


def cut(reply: str, size: int = 1) -> list[Written]:
    cutter = SentenceCutter()
    found = []
    for start in range(0, len(reply), size):
        found += cutter.feed(reply[start : start + size])
    return found + cutter.finish()


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("人口达到3万人。[1]城镇扩大。[2]", [("人口达到3万人。", (1,)), ("城镇扩大。", (2,))]),
        ("人口达到3万人[1][2]。", [("人口达到3万人。", (1, 2))]),
        ("人口达到3万人【1，3】。", [("人口达到3万人。", (1, 3))]),
        ("人口达到3万人（证据2）。", [("人口达到3万人（证据2）。", ())]),
        ("增长6.5%左右", [("增长6.5%左右", ())]),
        ("It grew by 6.5%. It fell in 2020.[2]", [("It grew by 6.5%.", ()), ("It fell in 2020.", (2,))]),
        (
            "**要点**：\n- 人口达到3万人。\n2. 城镇扩大",
            [("要点：", ()), ("人口达到3万人。", ()), ("城镇扩大", ())],
        ),
        ("<think>想一想。三句。</think>人口达到3万人。", [("人口达到3万人。", ())]),
        ("他说“人口增长。”城镇扩大。", [("他说“人口增长。”", ()), ("城镇扩大。", ())]),
        ("", []),
        ("\n\n", []),
    ],
)
@pytest.mark.parametrize("size", [1, 3, 100])
def test_sentences_and_hints(reply, expected, size):
    assert [(one.words, one.hints) for one in cut(reply, size)] == expected


def test_a_sentence_is_given_out_as_soon_as_no_marker_can_follow():
    cutter = SentenceCutter()
    assert cutter.feed("人口达到3万人。") == []
    assert cutter.feed("[1") == []
    assert [one.words for one in cutter.feed("]城")] == ["人口达到3万人。"]


@pytest.mark.parametrize(
    "words",
    [
        "<b>人口</b>",
        "见 https://example.org",
        "![图](x)",
        "[人口](x)",
        "```人口```",
        "<|im_start|>",
        "&lt;人口",
    ],
)
def test_markup_is_recognised(words):
    assert Written(words, ()).has_markup


@pytest.mark.parametrize("words", ["人口达到3万人,增长5%。", "A < B时,4 > 3。", "“四好农村路”建设。"])
def test_plain_text_is_no_markup(words):
    assert not Written(words, ()).has_markup


def test_the_language_of_a_sentence():
    assert Written("地区生产总值（GDP）增长6.5%左右。", ()).is_chinese
    assert not Written("GDP grew by 6.5% in 2021.", ()).is_chinese


@given(st.text(alphabet="人口增长。！[]1【】\n<think/>.a ", max_size=60), st.integers(1, 7))
def test_how_a_reply_is_cut_into_pieces_changes_nothing(reply, size):
    assert [one.words for one in cut(reply, size)] == [one.words for one in cut(reply, 1)]


def test_an_image_takes_no_mark_of_the_sentence_before_it():
    assert next(one.words for one in cut("植树82万余株。![](https://x.y/z)")) == "植树82万余株。"


def test_a_quoted_english_sentence_ends_with_its_quote():
    assert [one.words for one in cut("He said 'mark each claim.' It grew by 3%.")] == [
        "He said 'mark each claim.'",
        "It grew by 3%.",
    ]


def test_brackets_that_are_no_marker_are_markup():
    (written,) = cut("大会于2021年召开 [tickets]。")
    assert written.has_markup


def test_a_marker_behind_a_blank_belongs_to_the_sentence_before_it():
    assert [(one.words, one.hints) for one in cut("开工28个。 [1] 新增33家。[2]")] == [
        ("开工28个。", (1,)),
        ("新增33家。", (2,)),
    ]


def test_long_thoughts_are_not_kept():
    cutter = SentenceCutter()
    assert cutter.feed("<think>" + "想" * 10_000) == []
    assert len(cutter._rest) < 20
    assert [one.words for one in cutter.feed("</think>人口增长。城") + cutter.finish()] == [
        "人口增长。",
        "城",
    ]
