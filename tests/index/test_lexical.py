"""BM25 agrees with its formula and with common sense, and comes back from disk unchanged."""

from __future__ import annotations

import json
import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from index.language.text import normalise
from index.retrieval.lexical import FIELDS, LexicalIndex

TEXTS = [
    "新建高标准农田1.1万亩。",
    "完成老旧小区改造82个,新建停车位。",
    "森林覆盖率达到21%。",
    "改造农田水利设施,农田灌溉面积扩大。",
    "……",
]


def bm25_by_hand(texts: list[str], query: str, k1: float = 1.5, b: float = 0.75) -> list[float]:
    """Robertson's formula with Lucene's idf, summed over both fields."""
    totals = [0.0] * len(texts)
    for cut in FIELDS.values():
        passages = [cut(normalise(text)) or [""] for text in texts]
        average = sum(map(len, passages)) / len(passages)
        for term in cut(normalise(query)):
            holding = sum(term in passage for passage in passages)
            idf = math.log(1 + (len(passages) - holding + 0.5) / (holding + 0.5))
            for number, passage in enumerate(passages):
                tf = Counter(passage)[term]
                totals[number] += idf * tf / (tf + k1 * (1 - b + b * len(passage) / average))
    return totals


@pytest.mark.parametrize(
    "query", ["高标准农田", "老旧小区改造多少个?", "农田", "21%", "no such thing", "", "?!"]
)
def test_scores_are_those_of_the_formula(query: str) -> None:
    np.testing.assert_allclose(LexicalIndex.build(TEXTS).scores(query), bm25_by_hand(TEXTS, query), rtol=1e-5)


@pytest.mark.parametrize(
    ("query", "best"),
    [("高标准农田建设", 0), ("小区改造", 1), ("森林", 2), ("灌溉", 3), ("1.1万亩", 0), ("82個", 1)],
)
def test_the_passage_that_speaks_of_it_comes_first(query: str, best: int) -> None:
    assert LexicalIndex.build(TEXTS).scores(query).argmax() == best


def test_a_query_without_a_known_term_scores_nothing() -> None:
    assert not LexicalIndex.build(TEXTS).scores("xyz").any()


def test_passages_without_any_term_are_indexed_and_never_found() -> None:
    index = LexicalIndex.build(["。", "?"])
    assert len(index) == 2
    assert not index.scores("。?").any()


def test_disk_round_trip(tmp_path: Path) -> None:
    index = LexicalIndex.build(TEXTS)
    index.save(tmp_path)
    copy = LexicalIndex.load(tmp_path)
    assert len(copy) == len(index) == len(TEXTS)
    assert copy.scores("改造农田").tolist() == index.scores("改造农田").tolist()


def test_two_builds_write_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        LexicalIndex.build(TEXTS).save(tmp_path / name)
    files = [path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*") if path.is_file()]
    assert files
    for file in files:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


@pytest.mark.parametrize(
    "change",
    [{"num_docs": 2}, {"num_docs": None}, {"num_docs": "5"}],
    ids=lambda change: json.dumps(change),
)
def test_parameters_that_do_not_fit_are_refused(tmp_path: Path, change: dict[str, object]) -> None:
    LexicalIndex.build(TEXTS).save(tmp_path)
    path = tmp_path / "bigrams" / "params.index.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(ValueError, match="bigrams"):
        LexicalIndex.load(tmp_path)


@pytest.mark.parametrize("name", ["data", "indices", "indptr"])
def test_arrays_that_do_not_fit_are_refused(tmp_path: Path, name: str) -> None:
    LexicalIndex.build(TEXTS).save(tmp_path)
    path = tmp_path / "words" / f"{name}.csc.index.npy"
    array = np.load(path)
    for wrong in (array[:-1], array.reshape(-1, 1), array * (np.nan if name == "data" else 1000)):
        np.save(path, wrong)
        with pytest.raises(ValueError, match="words"):
            LexicalIndex.load(tmp_path)


def test_a_vocabulary_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    LexicalIndex.build(TEXTS).save(tmp_path)
    path = tmp_path / "words" / "vocab.index.json"
    for wrong in ("{}", "[]", '{"农田": "0"}', '{"农田": 99999}'):
        path.write_text(wrong)
        with pytest.raises(ValueError, match="words"):
            LexicalIndex.load(tmp_path)
