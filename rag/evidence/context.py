"""What evidence is searched in: one report, how it is searched and how telling its words are."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from index.types import Hit, Index, IndexedDocument, Vectors
from rag.budget import Budget
from rag.evidence.reader import Reader
from rag.evidence.term_weights import TermWeights

CANDIDATES = 40
"""Passages handed to the reader: for nearly every answerable question the evidence is among them."""


class TimedIndex:
    """An index for one question.

    It adds up the seconds that searching and encoding take, makes no search twice, and does nothing beyond
    the `budget`.
    """

    def __init__(self, index: Index, budget: Budget) -> None:
        self._index = index
        self._found: dict[tuple[str, tuple[str, ...] | None, int], list[Hit]] = {}
        self.budget = budget
        self.seconds = 0.0

    @property
    def documents(self) -> Mapping[str, IndexedDocument]:
        """Every indexed document by its id."""
        return self._index.documents

    def encode(self, query: str) -> Vectors | None:
        """Return the vector of `query` by the bundled encoder, or None; it counts as a search does."""
        self.budget.check()
        started = time.perf_counter()
        try:
            return self._index.encode(query)
        finally:
            self.seconds += time.perf_counter() - started

    def embed(self, texts: Sequence[str], *, passages: bool) -> Vectors:
        """Return the vectors of `texts`; no question asks for them."""
        return self._index.embed(texts, passages=passages)

    def search(self, query: str, documents: Sequence[str] | None = None, limit: int = 10) -> list[Hit]:
        """Search, and take the time."""
        key = (query, None if documents is None else tuple(documents), limit)
        if key not in self._found:
            self.budget.check()
            started = time.perf_counter()
            try:
                self._found[key] = self._index.search(query, documents, limit)
            finally:
                self.seconds += time.perf_counter() - started
        return list(self._found[key])


@dataclass(frozen=True, slots=True)
class ReportContext:
    """One report of an index, ready to be asked.

    `report` is for reading: it has line breaks where a page ends.
    """

    report: IndexedDocument
    index: Index
    weights: TermWeights
    reader: Reader
    budget: Budget = field(default_factory=Budget.unlimited)

    @classmethod
    def from_index(cls, index: Index, document: str, reader: Reader) -> ReportContext:
        """Prepare the report `document` of `index`, to be read by `reader`."""
        report = index.documents[document].for_reading()
        words = (passage.span.of(report.document.text) for passage in report.structure.passages)
        return cls(report, index, TermWeights.from_passages(words), reader)

    def retrieve(self, query: str) -> list[Hit]:
        """Return the passages nearest to `query`, best first."""
        return self.index.search(query, [self.report.document.id], CANDIDATES)
