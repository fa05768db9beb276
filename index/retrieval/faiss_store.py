"""The default vector store: vectors in FAISS, in this process, searched exactly by inner product."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any, Self

import faiss
import numpy as np
import numpy.typing as npt

from index.retrieval.vector_store import Address, Match, check_query, check_vectors
from index.types import Vectors

VECTORS_FILE = "vectors.faiss"
ADDRESSES_FILE = "addresses.json"

_Ids = npt.NDArray[np.int64]
"""(n,) ids of vectors in the FAISS index: how many were ever added before it."""


class FaissStore:
    """A `VectorStore` over a flat index.

    It is exact, and at 1.5 kB a vector tens of thousands of them still take only milliseconds.
    """

    def __init__(self, index: Any, addresses: Iterable[tuple[int, Address]]) -> None:
        self._index = index
        self._addresses = dict(addresses)
        self._ids = {address: number for number, address in self._addresses.items()}
        self._next = max(self._addresses, default=-1) + 1
        self._documents: dict[str, _Ids] = {}
        self._regroup()

    @classmethod
    def create(cls, dimension: int) -> Self:
        """Return an empty store for vectors of `dimension` components."""
        return cls(faiss.IndexIDMap2(faiss.IndexFlatIP(dimension)), ())

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Read what `save` wrote; raises ValueError or OSError where it is anything else.

        FAISS copies the bytes, nothing stays mapped to a file (a mapped index aborts the process on add).
        """
        try:
            index = faiss.deserialize_index(
                np.frombuffer((folder / VECTORS_FILE).read_bytes(), dtype=np.uint8)
            )
        except RuntimeError as error:
            raise ValueError(f"{VECTORS_FILE} is not a FAISS index") from error
        if not isinstance(index, faiss.IndexIDMap2) or index.metric_type != faiss.METRIC_INNER_PRODUCT:
            raise ValueError(f"{VECTORS_FILE} is not an IndexIDMap2 over inner product")
        ids = faiss.vector_to_array(index.id_map).tolist()
        addresses = _read_addresses(folder / ADDRESSES_FILE)
        if not len(ids) == len(set(ids)) == len(addresses) == len(set(addresses)):
            raise ValueError(f"{VECTORS_FILE} and {ADDRESSES_FILE} do not fit together")
        return cls(index, zip(ids, addresses, strict=True))

    @property
    def dimension(self) -> int:
        """Components of a vector."""
        return int(self._index.d)

    def upsert(self, addresses: Sequence[Address], vectors: Vectors) -> None:
        """Keep `vectors` at `addresses`, in place of what is there."""
        check_vectors(addresses, vectors, self.dimension)
        self._remove([self._ids[address] for address in addresses if address in self._ids])
        ids = np.arange(self._next, self._next + len(addresses))
        self._index.add_with_ids(np.ascontiguousarray(vectors, dtype=np.float32), ids)
        self._next += len(addresses)
        for number, address in zip(ids.tolist(), addresses, strict=True):
            self._addresses[number] = address
            self._ids[address] = number
        self._regroup()

    def delete(self, document: str, version: str | None = None) -> int:
        """Forget a document, or one version of it; return how many vectors that were."""
        gone = [
            number
            for number in self._documents.get(document, np.empty(0, dtype=np.int64)).tolist()
            if version in (None, self._addresses[number].version)
        ]
        self._remove(gone)
        self._regroup()
        return len(gone)

    def search(self, query: Vectors, limit: int, documents: Collection[str] | None = None) -> list[Match]:
        """Return up to `limit` vectors nearest to `query`, best first."""
        check_query(query, limit, self.dimension)
        limit = min(limit, self.count())
        if not limit:
            return []
        options = None
        if documents is not None:
            allowed = np.zeros(self._next, dtype=np.bool_)
            for name in documents:
                allowed[self._documents.get(name, [])] = True
            # FAISS keeps only the address of `bits`: it has to outlive the search. (The stubs describe C++.)
            bits = np.packbits(allowed, bitorder="little")
            options = faiss.SearchParameters(sel=faiss.IDSelectorBitmap(bits))  # type: ignore[call-arg,arg-type]
        products, numbers = self._index.search(query[None, :], limit, params=options)
        cosines = np.clip(products[0], -1.0, 1.0).tolist()
        return [
            Match(self._addresses[number], cosine)
            for number, cosine in zip(numbers[0].tolist(), cosines, strict=True)
            if number >= 0  # FAISS fills up with -1
        ]

    def fetch(self, addresses: Sequence[Address]) -> Vectors:
        """Return the vectors at `addresses`, in their order."""
        ids = np.array([self._ids[address] for address in addresses], dtype=np.int64)
        vectors: Vectors = self._index.reconstruct_batch(ids)
        return vectors

    def count(self, document: str | None = None) -> int:
        """Return how many vectors there are, or how many of one document."""
        return len(self._ids) if document is None else len(self._documents.get(document, ()))

    def save(self, folder: Path) -> None:
        """Write the index in FAISS's own format, and the addresses beside it in the order of its ids."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / VECTORS_FILE).write_bytes(faiss.serialize_index(self._index).tobytes())
        order = faiss.vector_to_array(self._index.id_map).tolist()
        _write_addresses(folder / ADDRESSES_FILE, [self._addresses[number] for number in order])

    def health(self) -> str | None:
        """Return what is wrong with the store: vectors that are not numbers."""
        if not np.isfinite(self.fetch(list(self._ids))).all():
            return "A vector has a component that is not finite: build the index anew."
        return None

    def _remove(self, ids: Sequence[int]) -> None:
        if ids:
            self._index.remove_ids(np.array(ids, dtype=np.int64))
        for number in ids:
            del self._ids[self._addresses.pop(number)]

    def _regroup(self) -> None:
        grouped: dict[str, list[int]] = {}
        for number, address in self._addresses.items():
            grouped.setdefault(address.document, []).append(number)
        self._documents = {name: np.array(ids, dtype=np.int64) for name, ids in grouped.items()}


def _write_addresses(path: Path, addresses: Sequence[Address]) -> None:
    """Write each version of a document once, then three numbers an address: version, start, end."""
    versions = list(dict.fromkeys((one.document, one.version) for one in addresses))
    numbers = {version: number for number, version in enumerate(versions)}
    rows = [(numbers[one.document, one.version], one.start, one.end) for one in addresses]
    path.write_text(json.dumps({"versions": versions, "rows": rows}, ensure_ascii=False), encoding="utf-8")


def _read_addresses(path: Path) -> list[Address]:
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
        versions = [(str(document), str(version)) for document, version in table["versions"]]
        return [
            Address(document, version, int(start), int(end))
            for (document, version), start, end in (
                (versions[number], start, end) for number, start, end in table["rows"]
            )
        ]
    except (KeyError, TypeError, IndexError, ValueError) as error:  # JSON of another shape
        raise ValueError(f"{path.name} holds no addresses") from error
