"""Hybrid search over the passages of all documents."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import cast

import numpy as np

from index.encoder.loading import is_bundled
from index.encoder.turns import TURNS
from index.retrieval.fusion import Scores, confidence, fuse
from index.retrieval.lexical import score_together
from index.retrieval.segment import Numbers, Segment, clauses_of
from index.retrieval.vector_store import compare
from index.types import Clause, Encoder, Hit, IndexedDocument, Passage, Vectors

CANDIDATES = 100
"""How many passages each of the two retrievals puts forward for fusion, at least."""

MAX_ENCODED = 256
"""Characters of a query that are encoded: twice the longest that people ask, for time grows faster."""

REMEMBERED = 64
"""Queries whose vectors are kept: one message has itself, its parts and its topic encoded several times."""


class PassageIndex:
    """Searchable passages: one segment a document, in the order of their ids.

    An `Index`; never changed once it is made, and safe to search from several threads. What a search in some
    documents finds depends on these alone, whatever else there is.
    """

    def __init__(self, segments: Sequence[Segment], encoder: Encoder) -> None:
        self.segments = {
            one.indexed.document.id: one for one in sorted(segments, key=lambda one: one.indexed.document.id)
        }
        self.encoder = encoder
        self._documents = {name: segment.indexed for name, segment in self.segments.items()}
        self._encoded: dict[str, Vectors] = {}

    @property
    def documents(self) -> dict[str, IndexedDocument]:
        """Every indexed document by its id."""
        return self._documents

    @property
    def passages(self) -> tuple[Passage, ...]:
        """Every passage, in reading order."""
        return tuple(chain.from_iterable(one.structure.passages for one in self._documents.values()))

    def search(self, query: str, documents: Sequence[str] | None = None, limit: int = 10) -> list[Hit]:
        """Return up to `limit` hits of the named documents (None: all), best first, ties in reading order.

        A blank query finds nothing. Raises ValueError for a limit below 1 or a document that is not indexed.
        """
        if limit < 1:
            raise ValueError(f"The limit is {limit}; ask for at least 1 hit.")
        searched = _Searched(self._choose(documents))
        if not query.strip() or not searched.segments:
            return []
        query = query.encode(
            errors="replace"
        ).decode()  # tokenizers refuse the lone surrogates JSON lets through
        depth = max(limit, CANDIDATES)
        vector = self._encode(query)
        texts = np.concatenate(score_together([one.lexical for one in searched.segments], query))
        numbers = np.union1d(searched.nearest(vector, depth), highest(texts, depth))
        # Compared here, so that passages of both retrievals are compared alike.
        dense = compare(searched.fetch_passages(numbers), vector)
        lexical = texts[numbers]
        fused = fuse(dense, lexical)
        scores = confidence(dense, fused)
        best = np.argsort(-fused, kind="stable")[:limit]  # `numbers` ascend, so ties stay in reading order
        clauses = searched.compare_clauses(vector, numbers[best])
        return [
            Hit(
                searched.passage(int(numbers[at])),
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
        with TURNS.batch():
            rows = encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return cast(Vectors, np.asarray(rows, dtype=np.float32))

    def _choose(self, documents: Sequence[str] | None) -> list[Segment]:
        if documents is None:
            return list(self.segments.values())
        for name in documents:
            if name not in self._documents:
                raise ValueError(f"Document {name!r} is not indexed; known are {sorted(self._documents)}.")
        return [self.segments[name] for name in sorted(set(documents))]

    def _encode(self, query: str) -> Vectors:
        query = query[:MAX_ENCODED]
        if (known := self._encoded.get(query)) is not None:
            return known
        with TURNS.question():
            rows = self.encoder.encode_query([query], normalize_embeddings=True, show_progress_bar=False)
            vector = cast(Vectors, np.asarray(rows, dtype=np.float32)[0])
            self._encoded[query] = vector
            if len(self._encoded) > REMEMBERED:
                self._encoded.pop(next(iter(self._encoded)))
        return vector


class _Searched:
    """The passages of the segments that one search goes through, numbered from 0 in reading order."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self.segments = segments
        self._firsts = np.cumsum([0, *map(len, segments)])

    def passage(self, number: int) -> Passage:
        """Return the passage of that number."""
        segment, at = self._place(number)
        return segment.indexed.structure.passages[at]

    def nearest(self, vector: Vectors, limit: int) -> Numbers:
        """Return the numbers of up to `limit` passages nearest to `vector`."""
        found = [
            (-match.cosine, int(first) + segment.numbers[match.address])
            for segment, first in zip(self.segments, self._firsts, strict=False)
            if len(segment)
            for match in segment.passages.search(vector, limit)
        ]
        return np.array([number for _, number in sorted(found)[:limit]], dtype=np.int64)

    def fetch_passages(self, numbers: Numbers) -> Vectors:
        """Return the vectors of the passages `numbers`, which ascend."""
        bounds = np.searchsorted(numbers, self._firsts)
        return np.concatenate(
            [
                segment.passages.fetch([segment.addresses[at] for at in numbers[start:end] - first])
                for segment, first, start, end in zip(
                    self.segments, self._firsts, bounds[:-1], bounds[1:], strict=False
                )
                if start < end
            ]
        )

    def compare_clauses(self, vector: Vectors, numbers: Numbers) -> list[tuple[Clause, ...]]:
        """Return the clauses of each of the passages `numbers` with their cosines to the query `vector`."""
        compared: dict[int, tuple[Clause, ...]] = {}
        grouped: dict[int, list[int]] = {}
        for number in numbers.tolist():
            grouped.setdefault(int(np.searchsorted(self._firsts, number, "right")) - 1, []).append(number)
        for place, members in grouped.items():
            segment = self.segments[place]
            addresses = [segment.clause_addresses[number - self._firsts[place]] for number in members]
            vectors = segment.clauses.fetch(list(chain(*addresses)))
            first = 0
            for number, clauses in zip(members, addresses, strict=True):
                cosines = compare(vectors[first : first + len(clauses)], vector).tolist()
                compared[number] = tuple(map(Clause, clauses_of(self.passage(number)), cosines))
                first += len(clauses)
        return [compared[number] for number in numbers.tolist()]

    def _place(self, number: int) -> tuple[Segment, int]:
        place = int(np.searchsorted(self._firsts, number, "right")) - 1
        return self.segments[place], number - int(self._firsts[place])


def highest(scores: Scores, limit: int) -> Numbers:
    """Return the numbers of up to `limit` highest scores above 0, best first, ties in reading order."""
    found = np.flatnonzero(scores)
    return found[np.argsort(-scores[found], kind="stable")[:limit]]
