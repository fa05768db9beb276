"""Opposites: whether words are about another side of a family (农村 for 城镇) than a question asks about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from index.language.lexicon import Entry, alternation, bundled, load_entries

FAMILIES_FILE = "opposites.toml"
ANTONYMS_FILE = "antonyms.toml"

_HAN = re.compile(r"[一-鿿]")
# What did not happen is no number of what did: “没有完成”, “未办结”. “有没有完成” asks whether.
_NOT_DONE = re.compile(r"(?:(?<!有)没有|(?<!有)没|尚未|还未|未(?!来|成年))(?P<verb>[一-鿿]{2})")


def find_opposite(question: str, words: str) -> str | None:
    """Return what of `question` the `words` are the opposite of, or None where they are not.

    They are where a family's side is named in both and it is never the same one, where a word differs in one
    character of a family, or where the question asks for what did not happen and the words say only that it
    did.
    """
    return next((one.word for one in _read_contrasts(question) if one.holds(words)), None)


@dataclass(frozen=True, slots=True)
class _Contrast:
    """A word of a question, `same` and `other` as words of a report have it or its opposite.

    `neutral` are words that hold both and are left out of sight.
    """

    word: str
    same: re.Pattern[str]
    other: re.Pattern[str]
    neutral: re.Pattern[str] | None = None

    def holds(self, words: str) -> bool:
        """Tell whether `words` have the opposite, and nothing that is the same."""
        if not self.other.search(words):
            return False
        if self.neutral:
            words = self.neutral.sub("", words)
        return bool(self.other.search(words)) and not self.same.search(words)


@lru_cache(maxsize=64)  # every clause that may answer is held against the same question
def _read_contrasts(question: str) -> tuple[_Contrast, ...]:
    return (*_read_families(question), *_read_antonyms(question), *_read_negations(question))


def _read_families(question: str) -> Iterator[_Contrast]:
    for entry in _load(FAMILIES_FILE):
        neutral = alternation(entry["both"]) if entry.get("both") else None
        bare = neutral.sub("", question) if neutral else question
        every = alternation(word for side in entry["sides"] for word in side)
        named = set(every.findall(bare))
        sides = [side for side in entry["sides"] if named.intersection(side)]
        others = [word for side in entry["sides"] if side not in sides for word in side]
        if sides and others:
            same = [word for side in sides for word in side]
            yield _Contrast(min(named, key=bare.index), _whole(same, others), _whole(others, same), neutral)


def _whole(words: list[str], others: list[str]) -> re.Pattern[str]:
    """Return a pattern of `words` that are no part of one of the `others` (农业人口 of 非农业人口)."""
    patterns = []
    for word in words:
        longer = [other for other in others if word in other]
        before = "".join(f"(?<!{re.escape(other[: other.index(word)])})" for other in longer)
        patterns.append(f"{before}{re.escape(word)}")
    return re.compile("|".join(sorted(patterns, key=len, reverse=True)))


def _read_antonyms(question: str) -> Iterator[_Contrast]:
    for entry in _load(ANTONYMS_FILE):
        neutral = alternation(entry["both"]) if entry.get("both") else None
        bare = neutral.sub("", question) if neutral else question
        for place, character in enumerate(bare):
            if character not in entry["characters"]:
                continue
            others = f"[{entry['characters'].replace(character, '')}]"
            for before, after in ((bare[place - 1 : place], ""), ("", bare[place + 1 : place + 2])):
                if _HAN.match(before or after):
                    word = f"{before}{character}{after}"
                    turned = re.compile(f"{before}{others}{after}")
                    yield _Contrast(word, re.compile(word), turned, neutral)


def _read_negations(question: str) -> Iterator[_Contrast]:
    for match in _NOT_DONE.finditer(question):
        yield _Contrast(match.group(), _NOT_DONE, re.compile(match["verb"]))


@cache
def _load(name: str) -> tuple[Entry, ...]:
    key = "sides" if name == FAMILIES_FILE else "characters"
    return load_entries(bundled(name), [key])
