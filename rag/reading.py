"""Reading: which words of the retrieved passages answer the question, and how well they are supported.

Every run of whole clauses of a passage is a candidate. A candidate is judged by what retrieval thought of its
passage, by how much of the question's wording it covers, by whether it speaks of the period that was asked
for and holds the kind of words that could answer, and by its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.structure.sentences import split_clauses
from index.types import Hit, IndexedDocument, PeriodKind, Role, Span
from rag.figures import find_figures
from rag.intent import Intent, Target, Wanted
from rag.scope import Scope, matches_period
from rag.terms import WeightedTerms, split_terms
from rag.verify import MAX_QUOTE

RETRIEVAL_WEIGHT = 1.0
COVERAGE_WEIGHT = 1.0
HEADING_WEIGHT = 0.25
PERIOD_WEIGHT = 0.5
PLANNED_WEIGHT = 0.1
TARGET_WEIGHT = 0.3
LENGTH_WEIGHT = 0.15
LENGTH_UNIT = 100
"""Characters: a candidate loses LENGTH_WEIGHT for each so many."""

_CAUSE = re.compile(r"因为|由于|受.{0,12}影响|原因|鉴于|为了")
_DATE = re.compile(r"\d{1,4}年|\d{1,2}月|\d{1,2}日|年底|上半年|下半年|季度|五”")
_PERSON = re.compile(
    r"(?:书记|主席|总理|[省市区县州旗镇乡局厅部处院校所]长|主任|院士|委员|代表)"
    r"[ \xa0　\n]+[一-鿿][ \xa0　]?[一-鿿]{1,2}(?![一-鿿])"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that a question asks: what the reader has to know of it."""

    text: str
    terms: WeightedTerms
    scope: Scope
    target: Target
    intent: Intent


@dataclass(frozen=True, slots=True)
class Reading:
    """Words that may answer: `span` in the document of `hit`; the larger `score` the better, about 0 to 3.

    `coverage` is the share of the question's wording in the passage and its headings.
    """

    hit: Hit
    span: Span
    score: float
    coverage: float
    in_period: bool
    on_target: bool


def read(asked: Asked, hits: Sequence[Hit], report: IndexedDocument) -> list[Reading]:
    """Return the best candidate of each hit's passage, best first."""
    readings = [_read_passage(asked, hit, report) for hit in hits if hit.passage.role is not Role.HEADING]
    return sorted(
        (reading for reading in readings if reading is not None),
        key=lambda reading: (-reading.score, reading.span),
    )


def _read_passage(asked: Asked, hit: Hit, report: IndexedDocument) -> Reading | None:
    text, passage = report.document.text, hit.passage
    heading_terms = split_terms(" ".join(passage.section))
    passage_terms = split_terms(passage.span.of(text))
    in_period = not asked.scope.periods or any(
        matches_period(passage, text, mention) for mention in asked.scope.periods
    )
    base = RETRIEVAL_WEIGHT * hit.score
    base += HEADING_WEIGHT * asked.terms.covered_by(heading_terms)
    base += PERIOD_WEIGHT * (in_period and bool(asked.scope.periods))
    if asked.scope.planned is not None:
        base += PLANNED_WEIGHT * (asked.scope.planned == (passage.period.kind is PeriodKind.PLANNED))
    best: Reading | None = None
    for window in _find_windows(text, passage.span):
        score = (
            base
            + COVERAGE_WEIGHT * asked.terms.covered_by(window.terms)
            + TARGET_WEIGHT * holds(window.span.of(text), asked.target)
            - LENGTH_WEIGHT * len(window.span) / LENGTH_UNIT
        )
        if best is None or score > best.score:
            coverage = asked.terms.covered_by(passage_terms | heading_terms)
            on_target = holds(window.span.of(text), asked.target)
            best = Reading(hit, window.span, score, coverage, in_period, on_target)
    return best  # None: the passage is a single clause too long to be quoted


@dataclass(frozen=True, slots=True)
class _Window:
    span: Span
    terms: frozenset[str]


def _find_windows(text: str, span: Span) -> Iterator[_Window]:
    """Yield every run of whole clauses that is short enough to be quoted."""
    clauses = split_clauses(text, span)
    for first, opening in enumerate(clauses):
        terms: frozenset[str] = frozenset()
        for closing in clauses[first:]:
            if closing.end - opening.start > MAX_QUOTE:
                break
            terms |= split_terms(closing.of(text))
            yield _Window(Span(opening.start, closing.end), terms)


def holds(words: str, target: Target) -> bool:
    """Tell whether `words` hold the kind of thing that was asked for."""
    match target.wanted:
        case Wanted.AMOUNT:
            figures = [figure for figure in find_figures(words) if not _is_year(figure.unit)]
            if not target.unit:
                return bool(figures)
            return any(figure.unit == target.unit for figure in figures)
        case Wanted.SHARE:
            return any(figure.is_percentage for figure in find_figures(words))
        case Wanted.DATE:
            return bool(_DATE.search(words))
        case Wanted.PERSON:
            return bool(_PERSON.search(words))
        case Wanted.CAUSE:
            return bool(_CAUSE.search(words))
        case Wanted.ANYTHING:
            return True


def _is_year(unit: str) -> bool:
    return unit in ("年", "月", "日")
