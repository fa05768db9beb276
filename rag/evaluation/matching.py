"""Whether an answer says what it should: comparison that ignores spacing, width, case and script."""

from __future__ import annotations

import re

from index.language.text import normalise

ALTERNATIVE = "|"
"""Stands between strings of which any one will do."""


def squeeze(text: str) -> str:
    """Return `text` in NFKC, lower case and Simplified characters, without white space."""
    return re.sub(r"\s+", "", normalise(text))


def contains(answer: str, expected: str) -> bool:
    """Tell whether `answer` says `expected`, or one of its `a|b` alternatives.

    A figure counts only from its first digit on: 1万亩 does not stand in 2.1万亩.
    """
    haystack = squeeze(answer)
    return any(_stands_in(haystack, squeeze(words)) for words in expected.split(ALTERNATIVE))


def _stands_in(haystack: str, words: str) -> bool:
    if not words[:1].isdigit():
        return words in haystack
    return any(
        found.start() == 0
        or not (haystack[found.start() - 1].isdigit() or haystack[found.start() - 1] == ".")
        for found in re.finditer(re.escape(words), haystack)
    )
