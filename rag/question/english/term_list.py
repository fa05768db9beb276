"""The bilingual term list: English words of the genre and what Chinese reports write for them.

`terms.tsv` holds one term a line: the English words in lower case without hyphens, a tab, the Chinese. Where
a report may write one of several, they are parted by `|`; the first that it does write is taken.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

TERMS_FILE = "terms.tsv"
STOPWORDS_FILE = "stopwords.txt"

_SPELLINGS = (
    (re.compile(r"is(?=(?:e|es|ed|er|ing|ation|ations)$)"), "iz"),
    (re.compile(r"(?<=[blnv])our"), "or"),
    (re.compile(r"tre(s?)$"), r"ter\1"),
    (re.compile(r"mme(s?)$"), r"m\1"),
    (re.compile(r"storey"), "story"),
)
_VOWEL = re.compile(r"[aeiouy]")
_MIN_STEM = 3
"""Letters: what is left of a word without its ending is no shorter (need, sing keep theirs)."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Terms by their words as written and, for other forms of the same words, by their stems."""

    exact: Mapping[tuple[str, ...], tuple[str, ...]]
    stemmed: Mapping[tuple[str, ...], tuple[str, ...]]
    longest: int

    def find(self, words: Sequence[str], start: int) -> tuple[int, tuple[str, ...]] | None:
        """Return how many of `words` from `start` on make the longest term, and its translations."""
        for length in range(min(self.longest, len(words) - start), 0, -1):
            key = tuple(word.lower() for word in words[start : start + length])
            if found := self.exact.get(key) or self.stemmed.get(tuple(map(stem, key))):
                return length, found
        return None


@cache
def load_lexicon() -> Lexicon:
    """Read the term list that comes with this package."""
    exact: dict[tuple[str, ...], tuple[str, ...]] = {}
    stemmed: dict[tuple[str, ...], tuple[str, ...]] = {}
    for line in files(__package__).joinpath(TERMS_FILE).read_text(encoding="utf-8").splitlines():
        english, chinese = line.split("\t")
        key, translations = tuple(english.split()), tuple(chinese.split("|"))
        exact[key] = translations
        stemmed.setdefault(tuple(map(stem, key)), translations)
    return Lexicon(exact, stemmed, max(map(len, exact)))


@cache
def load_stopwords() -> frozenset[str]:
    """Read the English words that say nothing of what a question is about."""
    return frozenset(files(__package__).joinpath(STOPWORDS_FILE).read_text(encoding="utf-8").split())


@cache
def stem(word: str) -> str:
    """Return what the forms of an English word share: number, tense and British spelling are lost."""
    word = word.lower().removesuffix("'s").rstrip("'")
    for pattern, american in _SPELLINGS:
        word = pattern.sub(american, word)
    if word.endswith(("ies", "ied")) and len(word) > _MIN_STEM + 1:
        return word[:-3] + "y"
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > _MIN_STEM:
        word = word[:-1]
    for ending in ("ing", "ed"):
        base = word.removesuffix(ending)
        if base != word and len(base) >= _MIN_STEM and _VOWEL.search(base):
            word = base[:-1] if base[-1] == base[-2] and base[-1] not in "ls" else base
    return word.removesuffix("e")
