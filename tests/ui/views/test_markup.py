"""Escaping, for our own HTML and for the chat's Markdown."""

from __future__ import annotations

import html
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.texts import CHINESE, ENGLISH, choose_words
from ui.views.markup import class_of_document, escape_html, escape_markdown


@given(st.text())
def test_escaped_markdown_reads_as_the_same_text_and_holds_no_syntax(text):
    escaped = escape_markdown(text)
    assert html.unescape(escaped.replace("<br>", "\n")) == text.replace("\r\n", "\n").replace("\r", "\n")
    assert not set(escaped.replace("<br>", "")) & (set(string.punctuation) - set("&#;"))


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_escaped_html_reads_as_the_same_text(text):
    assert html.unescape(escape_html(text)) == text


def test_nul_keeps_its_place():
    assert escape_html("甲\0乙") == "甲\ufffd乙"


def test_the_class_of_a_document_is_one_word_whatever_its_id():
    assert class_of_document('赛罕 2021"') == "doc-%E8%B5%9B%E7%BD%95%202021%22"


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (None, CHINESE),
        ("*", CHINESE),
        ("zh", CHINESE),
        ("zh-Hant-TW,zh;q=0.9,en;q=0.8", CHINESE),
        ("zh-HK", CHINESE),
        ("en-US,en;q=0.9,zh;q=0.8", ENGLISH),
        ("de", ENGLISH),
    ],
)
def test_the_first_language_of_the_browser_decides(header, words):
    assert choose_words(header) is words
