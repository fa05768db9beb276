"""What any vector store promises: each that there is, and the smallest there can be, are held to it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from index.errors import OutdatedError
from index.retrieval.stores import STORES
from index.retrieval.vector_store import Address, StoreKind, VectorStore
from index.storage.corpus_index import build_generation, open_generation
from index.types import Vectors
from tests.index.numpy_store import NumpyStore

DIMENSION = 24
KINDS: dict[str, StoreKind] = {**STORES, "numpy": NumpyStore}


def random_vectors(count: int, seed: int = 0) -> Vectors:
    vectors = np.random.default_rng(seed).normal(size=(count, DIMENSION)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def addresses_of(document: str, count: int, version: str = "1") -> list[Address]:
    return [Address(document, version, 10 * at, 10 * at + 9) for at in range(count)]


DOCUMENTS = {"a": 101, "b": 100, "c": 2}  # 203 vectors, no multiple of 8: a bitmap's last byte is cut
ADDRESSES = [address for name, count in DOCUMENTS.items() for address in addresses_of(name, count)]
VECTORS = random_vectors(len(ADDRESSES))
QUERIES = random_vectors(20, seed=1)


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> StoreKind:
    return KINDS[request.param]


@pytest.fixture
def store(kind: StoreKind) -> VectorStore:
    store = kind.create(DIMENSION)
    store.upsert(ADDRESSES, VECTORS)
    return store


@pytest.fixture(params=["as written", "saved and opened"])
def either(
    request: pytest.FixtureRequest, kind: StoreKind, store: VectorStore, tmp_path: Path
) -> VectorStore:
    if request.param == "as written":
        return store
    store.save(tmp_path / "store")
    return kind.open(tmp_path / "store")


def brute_force(query: Vectors, limit: int, among: list[Address]) -> list[Address]:
    order = sorted(among, key=lambda address: -float(VECTORS[ADDRESSES.index(address)] @ query))
    return order[:limit]


def found(
    store: VectorStore, query: Vectors, limit: int, documents: list[str] | None = None
) -> list[Address]:
    return [match.address for match in store.search(query, limit, documents)]


@pytest.mark.parametrize("limit", [1, 7, 203, 500])
def test_the_nearest_are_those_of_a_brute_force_search(either: VectorStore, limit: int) -> None:
    for query in QUERIES[:5]:
        assert found(either, query, limit) == brute_force(query, limit, ADDRESSES)


@pytest.mark.parametrize(
    "documents", [[], ["c"], ["a", "c"], ["a", "b", "c"], ["atlantis"], ["b", "atlantis"]]
)
def test_only_the_documents_named_are_found_and_all_of_them(
    either: VectorStore, documents: list[str]
) -> None:
    among = [address for address in ADDRESSES if address.document in documents]
    for query in QUERIES[:5]:
        assert found(either, query, 500, documents) == brute_force(query, 500, among)


def test_a_match_tells_its_cosine(either: VectorStore) -> None:
    matches = either.search(QUERIES[0], 500)
    rows = either.fetch([match.address for match in matches])
    np.testing.assert_allclose([match.cosine for match in matches], rows @ QUERIES[0], atol=1e-6)


def test_a_cosine_never_leaves_its_range(kind: StoreKind) -> None:
    vector = np.full((1, 3), 0.57735034, dtype=np.float32)  # float32 rounding takes the product above 1
    store = kind.create(3)
    store.upsert([Address("a", "1", 0, 1)], vector)
    assert store.search(vector[0], 1)[0].cosine <= 1


def test_vectors_are_fetched_in_the_order_asked_for_as_often_as_asked_for(either: VectorStore) -> None:
    at = [5, 0, 202, 5]
    np.testing.assert_array_equal(either.fetch([ADDRESSES[one] for one in at]), VECTORS[at])
    assert either.fetch([]).shape == (0, DIMENSION)


@pytest.mark.parametrize(
    "missing", [Address("a", "2", 0, 9), Address("a", "1", 0, 8), Address("d", "1", 0, 9)]
)
def test_what_is_not_there_is_named_when_it_is_fetched(either: VectorStore, missing: Address) -> None:
    with pytest.raises(KeyError, match=missing.document):
        either.fetch([ADDRESSES[0], missing])


def test_vectors_are_counted_by_document(either: VectorStore) -> None:
    assert either.count() == len(ADDRESSES)
    assert {name: either.count(name) for name in (*DOCUMENTS, "atlantis")} == {**DOCUMENTS, "atlantis": 0}
    assert either.dimension == DIMENSION
    assert either.health() is None


def test_what_is_written_again_takes_the_place_of_what_was_there(either: VectorStore) -> None:
    new = random_vectors(3, seed=2)
    either.upsert([*ADDRESSES[:2], Address("d", "1", 0, 9)], new)
    assert either.count() == len(ADDRESSES) + 1
    np.testing.assert_array_equal(either.fetch(ADDRESSES[:3]), [*new[:2], VECTORS[2]])
    assert found(either, new[0], 1) == ADDRESSES[:1]
    assert found(either, new[2], 1, ["d"]) == [Address("d", "1", 0, 9)]


def test_a_document_that_is_deleted_is_found_no_more(either: VectorStore) -> None:
    assert either.delete("a") == DOCUMENTS["a"]
    assert (either.count(), either.count("a"), either.delete("a")) == (102, 0, 0)
    left = [address for address in ADDRESSES if address.document != "a"]
    for query in QUERIES[:5]:
        assert found(either, query, 10) == brute_force(query, 10, left)
        assert found(either, query, 10, ["a"]) == []
    with pytest.raises(KeyError):
        either.fetch(ADDRESSES[:1])


def test_one_version_of_a_document_is_deleted_and_the_other_stays(either: VectorStore) -> None:
    newer = addresses_of("c", 2, version="2")
    either.upsert(newer, random_vectors(2, seed=3))
    assert either.count("c") == 4
    assert either.delete("c", "1") == 2
    assert sorted(found(either, QUERIES[0], 9, ["c"])) == newer


def test_a_document_comes_back_after_it_was_deleted(either: VectorStore) -> None:
    either.delete("b")
    either.upsert(ADDRESSES[101:201], VECTORS[101:201])
    for query in QUERIES[:5]:
        assert found(either, query, 7, ["b"]) == brute_force(query, 7, ADDRESSES[101:201])


def test_what_was_changed_is_saved_as_it_is(kind: StoreKind, store: VectorStore, tmp_path: Path) -> None:
    store.delete("a")
    store.upsert(ADDRESSES[150:160], random_vectors(10, seed=4))
    store.save(tmp_path)
    opened = kind.open(tmp_path)
    assert opened.count() == store.count()
    for query in QUERIES[:5]:
        assert opened.search(query, 300) == store.search(query, 300)


def test_an_empty_store_finds_nothing(kind: StoreKind) -> None:
    store = kind.create(DIMENSION)
    assert (store.count(), store.search(QUERIES[0], 5), store.search(QUERIES[0], 5, ["a"])) == (0, [], [])
    assert (store.delete("a"), store.health()) == (0, None)


@pytest.mark.parametrize(
    ("addresses", "vectors", "words"),
    [
        (ADDRESSES[:1], random_vectors(2), "do not fit"),
        (ADDRESSES[:2], random_vectors(2)[:, :-1], "do not fit"),
        (ADDRESSES[:1] * 2, random_vectors(2), "given twice"),
        (ADDRESSES[:1], np.full((1, DIMENSION), np.nan, dtype=np.float32), "not finite"),
    ],
)
def test_vectors_that_do_not_fit_are_refused_and_change_nothing(
    either: VectorStore, addresses: list[Address], vectors: Vectors, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        either.upsert(addresses, vectors)
    np.testing.assert_array_equal(either.fetch(ADDRESSES), VECTORS)


def test_a_search_for_nothing_or_in_another_dimension_is_refused(either: VectorStore) -> None:
    with pytest.raises(ValueError, match="limit is 0"):
        either.search(QUERIES[0], 0)
    with pytest.raises(ValueError, match="24 components"):
        either.search(QUERIES[0][:-1], 1)


def test_threads_find_what_one_thread_finds(either: VectorStore) -> None:
    alone = [either.search(query, 10, ["a", "c"]) for query in QUERIES]
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(lambda query: either.search(query, 10, ["a", "c"]), [*QUERIES] * 5))
    assert together == alone * 5


@pytest.mark.parametrize("damage", ["missing", "empty", "cut"])
def test_a_file_that_is_gone_or_cut_is_refused_when_a_store_is_opened(
    kind: StoreKind, store: VectorStore, tmp_path: Path, damage: str
) -> None:
    store.save(tmp_path)
    files = sorted(tmp_path.iterdir())
    for path in files:
        data = path.read_bytes()
        if damage == "missing":
            path.unlink()
        else:
            path.write_bytes(data[: len(data) // 2 if damage == "cut" else 0])
        with pytest.raises((ValueError, OSError, EOFError)):
            kind.open(tmp_path)
        path.write_bytes(data)
    assert kind.open(tmp_path).count() == len(ADDRESSES)


# A generation is built on any kind, and says on which.


def test_a_generation_serves_alike_on_any_kind(
    kind: StoreKind, tmp_path, reports, encoder, monkeypatch
) -> None:
    monkeypatch.setitem(STORES, "tried", kind)
    hits = {}
    for name in ("faiss", "tried"):
        folder = tmp_path / name
        build_generation(folder, reports, encoder, fingerprint="hashing", store=name)
        index = open_generation(folder, encoder, fingerprint="hashing", store=name).index
        hits[name] = [hit.passage for query in ("老旧小区改造", "森林覆盖率") for hit in index.search(query)]
    assert hits["tried"] == hits["faiss"]


def test_a_generation_on_another_kind_is_outdated(tmp_path, reports, encoder) -> None:
    build_generation(tmp_path, reports, encoder, fingerprint="hashing")
    with pytest.raises(OutdatedError, match=r"'faiss', wanted is 'other'.*report-rag index --rebuild"):
        open_generation(tmp_path, encoder, fingerprint="hashing", store="other")
