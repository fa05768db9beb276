"""Figures that sources give to several things in turn (“甲和乙分别达到50%、80%”), given to another one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.language.figures import Figure
from rag.evidence.term_weights import split_terms
from rag.verification.claims.claim import Claim
from rag.verification.claims.numbers import read_figures
from rag.verification.claims.sources import Source
from rag.verification.claims.verdict import Fault, Problem

_RESPECTIVELY = re.compile(r"(?<![^,;。])(?P<things>[^,;。]{2,}?)(?:则|均|各)?分别(?P<rest>[^,;。]*)")
_JOINTS = re.compile(r"[、和及与]")
_JOINED = {"城乡": ("城镇", "农村"), "存贷款": ("存款", "贷款")}
"""Two things in one word, and the words for each."""
_LONGEST_NAME = 4
"""Characters that tell the last of several things from the others: what all of them share follows."""


@dataclass(frozen=True, slots=True)
class Row:
    """Things that are told of in turn, each by the terms that no other has, and their figures."""

    names: tuple[frozenset[str], ...]
    figures: tuple[Figure, ...]


def find_swapped(claim: Claim, sources: Sequence[Source]) -> Iterator[Problem]:
    """Find figures that a claim gives to another of the things than the sources do."""
    rows = [row for source in sources for row in read_rows(source.words)]
    for segment in claim.segments if rows else ():
        at = 0
        for figure in read_figures(segment.words):
            said = split_terms(segment.words[at : figure.span.start])
            at = figure.span.end
            if any(_swaps(row, said, figure) for row in rows):
                yield Problem(Fault.SUBJECT, figure.text)


def _swaps(row: Row, said: frozenset[str], figure: Figure) -> bool:
    named = [place for place, name in enumerate(row.names) if name & said]
    mine = [place for place, one in enumerate(row.figures) if one.equals(figure)]
    return len(named) == 1 and bool(mine) and named[0] not in mine


def read_rows(words: str) -> Iterator[Row]:
    """Yield what `words` tell of in turn."""
    for match in _RESPECTIVELY.finditer(words):
        figures = tuple(read_figures(match["rest"]))
        things = next((list(both) for word, both in _JOINED.items() if word in match["things"]), [])
        if not things:
            *others, last = _JOINTS.split(match["things"])
            things = [*others, last[:_LONGEST_NAME]]
        if len(things) != len(figures) or len(things) == 1:
            continue
        terms = [split_terms(thing) for thing in things]
        shared = [frozenset[str]().union(*(other for other in terms if other is not one)) for one in terms]
        yield Row(tuple(one - theirs for one, theirs in zip(terms, shared, strict=True)), figures)
