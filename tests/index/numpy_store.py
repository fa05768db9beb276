"""The smallest vector store there can be: a second implementation, to show that the seam is one."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np

from index.retrieval.vector_store import Address, Match, check_query, check_vectors, compare
from index.types import Vectors


class NumpyStore:
    """A dictionary of vectors, compared with one after the other."""

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self._rows: dict[Address, Vectors] = {}

    @classmethod
    def create(cls, dimension: int) -> NumpyStore:
        return cls(dimension)

    @classmethod
    def open(cls, folder: Path) -> NumpyStore:
        vectors, addresses = (
            np.load(folder / "rows.npy"),
            json.loads((folder / "rows.json").read_text("utf-8")),
        )
        store = cls(vectors.shape[1])
        store.upsert([Address(*address) for address in addresses], vectors)
        return store

    def upsert(self, addresses: Sequence[Address], vectors: Vectors) -> None:
        check_vectors(addresses, vectors, self.dimension)
        self._rows |= zip(addresses, vectors.astype(np.float32), strict=True)

    def delete(self, document: str, version: str | None = None) -> int:
        gone = [one for one in self._rows if one.document == document and version in (None, one.version)]
        for address in gone:
            del self._rows[address]
        return len(gone)

    def search(self, query: Vectors, limit: int, documents: Collection[str] | None = None) -> list[Match]:
        check_query(query, limit, self.dimension)
        allowed = [one for one in self._rows if documents is None or one.document in documents]
        cosines = compare(self.fetch(allowed), query)
        return [Match(allowed[at], float(cosines[at])) for at in np.argsort(-cosines, kind="stable")[:limit]]

    def fetch(self, addresses: Sequence[Address]) -> Vectors:
        rows = [self._rows[address] for address in addresses]
        return np.array(rows, dtype=np.float32).reshape(len(rows), self.dimension)

    def count(self, document: str | None = None) -> int:
        return sum(document in (None, one.document) for one in self._rows)

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        np.save(folder / "rows.npy", self.fetch(list(self._rows)))
        (folder / "rows.json").write_text(json.dumps(list(self._rows)), encoding="utf-8")

    def health(self) -> str | None:
        return None
