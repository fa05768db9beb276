"""Dense retrieval: passage vectors in FAISS, searched exactly by inner product."""

from __future__ import annotations

from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from index.types import Vectors

Numbers = npt.NDArray[np.int64]
"""(n,) passage numbers of a generation."""

Mask = npt.NDArray[np.bool_]
"""(n passages,) True where a passage may be found."""


class VectorIndex:
    """Vectors numbered from 0 in reading order; ids are the passage numbers of a generation.

    A flat index is exact, and at 1.5 kB a passage tens of thousands of them still take only milliseconds.
    Reading is safe from several threads.
    """

    def __init__(self, index: Any) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: Vectors) -> VectorIndex:
        """Index `vectors`, (n, dimension) float32 with L2-normalised rows."""
        index = faiss.IndexIDMap2(faiss.IndexFlatIP(vectors.shape[1]))
        index.add_with_ids(np.ascontiguousarray(vectors, dtype=np.float32), np.arange(len(vectors)))
        return cls(index)

    @classmethod
    def from_bytes(cls, data: bytes) -> VectorIndex:
        """Read what `to_bytes` wrote; raises ValueError where it is anything else.

        FAISS copies the bytes, nothing stays mapped to a file (a mapped index aborts the process on add).
        """
        try:
            index = faiss.deserialize_index(np.frombuffer(data, dtype=np.uint8))
        except RuntimeError as error:
            raise ValueError("not a FAISS index") from error
        if not isinstance(index, faiss.IndexIDMap2) or index.metric_type != faiss.METRIC_INNER_PRODUCT:
            raise ValueError("not an IndexIDMap2 over inner product")
        if not np.array_equal(faiss.vector_to_array(index.id_map), np.arange(index.ntotal)):
            raise ValueError("the ids are not the passage numbers 0, 1, 2, …")
        return cls(index)

    def to_bytes(self) -> bytes:
        """Return the index in FAISS's own format."""
        return bytes(faiss.serialize_index(self._index).tobytes())

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """Components of a vector."""
        return int(self._index.d)

    def nearest(self, query: Vectors, limit: int, allowed: Mask | None = None) -> Numbers:
        """Return the numbers of up to `limit` passages nearest to `query` (dimension,), best first.

        Only passages that `allowed` marks are found (None: all).
        """
        options = None
        if allowed is not None:
            # FAISS keeps only the address of `bits`: it has to outlive the search. (The stubs describe C++.)
            bits = np.packbits(allowed, bitorder="little")
            options = faiss.SearchParameters(sel=faiss.IDSelectorBitmap(bits))  # type: ignore[call-arg,arg-type]
        _, numbers = self._index.search(query[None, :], limit, params=options)
        found: Numbers = numbers[0]
        return found[found >= 0]  # FAISS fills up with -1

    def cosines(self, query: Vectors, numbers: Numbers) -> npt.NDArray[np.float32]:
        """Return the cosines of `query` (dimension,) with the passages `numbers`, in their order."""
        vectors: Vectors = self._index.reconstruct_batch(numbers)
        cosines: npt.NDArray[np.float32] = np.clip(vectors @ query, -1.0, 1.0)
        return cosines
