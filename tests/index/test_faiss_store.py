"""What is read as a FAISS store has to be one that we wrote."""

from __future__ import annotations

import json
from pathlib import Path

import faiss
import numpy as np
import pytest

from index.retrieval.faiss_store import ADDRESSES_FILE, VECTORS_FILE, FaissStore
from index.retrieval.vector_store import Address

VECTORS = np.eye(3, dtype=np.float32)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    store = FaissStore.create(3)
    store.upsert([Address("a", "1", at, at + 1) for at in range(3)], VECTORS)
    store.save(tmp_path)
    return tmp_path


def with_ids(index: faiss.Index, ids: list[int]) -> faiss.Index:
    index.add_with_ids(VECTORS[: len(ids)], np.array(ids))
    return index


@pytest.mark.parametrize(
    ("index", "words"),
    [
        (faiss.IndexFlatIP(3), "no.* IndexIDMap2"),
        (with_ids(faiss.IndexIDMap2(faiss.IndexFlatL2(3)), [0, 1, 2]), "inner product"),
        (with_ids(faiss.IndexIDMap2(faiss.IndexFlatIP(3)), [0, 1]), "do not fit together"),
        (with_ids(faiss.IndexIDMap2(faiss.IndexFlatIP(3)), [0, 0, 1]), "do not fit together"),
    ],
)
def test_another_index_is_refused(saved: Path, index: faiss.Index, words: str) -> None:
    (saved / VECTORS_FILE).write_bytes(faiss.serialize_index(index).tobytes())
    with pytest.raises(ValueError, match=words):
        FaissStore.open(saved)


@pytest.mark.parametrize(
    "table",
    [
        [],
        {"versions": [["a", "1"]]},
        {"versions": [["a"]], "rows": [[0, 0, 1]]},
        {"versions": [], "rows": [[0, 0, 1]]},
        {"versions": [["a", "1"]], "rows": [[0, 0]]},
        {"versions": [["a", "1"]], "rows": [[0, "x", 1]]},
    ],
)
def test_addresses_of_another_shape_are_refused(saved: Path, table: object) -> None:
    (saved / ADDRESSES_FILE).write_text(json.dumps(table), encoding="utf-8")
    with pytest.raises(ValueError, match="holds no addresses"):
        FaissStore.open(saved)


def test_a_vector_that_is_not_finite_is_no_sound_store(saved: Path) -> None:
    index = faiss.IndexIDMap2(faiss.IndexFlatIP(3))
    index.add_with_ids(np.full((3, 3), np.nan, dtype=np.float32), np.arange(3))
    (saved / VECTORS_FILE).write_bytes(faiss.serialize_index(index).tobytes())
    assert "not finite" in (FaissStore.open(saved).health() or "")
