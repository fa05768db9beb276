"""How long an answer is wished."""

import pytest

from rag.question.length import MIN_CHARACTERS, Length, read_length


@pytest.mark.parametrize(
    ("question", "length"),
    [
        ("总结一下", Length()),
        ("用三句话概括", Length(sentences=3)),
        ("三五句话讲清楚", Length(sentences=5)),
        ("几句话说说", Length(sentences=5)),
        ("两句话总结", Length(sentences=2)),
        ("100字概括全文", Length(characters=100)),
        ("三百字以内", Length(characters=300)),
        ("10字概括", Length(characters=MIN_CHARACTERS)),
        ("分点总结", Length(bullets=True)),
        ("Summarise it in three sentences", Length(sentences=3)),
        ("highlights in a few bullet points", Length(bullets=True)),
        ("in 100 words", Length(characters=200)),
        ("改造道路31条", Length(sentences=None)),
    ],
)
def test_a_wish_is_read_as_characters_sentences_or_bullets(question, length):
    assert read_length(question) == length
