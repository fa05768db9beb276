"""Words of parallel clauses put together anew: each true by itself, and false together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set

from rag.verification.claims.checks.new_words import content_words, lacks_subject
from rag.verification.claims.verdict import Fault, Problem

_PARTS = re.compile(r"[,;:。!?()（）]")


def find_rebound(segment: str, words: Sequence[str], places: str) -> Iterator[Problem]:
    """Find a part of a claim that takes words from two parallel clauses of its sources' `words`.

    Clauses are parallel when they share a word. A part may sum two of them up; when it leaves out what else
    both say, it says something of the one that was said of the other. A clause without a subject of its own
    goes on with that of the one before. `places` are headings, which any part may name.
    """
    parts = [part for text in words for part in _PARTS.split(text) if part.strip()]
    clauses = [content_words(part) for part in parts]
    said = {word for word in content_words(segment) if word not in places}
    homes: dict[int, set[str]] = {}
    for word in said:
        at = [place for place, clause in enumerate(clauses) if word in clause]
        if len(at) == 1:
            homes.setdefault(at[0], set()).add(word)
    found = sorted(homes)
    for left, one in enumerate(found):
        for other in found[left + 1 :]:
            goes_on = other == one + 1 and lacks_subject(parts[other])
            if not goes_on and _is_mixed(clauses[one], clauses[other], said):
                yield Problem(Fault.SUBJECT, "、".join(sorted(homes[one] | homes[other])))
                return


def _is_mixed(one: Set[str], other: Set[str], said: Set[str]) -> bool:
    shared = one & other
    return bool(shared) and bool(one - other - said) and bool(other - one - said)
