"""Characters that change what a claim says without a word: signs, symbols, and what nobody can see."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from rag.verification.claims.checks.arithmetic import find_shown

_ODD = frozenset({"Cc", "Cf", "Co", "Cn", "Cs", "So", "No", "Sk", "Me", "Sm", "Sc"})
"""Unicode categories of what is no word and can still turn a figure round."""
_SIGNED = re.compile(r"(?<![\d年])[-–—]\s*\d")
_SLASH = "/"
_RATIO = "∶"
"""The sign of a ratio, which many write as a colon."""


def find_odd(claim: str, support: str) -> Iterator[str]:
    """Yield characters of `claim`, arithmetic it shows aside, that the words it rests on have not."""
    for shown in sorted(find_shown(claim), key=lambda one: one.start, reverse=True):
        claim = claim[: shown.start] + claim[shown.end :]
    for char in dict.fromkeys(claim.replace(_RATIO, ":")):
        if (unicodedata.category(char) in _ODD or char == _SLASH) and char not in support:
            yield char
    for match in _SIGNED.finditer(claim):
        if match.group() not in support:
            yield match.group()
