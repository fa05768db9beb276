"""Marks for one answer: is it right, what do its citations rest on, how much of them is beside the point."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from index.types import IndexedDocument, Span
from rag.evaluation.cases import Case
from rag.evaluation.matching import contains
from rag.quotation import MARKER
from rag.types import Answer, Citation, Status

LONGEST_ANSWER = {
    "numeric": 200,
    "entity": 200,
    "adversarial": 300,
    "multi": 400,
    "compare": 400,
    "followup": 400,
    "definition": 600,
    "list": 600,
    "heading": 600,
}
"""Characters, markers not counted, by category: beyond them an answer dumps passages and is not right."""

LONGEST_QUOTE = 300
"""Characters of a citation that may count as a hit: a longer one leaves the finding to the reader."""

LEAST_OVERLAP = 6
"""Characters of evidence that a hit shares, so that no chance word is one; fewer where either is shorter."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What one question earned. Lengths are in code points, `milliseconds` is wall-clock time.

    An error is neither an answer nor a refusal. `supported`: answered with at least one hit. `valid`, `hits`:
    of `citations`, how many quote exactly, and how many meet the evidence. `covered`: share of the evidence
    that hits meet. `cited`, `spilled`: characters quoted, and those of them outside the evidence.
    `confidence`: the lowest score of an answer's citations.
    """

    case: Case
    outcome: str
    milliseconds: float
    answer: str = ""
    error: bool = False
    refused: bool = False
    correct: bool = False
    supported: bool = False
    covered: float = 0.0
    citations: int = 0
    valid: int = 0
    hits: int = 0
    cited: int = 0
    spilled: int = 0
    confidence: float | None = None

    @property
    def earned(self) -> bool:
        """Tell whether the outcome is the right one: right and supported, or refused."""
        return self.correct and self.supported if self.case.answerable else self.refused


@dataclass(frozen=True, slots=True)
class _CitationMarks:
    valid: bool
    covers: frozenset[int]  # which pieces of evidence a hit meets; empty: no hit
    inside: int  # characters that lie in evidence


def mark_answer(
    case: Case, answer: Answer, documents: Mapping[str, IndexedDocument], milliseconds: float
) -> Marks:
    """Mark `answer` against what `case` knows."""
    words = MARKER.sub("", answer.answer)
    answered = answer.status is Status.ANSWERED
    citations = [_mark_citation(case, citation, documents) for citation in answer.citations]
    cited = sum(len(citation.span) for citation in answer.citations)
    hits = sum(bool(citation.covers) for citation in citations)
    covered = frozenset[int]().union(*(citation.covers for citation in citations))
    short = len(words) <= LONGEST_ANSWER.get(case.category, len(words))
    return Marks(
        case=case,
        outcome=answer.status,
        milliseconds=milliseconds,
        answer=words,
        refused=not answered,
        correct=answered and short and all(contains(words, expected) for expected in case.expected),
        supported=answered and hits > 0,
        covered=len(covered) / len(case.evidence) if answered and case.evidence else 0.0,
        citations=len(citations),
        valid=sum(citation.valid for citation in citations),
        hits=hits,
        cited=cited,
        spilled=cited - sum(citation.inside for citation in citations),
        confidence=min((citation.score for citation in answer.citations), default=None),
    )


def mark_error(case: Case, error: Exception, milliseconds: float) -> Marks:
    """Mark a question that ended in an error."""
    return Marks(case, f"error: {error}", milliseconds, error=True)


def _mark_citation(
    case: Case, citation: Citation, documents: Mapping[str, IndexedDocument]
) -> _CitationMarks:
    indexed = documents.get(citation.document)
    if indexed is None:
        return _CitationMarks(valid=False, covers=frozenset(), inside=0)
    text, span = indexed.document.text, citation.span
    citable = len(span) <= LONGEST_QUOTE and body_of(indexed).contains(span)
    covers: set[int] = set()
    inside: set[int] = set()
    for number, evidence in enumerate(case.evidence):
        enough = min(LEAST_OVERLAP, max(1, len(evidence) // 2), len(span))
        for place in _occurrences(evidence, text):
            shared = range(max(span.start, place.start), min(span.end, place.end))
            inside.update(shared)
            if citable and shared and len(shared) >= enough:
                covers.add(number)
    valid = 0 <= span.start < span.end and span.of(text) == citation.quote
    return _CitationMarks(valid, frozenset(covers), len(inside))


def body_of(indexed: IndexedDocument) -> Span:
    """Return where the document proper stands: from its first passage to its last, page chrome outside."""
    passages = indexed.structure.passages
    return Span(passages[0].span.start, passages[-1].span.end) if passages else Span(0, 0)


def _occurrences(words: str, text: str) -> Iterator[Span]:
    return (Span(*found.span()) for found in re.finditer(re.escape(words), text))
