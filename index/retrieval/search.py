"""Hybrid search over the passages of all documents."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import cast

import numpy as np
import numpy.typing as npt

from index.encoder.loading import is_bundled
from index.retrieval.fusion import Scores, confidence, fuse
from index.retrieval.lexical import LexicalIndex
from index.retrieval.vector_store import Address, VectorStore, compare
from index.types import Clause, Encoder, Hit, IndexedDocument, Passage, Span, Vectors

CANDIDATES = 100
"""How many passages each of the two retrievals puts forward for fusion, at least."""

MAX_ENCODED = 256
"""Characters of a query that are encoded: twice the longest that people ask, for time grows faster."""

Numbers = npt.NDArray[np.int64]
"""(n,) numbers of passages."""

Mask = npt.NDArray[np.bool_]
"""(n passages,) True where a passage may be found."""


REMEMBERED = 64
"""Queries whose vectors are kept: one message has itself, its parts and its topic encoded several times."""


class PassageIndex:
    """Searchable passages, numbered from 0 through all documents in reading order.

    `passages` and `clauses` are stores with the vector of each. An `Index`; safe to search from several
    threads.
    """

    def __init__(
        self,
        documents: Sequence[IndexedDocument],
        passages: VectorStore,
        clauses: VectorStore,
        lexical: LexicalIndex,
        encoder: Encoder,
    ) -> None:
        self.passage_vectors = passages
        self.clause_vectors = clauses
        self.lexical = lexical
        self._documents = {indexed.document.id: indexed for indexed in documents}
        self._passages = tuple(passage for indexed in documents for passage in indexed.structure.passages)
        self._addresses = passage_addresses(documents)
        self._clause_addresses = clause_addresses(documents)
        self._numbers = {address: number for number, address in enumerate(self._addresses)}
        count, vectors = len(self._passages), passages.count()
        if not count == vectors == len(lexical):
            raise ValueError(f"{count} passages, {vectors} vectors and {len(lexical)} texts do not fit")
        counted = sum(map(len, self._clause_addresses))
        if counted != clauses.count():
            raise ValueError(f"{counted} clauses and {clauses.count()} clause vectors do not fit")
        self._owners = np.array([passage.document for passage in self._passages])
        self.encoder = encoder
        self._encoded: dict[str, Vectors] = {}
        # The tokenizers of transformers raise "Already borrowed" when two threads set their padding at once.
        self._encoding = threading.Lock()

    def check_vectors(self) -> None:
        """Raise ValueError where a store is not sound, or a passage or clause has no vector in it."""
        clauses = [address for addresses in self._clause_addresses for address in addresses]
        for store, addresses in ((self.passage_vectors, self._addresses), (self.clause_vectors, clauses)):
            if fault := store.health():
                raise ValueError(fault)
            try:
                store.fetch(addresses)
            except KeyError as error:
                raise ValueError(f"there is no vector for {error}") from error

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
        nearest = self.passage_vectors.search(vector, depth, documents)
        numbers = np.union1d(
            np.array([self._numbers[match.address] for match in nearest], dtype=np.int64),
            highest(np.where(allowed, texts, 0), depth),
        )
        # Compared here, so that passages of both retrievals are compared alike.
        dense = compare(self.passage_vectors.fetch([self._addresses[at] for at in numbers]), vector)
        lexical = texts[numbers]
        fused = fuse(dense, lexical)
        scores = confidence(dense, fused)
        best = np.argsort(-fused, kind="stable")[:limit]  # `numbers` ascend, so ties stay in reading order
        clauses = self._compare_clauses(vector, numbers[best])
        return [
            Hit(
                self._passages[numbers[at]],
                float(scores[at]),
                float(dense[at]),
                float(lexical[at]),
                compared,
            )
            for at, compared in zip(best, clauses, strict=True)
        ]

    def encode(self, query: str) -> Vectors | None:
        """Return the vector of `query`, (dimension,), by the bundled encoder; None by any other."""
        return self._encode(query.encode(errors="replace").decode()) if is_bundled(self.encoder) else None

    def embed(self, texts: Sequence[str], *, passages: bool) -> Vectors:
        """Return the vectors of `texts` by whichever encoder, (n, dimension): as passages, or as queries."""
        encode = self.encoder.encode_document if passages else self.encoder.encode_query
        with self._encoding:
            rows = encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return cast(Vectors, np.asarray(rows, dtype=np.float32))

    def _compare_clauses(self, vector: Vectors, numbers: Numbers) -> list[tuple[Clause, ...]]:
        """Return the clauses of each of the passages `numbers` with their cosines to the query `vector`."""
        addresses = [self._clause_addresses[number] for number in numbers]
        vectors = self.clause_vectors.fetch([address for clauses in addresses for address in clauses])
        compared, first = [], 0
        for number, clauses in zip(numbers, addresses, strict=True):
            cosines = compare(vectors[first : first + len(clauses)], vector).tolist()
            spans = clauses_of(self._passages[number])
            compared.append(tuple(map(Clause, spans, cosines)))
            first += len(clauses)
        return compared

    def _allowed(self, documents: Sequence[str] | None) -> Mask:
        if documents is None:
            return np.ones(len(self._passages), dtype=np.bool_)
        for name in documents:
            if name not in self._documents:
                raise ValueError(f"Document {name!r} is not indexed; known are {sorted(self._documents)}.")
        return np.isin(self._owners, list(documents))

    def _encode(self, query: str) -> Vectors:
        query = query[:MAX_ENCODED]
        if (known := self._encoded.get(query)) is not None:
            return known
        with self._encoding:
            rows = self.encoder.encode_query([query], normalize_embeddings=True, show_progress_bar=False)
            vector = cast(Vectors, np.asarray(rows, dtype=np.float32)[0])
            self._encoded[query] = vector
            if len(self._encoded) > REMEMBERED:
                self._encoded.pop(next(iter(self._encoded)))
        return vector


def clauses_of(passage: Passage) -> tuple[Span, ...]:
    """Return the clauses of `passage`; one that is not divided is a single clause."""
    return passage.clauses or (passage.span,)


def passage_addresses(documents: Sequence[IndexedDocument]) -> list[Address]:
    """Return where the passages of `documents` stand, in reading order."""
    return [
        Address(one.document.id, one.document.sha256, passage.span.start, passage.span.end)
        for one in documents
        for passage in one.structure.passages
    ]


def clause_addresses(documents: Sequence[IndexedDocument]) -> list[tuple[Address, ...]]:
    """Return where the clauses of each passage of `documents` stand."""
    return [
        tuple(
            Address(one.document.id, one.document.sha256, span.start, span.end)
            for span in clauses_of(passage)
        )
        for one in documents
        for passage in one.structure.passages
    ]


def highest(scores: Scores, limit: int) -> Numbers:
    """Return the numbers of up to `limit` highest scores above 0, best first, ties in reading order."""
    found = np.flatnonzero(scores)
    return found[np.argsort(-scores[found], kind="stable")[:limit]]
