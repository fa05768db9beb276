"""Dense retrieval finds what a brute-force search finds."""

from __future__ import annotations

import faiss
import numpy as np
import pytest

from index.retrieval.faiss_store import VectorIndex
from index.types import Vectors


def random_vectors(count: int, seed: int = 0, dimension: int = 24) -> Vectors:
    vectors = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


VECTORS = random_vectors(203)  # no multiple of 8: the bitmap's last byte is cut
QUERIES = random_vectors(20, seed=1)


@pytest.mark.parametrize("limit", [1, 7, 203, 500])
def test_the_nearest_are_those_of_a_brute_force_search(limit: int) -> None:
    index = VectorIndex.build(VECTORS)
    for query in QUERIES:
        assert index.nearest(query, limit).tolist() == np.argsort(-(VECTORS @ query))[:limit].tolist()


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 1.0])
def test_only_allowed_passages_are_found_and_all_of_them(share: float) -> None:
    index = VectorIndex.build(VECTORS)
    allowed = np.random.default_rng(2).random(len(VECTORS)) < share
    for query in QUERIES:
        cosines = np.where(allowed, VECTORS @ query, -np.inf)
        expected = np.argsort(-cosines)[: min(10, allowed.sum())]
        assert index.nearest(query, 10, allowed).tolist() == expected.tolist()


def test_cosines_are_the_inner_products_in_the_order_asked_for() -> None:
    numbers = np.array([5, 0, 202, 5])
    np.testing.assert_allclose(
        VectorIndex.build(VECTORS).cosines(QUERIES[0], numbers), VECTORS[numbers] @ QUERIES[0], atol=1e-6
    )


def test_a_cosine_never_leaves_its_range() -> None:
    vector = np.full((1, 3), 0.57735034, dtype=np.float32)  # float32 rounding takes the product above 1
    assert VectorIndex.build(vector).cosines(vector[0], np.array([0])) <= 1


def test_bytes_round_trip() -> None:
    index = VectorIndex.build(VECTORS)
    copy = VectorIndex.from_bytes(index.to_bytes())
    assert (len(copy), copy.dimension) == (203, 24)
    for query in QUERIES:
        assert copy.nearest(query, 10).tolist() == index.nearest(query, 10).tolist()


def test_what_is_not_such_an_index_is_refused() -> None:
    data = VectorIndex.build(VECTORS).to_bytes()
    renumbered = faiss.IndexIDMap2(faiss.IndexFlatIP(24))
    renumbered.add_with_ids(VECTORS[:2], np.array([0, 7]))
    by_distance = faiss.IndexIDMap2(faiss.IndexFlatL2(24))
    others = [renumbered, by_distance, faiss.IndexFlatIP(24)]
    for wrong in [
        b"",
        data[:10],
        data[: len(data) // 2],
        *(faiss.serialize_index(one).tobytes() for one in others),
    ]:
        with pytest.raises(ValueError, match="not"):
            VectorIndex.from_bytes(wrong)
