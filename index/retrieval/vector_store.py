"""Vector stores: the seam behind which vectors are kept and searched, whatever keeps them.

A store knows addresses and vectors, and nothing of texts. A new one is a module with the methods of
`VectorStore` and a line in index.retrieval.stores; tests/index/test_vector_store.py holds it to what is
promised here.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from index.types import Vectors

Cosines = npt.NDArray[np.float32]
"""(n,) in [-1, 1]."""


class Address(NamedTuple):
    """Where words stand: a span of one version (the SHA-256 of its canonical text) of a document.

    A tuple, for a question looks up hundreds of them.
    """

    document: str
    version: str
    start: int
    end: int


class Match(NamedTuple):
    """Words that a search found, and the cosine of their vector and the query's."""

    address: Address
    cosine: float


class VectorStore(Protocol):
    """Vectors by address.

    All vectors are float32, L2-normalised and of one `dimension`. What was written is seen by the next call.
    Reading is safe from several threads as long as nobody writes.
    """

    @property
    def dimension(self) -> int:
        """Components of a vector."""

    def upsert(self, addresses: Sequence[Address], vectors: Vectors) -> None:
        """Keep `vectors`, (n, dimension), at `addresses`, in place of what is there.

        Raises ValueError, and changes nothing, where the two do not fit, an address is given twice, or a
        vector has another dimension or a component that is not finite.
        """

    def delete(self, document: str, version: str | None = None) -> int:
        """Forget a document, or one version of it; return how many vectors that were."""

    def search(self, query: Vectors, limit: int, documents: Collection[str] | None = None) -> list[Match]:
        """Return up to `limit` vectors nearest to `query`, (dimension,), best first.

        Only those of the named documents are found (None: all; one that is not there adds none). Raises
        ValueError for a limit below 1 or a query of another dimension.
        """

    def fetch(self, addresses: Sequence[Address]) -> Vectors:
        """Return the vectors at `addresses`, (n, dimension), in their order.

        Raises KeyError naming the first address that is not there.
        """

    def count(self, document: str | None = None) -> int:
        """Return how many vectors there are, or how many of one document."""

    def save(self, folder: Path) -> None:
        """Write into `folder`, which is made, what `open` needs; a store on a server writes where it is."""

    def health(self) -> str | None:
        """Return what keeps the store from answering right, in a sentence with its remedy; None: nothing."""


class StoreKind(Protocol):
    """How stores of one kind come to be; the class of a store is one."""

    def create(self, dimension: int) -> VectorStore:
        """Return an empty store for vectors of `dimension` components."""

    def open(self, folder: Path) -> VectorStore:
        """Return what `save` wrote; raises ValueError or OSError where it is anything else."""


def check_vectors(addresses: Sequence[Address], vectors: Vectors, dimension: int) -> None:
    """Raise ValueError where a store of `dimension` must not take `vectors` at `addresses`."""
    if vectors.shape != (len(addresses), dimension):
        raise ValueError(
            f"{len(addresses)} addresses and vectors of the shape {vectors.shape} do not fit: "
            f"give one vector of {dimension} components an address."
        )
    if not np.isfinite(vectors).all():
        raise ValueError("A vector has a component that is not finite: encode its text again.")
    if len(set(addresses)) != len(addresses):
        twice = next(one for one in addresses if addresses.count(one) > 1)
        raise ValueError(f"{twice} is given twice: give each address one vector.")


def check_query(query: Vectors, limit: int, dimension: int) -> None:
    """Raise ValueError where a store of `dimension` cannot be searched for `query`."""
    if limit < 1:
        raise ValueError(f"The limit is {limit}: ask for at least 1 match.")
    if query.shape != (dimension,):
        raise ValueError(f"The query has the shape {query.shape}: give a vector of {dimension} components.")


def compare(vectors: Vectors, query: Vectors) -> Cosines:
    """Return the cosines of `vectors`, (n, dimension), and `query`, (dimension,).

    Rounding may take a product beyond what a cosine can be.
    """
    cosines: Cosines = np.clip(vectors @ query, -1.0, 1.0)
    return cosines
