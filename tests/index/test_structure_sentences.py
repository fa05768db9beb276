"""Sentences and clauses are found by offsets and lose nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.language.sentences import split_clauses, split_sentences
from index.types import Span

TEXTS = st.text(alphabet="文字a19。！？!?，,；;：:、“”‘’（）()《》…. \n\r\u3000\xa0𠀀", max_size=80)


def whole(text: str) -> Span:
    return Span(0, len(text))


def sentences(text: str) -> list[str]:
    return [span.of(text) for span in split_sentences(text, whole(text))]


def clauses(text: str) -> list[str]:
    return [span.of(text) for span in split_clauses(text, whole(text))]


@given(TEXTS, st.data())
def test_sentences_cover_every_visible_character_once_and_in_order(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    span = Span(start, data.draw(st.integers(start, len(text))))
    found = split_sentences(text, span)
    covered = [i for sentence in found for i in range(sentence.start, sentence.end)]
    assert covered == sorted(set(covered))
    assert all(span.contains(sentence) for sentence in found)
    outside = set(range(span.start, span.end)) - set(covered)
    assert not "".join(text[i] for i in outside).strip()
    assert all(sentence.of(text) == sentence.of(text).strip() != "" for sentence in found)


@given(TEXTS)
def test_sentences_are_final(text: str) -> None:
    for sentence in split_sentences(text, whole(text)):
        assert split_sentences(text, sentence) == [sentence]


@given(TEXTS, st.data())
def test_clauses_partition_their_sentence(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    span = Span(start, data.draw(st.integers(start, len(text))))
    found = split_clauses(text, span)
    assert "".join(clause.of(text) for clause in found) == span.of(text)
    assert all(found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("完成8个；签约15个。投资287亿元", ["完成8个；签约15个。", "投资287亿元"]),
        ("他说：“好！”大家鼓掌。", ["他说：“好！”", "大家鼓掌。"]),
        ("奋斗！（注：含新县。）", ["奋斗！", "（注：含新县。）"]),
        ("怎么办？！干。", ["怎么办？！", "干。"]),
        ("他说“好！”。完", ["他说“好！”。", "完"]),
        ("县长??高波\n增长1.5倍。", ["县长??高波", "增长1.5倍。"]),
        ("第一行\r\n第二行", ["第一行", "第二行"]),
        (" \u3000。\xa0", ["。"]),
        ("", []),
    ],
)
def test_a_sentence_ends_where_a_reader_ends_it(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("一般公共预算收入44亿元,增长2%,完成。", ["一般公共预算收入44亿元,", "增长2%,", "完成。"]),
        ("投资1,234万元，占比1:2。", ["投资1,234万元，", "占比1:2。"]),
        ("坚持“外防输入,内防反弹”,落实。", ["坚持“外防输入,内防反弹”,", "落实。"]),
        ("村（根堡，合林）建成；完工", ["村（根堡，合林）建成；", "完工"]),
        ("未闭合“引号，照常分开", ["未闭合“引号，", "照常分开"]),
        ("石化、卷烟企业", ["石化、卷烟企业"]),
    ],
)
def test_a_clause_ends_where_a_reader_pauses(text: str, expected: list[str]) -> None:
    assert clauses(text) == expected
