"""Hybrid search over the passages of all documents."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import cast

import numpy as np

from index.retrieval.faiss_store import Mask, Numbers, VectorIndex
from index.retrieval.fusion import Scores, confidence, fuse
from index.retrieval.lexical import LexicalIndex
from index.types import Clause, Encoder, Hit, IndexedDocument, Passage, Span, Vectors

CANDIDATES = 100
"""How many passages each of the two retrievals puts forward for fusion, at least."""


MAX_ENCODED = 256
"""Characters of a query that are encoded: twice the longest that people ask, for time grows faster."""


class PassageIndex:
    """Searchable passages, numbered from 0 through all documents in reading order.

    An `Index`; safe to search from several threads.
    """

    def __init__(
        self,
        documents: Sequence[IndexedDocument],
        vectors: VectorIndex,
        clauses: VectorIndex,
        lexical: LexicalIndex,
        encoder: Encoder,
    ) -> None:
        self.vectors = vectors
        self.clauses = clauses
        self.lexical = lexical
        self._documents = {indexed.document.id: indexed for indexed in documents}
        self._passages = tuple(passage for indexed in documents for passage in indexed.structure.passages)
        if not len(self._passages) == len(vectors) == len(lexical):
            raise ValueError(
                f"{len(self._passages)} passages, {len(vectors)} vectors and {len(lexical)} texts do not fit"
            )
        counts = [len(clauses_of(passage)) for passage in self._passages]
        if sum(counts) != len(clauses):
            raise ValueError(f"{sum(counts)} clauses and {len(clauses)} clause vectors do not fit")
        self._first_clauses = np.concatenate(([0], np.cumsum(counts, dtype=np.int64)))
        self._owners = np.array([passage.document for passage in self._passages])
        self.encoder = encoder
        # The tokenizers of transformers raise "Already borrowed" when two threads set their padding at once.
        self._encoding = threading.Lock()

    @property
    def documents(self) -> dict[str, IndexedDocument]:
        """Every indexed document by its id."""
        return self._documents

    @property
    def passages(self) -> tuple[Passage, ...]:
        """Every passage; its place is its number."""
        return self._passages

    def search(self, query: str, documents: Sequence[str] | None = None, limit: int = 10) -> list[Hit]:
        """Return up to `limit` hits of the named documents (None: all), best first, ties in reading order.

        A blank query finds nothing. Raises ValueError for a limit below 1 or a document that is not indexed.
        """
        if limit < 1:
            raise ValueError(f"The limit is {limit}; ask for at least 1 hit.")
        allowed = self._allowed(documents)
        if not query.strip() or not allowed.any():
            return []
        query = query.encode(
            errors="replace"
        ).decode()  # tokenizers refuse the lone surrogates JSON lets through
        depth = max(limit, CANDIDATES)
        vector = self._encode(query)
        texts = self.lexical.scores(query)
        numbers = np.union1d(
            self.vectors.nearest(vector, depth, allowed), highest(np.where(allowed, texts, 0), depth)
        )
        dense, lexical = self.vectors.cosines(vector, numbers), texts[numbers]
        fused = fuse(dense, lexical)
        scores = confidence(dense, fused)
        best = np.argsort(-fused, kind="stable")[:limit]  # `numbers` ascend, so ties stay in reading order
        return [
            Hit(
                self._passages[numbers[at]],
                float(scores[at]),
                float(dense[at]),
                float(lexical[at]),
                self._compare_clauses(vector, int(numbers[at])),
            )
            for at in best
        ]

    def _compare_clauses(self, vector: Vectors, number: int) -> tuple[Clause, ...]:
        """Return the clauses of passage `number` with their cosines to the query `vector`."""
        first, last = self._first_clauses[number : number + 2]
        cosines = self.clauses.cosines(vector, np.arange(first, last))
        spans = clauses_of(self._passages[number])
        return tuple(Clause(span, float(cosine)) for span, cosine in zip(spans, cosines, strict=True))

    def _allowed(self, documents: Sequence[str] | None) -> Mask:
        if documents is None:
            return np.ones(len(self._passages), dtype=np.bool_)
        for name in documents:
            if name not in self._documents:
                raise ValueError(f"Document {name!r} is not indexed; known are {sorted(self._documents)}.")
        return np.isin(self._owners, list(documents))

    def _encode(self, query: str) -> Vectors:
        with self._encoding:
            rows = self.encoder.encode_query(
                [query[:MAX_ENCODED]], normalize_embeddings=True, show_progress_bar=False
            )
        return cast(Vectors, np.asarray(rows, dtype=np.float32)[0])


def clauses_of(passage: Passage) -> tuple[Span, ...]:
    """Return the clauses of `passage`; one that is not divided is a single clause."""
    return passage.clauses or (passage.span,)


def highest(scores: Scores, limit: int) -> Numbers:
    """Return the numbers of up to `limit` highest scores above 0, best first, ties in reading order."""
    found = np.flatnonzero(scores)
    return found[np.argsort(-scores[found], kind="stable")[:limit]]
