"""The bundled encoder: what float32 torch computes, from files that are what they claim to be."""

from __future__ import annotations

import json
import shutil
import socket
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.encoder import fingerprint, load_encoder
from index.encoder.loading import BUNDLED, GRAPH_FILE, PROMPTS, TOKENIZER_FILE, load_bundled
from index.encoder.provenance import PROVENANCE_FILE
from index.errors import EncoderError

GOLDEN = Path(__file__).parent / "encoder_golden.json"
PARITY = 0.99  # cosine
KINDS = ("queries", "passages")
MEBIBYTE = 2**20


@pytest.fixture(scope="module")
def bundled() -> Any:
    return load_encoder(threads=1)


@pytest.fixture(scope="module")
def texts() -> dict[str, list[str]]:
    return json.loads(GOLDEN.read_text("utf-8"))


@pytest.fixture(scope="module")
def golden() -> Any:
    """What the float32 torch model with all 250,002 pieces makes of the texts."""
    return np.load(GOLDEN.with_suffix(".npz"))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BUNDLED, tmp_path / "encoder"))


def test_golden_passages_are_real_ones(texts: dict[str, list[str]], corpus_folder: Path) -> None:
    reports = [file.read_text("utf-8") for file in corpus_folder.glob("*/report.txt")]
    assert all(any(passage in report for report in reports) for passage in texts["passages"])


def test_vectors_are_those_of_the_torch_model(bundled: Any, texts: dict[str, list[str]], golden: Any) -> None:
    for kind, encode in zip(KINDS, (bundled.encode_query, bundled.encode_document), strict=True):
        cosines = (encode(texts[kind]) * golden[f"{kind}_vectors"].astype(np.float32)).sum(axis=1)
        assert cosines.min() >= PARITY


def test_nearest_passages_are_those_of_the_torch_model(
    bundled: Any, texts: dict[str, list[str]], golden: Any
) -> None:
    expected = golden["queries_vectors"].astype(np.float32) @ golden["passages_vectors"].astype(np.float32).T
    found = bundled.encode_query(texts["queries"]) @ bundled.encode_document(texts["passages"]).T
    assert (found.argmax(axis=1) == expected.argmax(axis=1)).all()


def test_texts_are_split_as_by_the_whole_vocabulary(
    bundled: Any, texts: dict[str, list[str]], golden: Any
) -> None:
    for kind in KINDS:
        for text, pieces in zip(texts[kind], golden[f"{kind}_pieces"], strict=True):
            assert bundled.tokenizer.encode(text, add_special_tokens=False).tokens == pieces.split(" ")


def test_vectors_are_normalised_float32(bundled: Any, texts: dict[str, list[str]]) -> None:
    vectors = bundled.encode_document(texts["passages"][:3])
    assert vectors.dtype == np.float32
    assert vectors.shape == (3, bundled.get_embedding_dimension())
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1)


def test_each_side_has_its_own_prefix(bundled: Any, texts: dict[str, list[str]]) -> None:
    text = texts["passages"][0]
    as_query, as_document = bundled.encode_query([text]), bundled.encode_document([text])
    assert np.array_equal(as_query, bundled.encode([PROMPTS["query"] + text]))
    assert np.array_equal(as_document, bundled.encode([PROMPTS["document"] + text]))
    assert not np.array_equal(as_query, as_document)


def test_vector_does_not_depend_on_its_neighbours(bundled: Any, texts: dict[str, list[str]]) -> None:
    together = bundled.encode_document(texts["passages"])
    alone = [bundled.encode_document([passage])[0] for passage in texts["passages"]]
    assert np.array_equal(together, np.stack(alone))


def test_long_text_is_read_up_to_the_limit(bundled: Any) -> None:
    long = "生态环境持续改善。" * 500
    assert bundled.preprocess([long])["input_ids"].shape == (1, bundled.max_seq_length)
    assert np.array_equal(bundled.encode_document([long]), bundled.encode_document([long + "未读"]))


@pytest.mark.parametrize(
    "text",
    ["", " \n\u3000", "\x00", "\ud83c\udfd9".encode("utf-16", "surrogatepass").decode("utf-16"), "Привет"],
)
def test_text_without_known_words_has_a_vector(bundled: Any, text: str) -> None:
    assert np.linalg.norm(bundled.encode_query([text])) == pytest.approx(1)


def test_no_texts_give_no_vectors(bundled: Any) -> None:
    assert len(bundled.encode_document([])) == 0


def test_threads_are_as_asked_and_change_nothing(bundled: Any, texts: dict[str, list[str]]) -> None:
    two = load_encoder(threads=2)
    assert (bundled[0].threads, two[0].threads) == (1, 2)
    assert np.allclose(two.encode_query(texts["queries"]), bundled.encode_query(texts["queries"]), atol=1e-5)


def test_files_stay_small_enough_for_a_repository() -> None:
    assert sum(file.stat().st_size for file in BUNDLED.iterdir()) <= 45 * MEBIBYTE


@pytest.mark.parametrize("name", [GRAPH_FILE, TOKENIZER_FILE])
def test_changed_file_is_named(copy: Path, name: str) -> None:
    content = bytearray((copy / name).read_bytes())
    content[len(content) // 2] ^= 1
    (copy / name).write_bytes(content)
    with pytest.raises(EncoderError, match=f"{name}.*reinstall"):
        load_bundled(copy)


@pytest.mark.parametrize("name", [GRAPH_FILE, PROVENANCE_FILE])
def test_missing_file_is_named(copy: Path, name: str) -> None:
    (copy / name).unlink()
    with pytest.raises(EncoderError, match=f"{name}.*reinstall"):
        load_bundled(copy)


def test_fingerprint_is_the_same_for_the_same_files(bundled: Any, copy: Path) -> None:
    assert fingerprint(load_bundled(copy)) == fingerprint(bundled)


def test_fingerprint_tells_prompts_apart(copy: Path) -> None:
    other = load_bundled(copy)
    before = fingerprint(other)
    other.prompts["query"] = ""
    assert fingerprint(other) != before


def test_encoder_cannot_be_saved(bundled: Any, tmp_path: Path) -> None:
    with pytest.raises(NotImplementedError, match="copy its folder"):
        bundled[0].save(str(tmp_path))


@pytest.mark.parametrize("name", ["nobody/no-such-encoder", "./no-such-folder", "no/such/folder"])
def test_unknown_encoder_is_refused_without_a_connection(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("asked the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    with pytest.raises(EncoderError, match=f"{name}.*REPORT_RAG_ALLOW_DOWNLOADS"):
        load_encoder(name)
