"""Rules are data, and every rule shows what it does."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.language.lexicon import (
    LexiconError,
    bundled,
    compile_words,
    load_entries,
    load_words,
    word_files,
)
from index.language.opposites import ANTONYMS_FILE, FAMILIES_FILE, find_opposite

OPPOSITES = (
    *load_entries(bundled(FAMILIES_FILE), ["sides"]),
    *load_entries(bundled(ANTONYMS_FILE), ["characters"]),
)


@pytest.mark.parametrize("entry", OPPOSITES, ids=lambda entry: entry["id"])
def test_the_other_side_of_a_family_is_told_from_the_same(entry):
    assert [pair for pair in entry["yes"] if find_opposite(*pair) is None] == []
    assert [pair for pair in entry["no"] if find_opposite(*pair) is not None] == []


WORDS = [(name, entry) for name in sorted(word_files()) for entry in load_words(name).values()]


@pytest.mark.parametrize(("name", "entry"), WORDS, ids=lambda one: one if isinstance(one, str) else one["id"])
def test_a_list_of_words_finds_its_own_and_nothing_that_looks_alike(name, entry):
    pattern = compile_words(name, entry["id"])
    assert [words for words in entry["yes"] if not pattern.search(words)] == []
    assert [words for words in entry["no"] if pattern.search(words)] == []
    assert [phrase for phrase in entry.get("except", ()) if pattern.fullmatch(phrase)] == []


@pytest.mark.parametrize(
    ("question", "words", "opposite"),
    [
        ("没有完成改造的有多少户", "完成改造120户", "没有完成"),
        ("尚未办结的有几件", "办结95件", "尚未办结"),
        ("有没有完成改造", "完成改造120户", None),
        ("没有完成改造的有多少户", "还有30户没有完成改造", None),
    ],
)
def test_what_did_not_happen_is_no_number_of_what_did(question, words, opposite):
    assert find_opposite(question, words) == opposite


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[[entry]]\nid = 'a'\nwords = ['x']\nyes = ['x']\nno = ['y']\n" * 2, "'a'.*twice"),
        ("[[entry]]\nid = 'a'\nwords = ['x']\nno = ['y']\n", "'a'.*'yes'"),
        ("[[entry]]\nid = 'a'\nyes = ['x']\nno = ['y']\n", "'a'.*'words'"),
        ("[[entry]]\nwords = ['x']\nyes = ['x']\nno = ['y']\n", "entry 1.*id"),
        ("[[entry]\n", "TOML"),
        ("x = 1\n", r"\[\[entry\]\]"),
    ],
)
def test_a_slip_in_a_lexicon_is_told_with_file_entry_and_remedy(tmp_path: Path, text: str, named: str):
    path = tmp_path / "some.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(LexiconError, match=f"(?s)some.toml.*{named}"):
        load_entries(path, ["words"])
