"""The lexicon: rules as data, one TOML file a family of rules, each entry with examples of what it does.

Every entry has an `id`, the words it is about, and examples: `yes` of what it applies to, `no` of what looks
alike and is something else. A test runs them all; an entry without examples is refused when it is loaded.

The files in `words/` are lists of words. A Chinese word counts wherever it stands, except in the phrases that
`except` lists; an English one as a whole word, with any ending where it has a `*`, or at the end of
a longer one where the `*` stands before it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

BOUNDARY = r"\b"
LISTS = {"words", "except", "sides", "both", "yes", "no"}
"""Keys under which a list stands."""

Entry = Mapping[str, Any]
"""One entry as it stands in its file."""


class LexiconError(ValueError):
    """A lexicon file that cannot be used: the message names file, entry and remedy."""


def load_entries(path: Traversable, required: Iterable[str]) -> tuple[Entry, ...]:
    """Return the entries (`[[entry]]`) of a lexicon file, checked.

    `required` are the keys that each has to have beside `id`, `yes` and `no`. Raises LexiconError.
    """
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LexiconError(f"{path.name} is not valid TOML ({error}): correct the line.") from error
    entries = table.get("entry", [])
    if not entries or set(table) != {"entry"} or not isinstance(entries, list):
        raise LexiconError(f"{path.name} holds {sorted(table)}: write its rules as [[entry]] tables.")
    seen: set[str] = set()
    for number, entry in enumerate(entries, start=1):
        name = entry.get("id")
        where = f"{path.name}, entry {name!r}"
        if not isinstance(name, str) or not name:
            raise LexiconError(f"{path.name}, entry {number}: give it an id.")
        if name in seen:
            raise LexiconError(f"{where}: the id stands there twice; give one of them another.")
        seen.add(name)
        for key in (*required, "yes", "no"):
            if not entry.get(key):
                raise LexiconError(f"{where}: {key!r} is missing or empty; add it.")
        for key in LISTS & entry.keys():
            if not isinstance(entry[key], list):
                raise LexiconError(f"{where}: {key!r} is {entry[key]!r}; write it as a list.")
        for example in entry["yes"]:
            if example in entry["no"]:
                raise LexiconError(f"{where}: {example!r} is an example of yes and of no; take one out.")
    return tuple(entries)


@dataclass(frozen=True, slots=True)
class WordRule:
    """An entry that applies where one of its words stands."""

    id: str
    words: tuple[str, ...]
    not_before: tuple[str, ...]
    not_after: tuple[str, ...]
    yes: tuple[str, ...]
    no: tuple[str, ...]

    @classmethod
    def from_entry(cls, entry: Entry) -> WordRule:
        """Read an entry that has `words`, and may have `not_before` and `not_after`."""
        words, before, after, yes, no = (
            tuple(entry.get(key, ())) for key in ("words", "not_before", "not_after", "yes", "no")
        )
        return cls(entry["id"], words, before, after, yes, no)

    def applies(self, text: str) -> bool:
        """Tell whether one of the words stands in normalised `text`, not beside what forbids it."""
        return _pattern_of(self).search(text) is not None


@cache
def _pattern_of(rule: WordRule) -> re.Pattern[str]:
    before = "".join(f"(?<!{re.escape(word)})" for word in rule.not_after)
    after = f"(?!{alternation(rule.not_before).pattern})" if rule.not_before else ""
    return re.compile(f"{before}(?:{alternation(rule.words).pattern}){after}", re.IGNORECASE)


def bundled(name: str) -> Traversable:
    """Return the lexicon file `name` of this package."""
    return files("index.language") / "lexicon" / name


def word_files() -> Iterator[str]:
    """Yield the names of the files of word lists, without their ending."""
    folder = files("index.language") / "lexicon" / "words"
    return (path.name.removesuffix(".toml") for path in folder.iterdir() if path.name.endswith(".toml"))


@cache
def load_words(name: str) -> Mapping[str, Entry]:
    """Return the word lists of the file `name` by their ids. Raises LexiconError."""
    return {entry["id"]: entry for entry in load_entries(bundled(f"words/{name}.toml"), ["words"])}


def alternatives(name: str, *ids: str) -> str:
    """Return a regular expression for any word of the lists `ids` of the file `name`, the longest first."""
    return _join(load_words(name)[one] for one in ids)


def compile_words(name: str, *ids: str, key: str = "words") -> re.Pattern[str]:
    """Return a pattern, whatever the case, for any word under `key` of the lists `ids` of the file `name`."""
    return re.compile(_join((load_words(name)[one] for one in ids), key), re.IGNORECASE)


def _join(entries: Iterable[Entry], key: str = "words") -> str:
    spelt = {word: _spell(word, entry.get("except", ())) for entry in entries for word in entry.get(key, ())}
    return "(?:" + "|".join(spelt[word] for word in sorted(spelt, key=lambda word: (-len(word), word))) + ")"


def _spell(word: str, phrases: Iterable[str]) -> str:
    """Return a regular expression for a word, outside the phrases in which it is another."""
    if word.isascii():
        spelt = re.escape(word.removeprefix("*")).replace(r"\*", r"\w*")
        spelt = f"{'' if word.startswith('*') else BOUNDARY}{spelt}{BOUNDARY if word[-1].isalnum() else ''}"
    else:
        spelt = re.escape(word)
    for phrase in phrases:
        before, found, after = map(re.escape, phrase.partition(word))
        if found and before and after:
            spelt += f"(?!(?<={before}{found}){after})"
        elif found and (before or after):
            spelt += f"(?<!{before}{found})" if before else f"(?!{after})"
    return spelt


def alternation(words: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern that finds any of `words`, the longest first."""
    return re.compile("|".join(map(re.escape, sorted(set(words), key=lambda word: (-len(word), word)))))
