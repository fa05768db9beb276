"""Which period a claim gives a figure to: the one named last before it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from index.language.periods import PeriodMention
from rag.verification.claims.claim import SEGMENT_MARKS, Claim
from rag.verification.claims.numbers import read_figures, write_digits
from rag.verification.claims.sources import Source
from rag.verification.claims.verdict import Fault, Problem

_COMPARED = re.compile(r"(?:比|较|从|由|与|和|同|于)[“”]?$")
"""A period behind these is the other side of a comparison, for one figure or until the next mark."""
_STARTED = re.compile(r"[从由]$")
"""A figure right behind these may be that of an earlier period."""
_SHOWN = re.compile(r"[(（][^()（）]*[=≈][^()（）]*[)）]")


def find_mistimed(claim: Claim, sources: Sequence[Source]) -> Iterator[Problem]:
    """Find figures of a Chinese claim that the sources give for another period than the claim does."""
    if claim.is_english:  # its periods are known, but not where they stand
        return
    for words, mention in _split(claim):
        words = write_digits(_SHOWN.sub("", words))
        for figure in read_figures(words):
            if _STARTED.search(words[: figure.span.start]):
                continue
            backing = [source for source in sources if any(figure.equals(one) for one in source.figures)]
            if backing and not any(source.speaks_of(mention) for source in backing):
                yield Problem(Fault.PERIOD, f"{mention.label} {figure.text}")


def _split(claim: Claim) -> Iterator[tuple[str, PeriodMention]]:
    """Yield the pieces of a claim, each with the period that it is told of."""
    told: PeriodMention | None = None
    edges = [*(mention.span.start for mention in claim.mentions), len(claim.literal)]
    for mention, end in zip(claim.mentions, edges[1:], strict=True):
        words = claim.literal[mention.span.end : end]
        if told is not None and _COMPARED.search(claim.literal[: mention.span.start]):
            aside = _end_of_aside(words)
            yield words[:aside], mention
            yield words[aside:], told
        else:
            told = mention
            yield words, told


def _end_of_aside(words: str) -> int:
    mark = SEGMENT_MARKS.search(words)
    figure = next(iter(read_figures(words)), None)
    return min(mark.start() if mark else len(words), figure.span.end if figure else len(words))
