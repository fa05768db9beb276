"""Names that an English question spells in pinyin, found again in the characters of a report."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import accumulate, chain

from index.language.text import is_chinese

_APART = re.compile(r"[^a-z]")
_MIN_CHARACTERS = 2
"""A single syllable is written with dozens of characters and spells many an English word: no name."""


@lru_cache(maxsize=256)
def match_pinyin(name: str, text: str, follower: str = "") -> str | None:
    """Return the characters of `text` that `name` spells without tones (Jinqiao: 金桥), or None.

    Of several the one that `follower` stands after comes first, then the most frequent.
    """
    spelled = _APART.sub("", name.lower())
    if not spelled:
        return None
    counts: Counter[str] = Counter()
    boundaries = _find_boundaries(text)
    for start in boundaries:
        for end in _spell(text, start, spelled):
            whole = end in boundaries or bool(follower and text.startswith(follower, end))
            if end - start >= _MIN_CHARACTERS and whole:
                counts[text[start:end]] += 1
    if not counts:
        return None
    return max(counts, key=lambda found: (bool(follower) and found + follower in text, counts[found]))


def _spell(text: str, start: int, spelled: str) -> Iterator[int]:
    """Yield where in `text` the characters end that spell all of `spelled` from `start` on."""
    if not spelled:
        yield start
    elif start < len(text) and is_chinese(text[start]):
        for syllable in read_aloud(text[start]):
            if spelled.startswith(syllable):
                yield from _spell(text, start + 1, spelled[len(syllable) :])


@lru_cache(maxsize=16)
def _find_boundaries(text: str) -> frozenset[int]:
    """Return where the words of `text` begin and end, so that no name is found across them (中|心城|区)."""
    import rjieba

    ends = accumulate(len(word) for word in rjieba.cut(text))
    return frozenset(chain((0,), ends))


@cache
def read_aloud(char: str) -> tuple[str, ...]:
    """Return the syllables, without tones, that one character is read as."""
    from pypinyin import Style, pinyin

    syllables = pinyin(char, style=Style.NORMAL, heteronym=True)[0]
    return tuple(dict.fromkeys([*syllables, *(syllable.replace("v", "u") for syllable in syllables)]))
