"""A segment: one document, ready to be searched, with the vectors and terms of its passages.

An index is made of segments and shares them with the index before it: what a change costs is the segments
that it changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt

from index.language.text import join_lines
from index.retrieval.lexical import LexicalIndex
from index.retrieval.passage_text import passage_text
from index.retrieval.vector_store import Address, VectorStore
from index.types import IndexedDocument, Passage, Span, Vectors

DIGEST_BYTES = 16
"""Of a SHA-256: enough that no two texts of any library will ever share one."""

Digests = npt.NDArray[np.bytes_]
"""(n,) the first 16 bytes of the SHA-256 of a text that was encoded."""

Numbers = npt.NDArray[np.int64]
"""(n,) numbers of passages."""


class Segment:
    """One document with a store of the vectors of its passages, one of its clauses, and their terms.

    `digests` are those of the encoded texts, passages first, then the clauses of each. Never changed once it
    is made; safe to read from several threads. Raises ValueError where the parts do not fit together.
    """

    def __init__(
        self,
        indexed: IndexedDocument,
        passages: VectorStore,
        clauses: VectorStore,
        lexical: LexicalIndex,
        digests: Digests,
    ) -> None:
        self.indexed = indexed
        self.passages = passages
        self.clauses = clauses
        self.lexical = lexical
        self.digests = digests
        self.addresses = passage_addresses(indexed)
        self.clause_addresses = clause_addresses(indexed)
        self.numbers = {address: number for number, address in enumerate(self.addresses)}
        self._order = np.argsort(digests, kind="stable")
        count, counted = len(self.addresses), sum(map(len, self.clause_addresses))
        if not count == passages.count() == len(lexical):
            raise ValueError(
                f"{count} passages, {passages.count()} vectors and {len(lexical)} texts do not fit"
            )
        if counted != clauses.count():
            raise ValueError(f"{counted} clauses and {clauses.count()} clause vectors do not fit")
        if len(digests) != count + counted:
            raise ValueError(f"{count + counted} vectors and {len(digests)} digests do not fit")

    def __len__(self) -> int:
        return len(self.addresses)

    def check_vectors(self) -> None:
        """Raise ValueError where a store is not sound, or a passage or clause has no vector in it."""
        for store, addresses in (
            (self.passages, self.addresses),
            (self.clauses, list(chain(*self.clause_addresses))),
        ):
            if fault := store.health():
                raise ValueError(fault)
            try:
                store.fetch(addresses)
            except KeyError as error:
                raise ValueError(f"there is no vector for {error}") from error

    def find_vectors(self, wanted: Digests) -> tuple[Numbers, Vectors]:
        """Return which of the `wanted` texts are encoded here, (k,) places, and their (k, d) vectors."""
        ordered = self.digests[self._order]
        at = np.searchsorted(ordered, wanted)
        at[at == len(ordered)] = 0
        places = np.flatnonzero(ordered[at] == wanted) if len(ordered) else np.empty(0, dtype=np.int64)
        rows = self._order[at[places]]
        vectors: Vectors = np.empty((len(places), self.passages.dimension), dtype=np.float32)
        of_passages = rows < len(self.addresses)
        flat = list(chain(*self.clause_addresses))
        if of_passages.any():
            vectors[of_passages] = self.passages.fetch([self.addresses[row] for row in rows[of_passages]])
        if not of_passages.all():
            vectors[~of_passages] = self.clauses.fetch(
                [flat[row - len(self.addresses)] for row in rows[~of_passages]]
            )
        return places, vectors


def digest_texts(texts: Iterable[str]) -> Digests:
    """Return the digests of `texts`, in order."""
    return np.array(
        [hashlib.sha256(text.encode(errors="surrogatepass")).digest()[:DIGEST_BYTES] for text in texts],
        dtype=f"S{DIGEST_BYTES}",
    )


def encoded_texts(indexed: IndexedDocument) -> tuple[list[str], list[str]]:
    """Return what is encoded for each passage of a document, and for each clause of each passage."""
    read = indexed.for_reading()
    passages = [passage_text(read.document, passage) for passage in read.structure.passages]
    clauses = [
        join_lines(span.of(read.document.text))
        for passage in read.structure.passages
        for span in clauses_of(passage)
    ]
    return passages, clauses


def clauses_of(passage: Passage) -> tuple[Span, ...]:
    """Return the clauses of `passage`; one that is not divided is a single clause."""
    return passage.clauses or (passage.span,)


def passage_addresses(indexed: IndexedDocument) -> list[Address]:
    """Return where the passages of a document stand, in reading order."""
    document = indexed.document
    return [
        Address(document.id, document.sha256, passage.span.start, passage.span.end)
        for passage in indexed.structure.passages
    ]


def clause_addresses(indexed: IndexedDocument) -> Sequence[tuple[Address, ...]]:
    """Return where the clauses of each passage of a document stand."""
    document = indexed.document
    return [
        tuple(Address(document.id, document.sha256, span.start, span.end) for span in clauses_of(passage))
        for passage in indexed.structure.passages
    ]
