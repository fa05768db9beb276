"""Which words of the evidence a sentence rests on: the fewest clauses that say all of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from index.language.periods import find_periods
from index.language.text import normalise_question
from index.types import Document, Passage, Span
from rag.evidence.term_weights import split_terms
from rag.quotation import MAX_QUOTE, trim_quote
from rag.verification.claims.numbers import read_figures
from rag.verification.claims.sources import Source
from rag.verification.claims.verdict import Fault, Problem
from rag.verification.claims.verifier import find_problems

MOST_SOURCES = 12
"""Passages that one sentence may rest on: a list of ten, and two more."""
LEAST_NEW = 2
"""Terms: a further passage that brings fewer is only there by chance."""
HINTED = 0.5
"""Terms that a model's own marker is worth: it decides between equals."""
LONGEST_RUNS = 8
"""Runs of clauses that are tried before a passage is taken whole."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """The sources of a claim in the order of the evidence; none where `problems` say why not."""

    sources: tuple[Source, ...]
    problems: tuple[Problem, ...] = ()


def align(
    claim: str, evidence: Sequence[Passage], document: Document, hints: Sequence[int] = ()
) -> Alignment:
    """Find what of the `evidence` says `claim`; `hints` are places in it that the claim's writer named."""
    whole = [Source(document, passage, passage.span) for passage in evidence]
    chosen = _choose(claim, whole, hints)
    problems: Sequence[Problem] = ()
    for count in range(1, len(chosen) + 1):
        sources = chosen[:count]
        problems = find_problems(claim, sources)
        if not problems:
            ordered = sorted(sources, key=lambda one: evidence.index(one.passage))
            narrowed = _narrow(claim, ordered)
            if all(len(source.span) <= MAX_QUOTE for source in narrowed):
                return Alignment(tuple(narrowed))
            problems = [Problem(Fault.WORDING, claim)]  # nothing short enough to be quoted says all of it
    return Alignment((), tuple(problems))


def _choose(claim: str, sources: Sequence[Source], hints: Sequence[int]) -> list[Source]:
    """Return the sources that cover a claim, the one that covers most of it first."""
    missing = set(_describe(claim))
    described = [_describe_source(source) for source in sources]
    rest = list(enumerate(sources))
    chosen: list[Source] = []
    while rest and len(chosen) < MOST_SOURCES:
        gains = {place: len(missing & described[place]) for place, _ in rest}
        place, best = max(rest, key=lambda one: (gains[one[0]] + HINTED * (one[0] in hints), -one[0]))
        if chosen and gains[place] < LEAST_NEW:
            break
        chosen.append(best)
        missing -= described[place]
        rest.remove((place, best))
    return chosen


def _describe(words: str) -> frozenset[str]:
    """Return what is compared of `words`: their terms, and figures in a form of their own."""
    normalised = normalise_question(words)
    figures = {f"{figure.value.normalize()} {figure.unit}" for figure in read_figures(normalised)}
    return split_terms(normalised) | figures


def _describe_source(source: Source) -> frozenset[str]:
    return _describe(source.literal)


def _narrow(claim: str, sources: Sequence[Source]) -> list[Source]:
    """Return the sources cut down to the clauses that the claim rests on."""
    narrowed = list(sources)
    for place, source in enumerate(sources):
        for span in islice(_find_runs(claim, source), LONGEST_RUNS):
            candidate = Source(source.document, source.passage, span)
            if not find_problems(claim, [*narrowed[:place], candidate, *narrowed[place + 1 :]]):
                narrowed[place] = candidate
                break
    return narrowed


def _shares_period(claim: str, words: str, year: int) -> bool:
    """Tell whether `words` name a period that the claim names."""
    named = {mention.label for mention in find_periods(normalise_question(claim), year)}
    return any(mention.label in named for mention in find_periods(normalise_question(words), year))


def _find_runs(claim: str, source: Source) -> Iterator[Span]:
    """Yield runs of whole clauses, from the one likest to the claim outwards; none too long to be quoted."""
    text = source.document.text
    clauses = source.passage.clauses or (source.passage.span,)
    said = _describe(claim)
    shared = [len(said & _describe(clause.of(text))) for clause in clauses]
    least = max(max(shared) / 2, LEAST_NEW)
    telling = [place for place, count in enumerate(shared) if count >= least] or [0]
    first = last = shared.index(max(shared))
    if first > 0 and _shares_period(claim, clauses[first - 1].of(text), source.document.meta.year):
        first -= 1
    runs = [(first, last), (min(first, *telling), max(telling))]
    first, last = min(telling), max(telling)
    while first > 0 or last < len(clauses) - 1:
        first, last = max(0, first - 1), last
        runs.append((first, last))
        last = min(len(clauses) - 1, last + 1)
        runs.append((first, last))
    for first, last in dict.fromkeys(runs):
        span = trim_quote(text, Span(clauses[first].start, clauses[last].end))
        if 0 < len(span) <= MAX_QUOTE:
            yield span
