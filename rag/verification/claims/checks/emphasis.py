"""Words of rank, cause, extent, certainty and how far things have come, which no claim may add."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.language.lexicon import compile_words, load_words

FILE = "emphasis"
_LISTS = tuple(
    (compile_words(FILE, name), compile_words(FILE, name, key="backed_by") if "backed_by" in entry else None)
    for name, entry in load_words(FILE).items()
)
"""What stresses, and what else says the same."""
_COUNTED = re.compile(r"\d倍|各\d")


def find_emphasis(claim: str, support: str) -> Iterator[str]:
    """Yield what `claim` stresses and `support`, all that its sources say, does not."""
    for stressed, backing in _LISTS:
        found = [match.group() for match in stressed.finditer(claim)]
        if found and not stressed.search(support) and not (backing and backing.search(support)):
            yield from found
    yield from (match.group() for match in _COUNTED.finditer(claim) if match.group() not in support)
