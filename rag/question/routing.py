"""Which of several reports a question is about."""

from __future__ import annotations

from collections.abc import Sequence

from index.types import Document, Index, IndexedDocument
from rag.question.scope import is_covered, names_of, read_scope


def choose_report(
    question: str, earlier: Sequence[str], documents: Sequence[str] | None, index: Index
) -> str:
    """Return the id of the report to ask.

    It is the one whose place and year the question names, or those `earlier` did; else one that covers the
    question's time and place; else the nearest by search. `documents` are the ids to choose from; None means
    all.
    """
    candidates = list(dict.fromkeys(documents or index.documents))
    for text in (question, *reversed(earlier)):
        if len(candidates) > 1:
            matches = {name: _match(text, index.documents[name].document) for name in candidates}
            best = max(matches.values())
            candidates = [name for name, match in matches.items() if match == best]
    covering = [name for name in candidates if _covers(index.documents[name], question)]
    candidates = covering or candidates
    if len(candidates) > 1:
        hits = index.search(question, candidates, 1)
        return hits[0].passage.document if hits else candidates[0]
    return candidates[0]


def _covers(report: IndexedDocument, question: str) -> bool:
    return is_covered(read_scope(question, report.document), report)


def _match(question: str, report: Document) -> tuple[int, bool]:
    """Return how much of the report's place the question names, and whether it names the report's year."""
    named = max((len(name) for name in names_of(report.meta.place) if name in question), default=0)
    return named, f"{report.meta.year}年" in question
