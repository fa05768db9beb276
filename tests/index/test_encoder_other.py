"""Any other encoder: a folder that sentence-transformers can read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer
from transformers import BertConfig, BertModel

from index.encoder import fingerprint, load_encoder
from index.encoder.build import save_torch
from index.encoder.pruning import make_tokenizer

PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", "年", "经济", "增长"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model with weights of no meaning."""
    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("tiny")
    config = BertConfig(
        vocab_size=len(PIECES),
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=8,
        max_position_embeddings=16,
    )
    tokenizer = make_tokenizer(PIECES, [0.0] * 4 + [-1.0] * 4, PIECES.index("<unk>"))
    save_torch(BertModel(config, add_pooling_layer=False), tokenizer, folder)
    return folder


@pytest.fixture
def other(folder: Path) -> Any:
    return load_encoder(str(folder))


def test_folder_is_loaded_with_its_prompts(other: Any) -> None:
    assert np.array_equal(other.encode_query(["经济"]), other.encode(["query: 经济"]))
    assert np.array_equal(other.encode_document(["经济"]), other.encode(["passage: 经济"]))


def test_vectors_are_normalised_even_where_the_model_does_not(folder: Path, tmp_path: Path) -> None:
    bare = SentenceTransformer(modules=list(load_encoder(str(folder)))[:2])
    bare.save(str(tmp_path), create_model_card=False)
    assert np.linalg.norm(load_encoder(str(tmp_path)).encode_query(["增长"])) == pytest.approx(1)


def test_prompt_named_passage_serves_documents(folder: Path, tmp_path: Path) -> None:
    old = load_encoder(str(folder))
    old.prompts = {"query": "query: ", "passage": "passage: "}
    old.save(str(tmp_path), create_model_card=False)
    assert load_encoder(str(tmp_path)).prompts["document"] == "passage: "


def test_threads_are_set(folder: Path) -> None:
    before = torch.get_num_threads()
    try:
        load_encoder(str(folder), threads=1)
        assert torch.get_num_threads() == 1
    finally:
        torch.set_num_threads(before)


def test_fingerprint_tells_weights_apart(folder: Path, other: Any) -> None:
    before = fingerprint(other)
    assert fingerprint(load_encoder(str(folder))) == before
    with torch.no_grad():
        next(other.parameters())[0, 0] += 1e-3
    assert fingerprint(other) != before
