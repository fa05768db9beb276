"""Rules are data, and every rule shows what it does."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
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
from index.language.lexicon_check import find_contradictions, find_faults
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
        ("外地户籍毕业生有多少", "本地户籍毕业生4300人", "外地"),
        ("出境游客多少万人次", "入境的游客1.2万人次", "出境"),
        ("外地户籍毕业生有多少", "外地户籍毕业生4300人", None),
        ("毕业生有多少", "本地户籍毕业生4300人", None),
        ("完成哪些道路建设", "完成黄武路建设", None),  # the name of one, no word for another kind
    ],
)
def test_another_word_of_one_kind_before_the_same_thing_is_about_another(question, words, opposite):
    assert find_opposite(question, words) == opposite


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
        ("[entry]\nid = 'a'\n", r"\[\[entry\]\]"),
        ("[[entry]]\nid = 'a'\nwords = 'x'\nyes = ['x']\nno = ['y']\n", "'a'.*'words' is 'x'.*list"),
        ("[[entry]]\nid = 'a'\nwords = ['x']\nyes = ['x', 'z']\nno = ['z']\n", "'a'.*'z'.*yes and of no"),
    ],
)
def test_a_slip_in_a_lexicon_is_told_with_file_entry_and_remedy(tmp_path: Path, text: str, named: str):
    path = tmp_path / "some.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(LexiconError, match=f"^some.toml.*{named}.*$") as caught:
        load_entries(path, ["words"])
    assert "\n" not in str(caught.value)


def test_a_lexicon_file_that_is_not_utf_8_is_named(tmp_path: Path):
    path = tmp_path / "some.toml"
    path.write_bytes("[[entry]]\nid = '增长'\n".encode("gb18030"))
    with pytest.raises(LexiconError, match=r"^some.toml is not valid TOML"):
        load_entries(path, ["words"])


def test_the_bundled_lexicon_has_no_fault():
    assert list(find_faults()) == []


def test_an_example_that_contradicts_another_entry_is_told_with_both():
    one = {"id": "a", "yes": [["出口额", "进口额"]], "no": [["x", "y"]]}
    other = {"id": "b", "yes": [["u", "v"]], "no": [["出口额", "进口额"]]}
    (fault,) = find_contradictions([("one.toml", one), ("two.toml", other)])
    assert fault.startswith(
        "one.toml, entry 'a': ['出口额', '进口额'] is an example of yes here and of no in two.toml,"
    )
    assert "entry 'b'; take it out" in fault
    assert list(find_contradictions([("one.toml", one)])) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "named"),
    [
        (
            "opposites.toml",
            'id = "residence"',
            'id = "ownership"',
            r"opposites\.toml, entry 'ownership'.*twice",
        ),
        ("opposites.toml", "[[entry]]", "[[entry]", r"opposites\.toml is not valid TOML.*correct the line"),
        (
            "opposites.toml",
            '"城乡居民人均可支配收入达到4万元"',
            '"城镇居民收入4万元"',
            "entry 'residence' tells .* apart",
        ),
        (
            "opposites.toml",
            '"出口额达到12亿元"]]\nno',
            '"进口额达到12亿元"]]\nno',
            "'trade'.* no entry tells .* apart",
        ),
        ("words/polarity.toml", 'yes = ["更加便利"]', 'yes = ["便利"]', "'more'.* none of its words"),
        (
            "words/polarity.toml",
            'no = ["更换"]',
            'no = ["更为"]',
            "'more'.* '更为' stands in '更为', an example of no",
        ),
        (
            "words/polarity.toml",
            'yes = ["更加便利"]\n',
            "",
            r"polarity\.toml, entry 'more': 'yes' is missing",
        ),
    ],
)
def test_a_fault_anywhere_in_the_lexicon_is_found_by_the_check(tmp_path, name, old, new, named):
    language = Path(find_spec("index.language").submodule_search_locations[0])
    tree = tmp_path / "index"
    shutil.copytree(language, tree / "language", ignore=shutil.ignore_patterns("__pycache__"))
    for part in ("__init__.py", "offline.py", "errors.py", "types.py"):
        shutil.copy(language.parent / part, tree / part)
    path = tree / "language" / "lexicon" / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    checked = subprocess.run(
        [sys.executable, "-m", "index.language.lexicon_check"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path), "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
    )
    assert checked.returncode == 1, checked.stderr
    assert any(re.search(named, line) for line in checked.stderr.splitlines()), checked.stderr
