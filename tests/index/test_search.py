"""Hybrid search: what it finds, in which order, for whom, from how many threads."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from index.errors import CorpusError, EncoderError
from index.retrieval.lexical import score_together
from index.retrieval.search import PassageIndex
from index.retrieval.segment import clauses_of
from index.storage.builder import build_index, encode_passages
from index.structure import parse_document
from index.types import Document, Encoder, Index, IndexedDocument

QUERIES = [
    "高标准农田建设多少万亩?",
    "老旧小区改造",
    "森林覆盖率",
    "优良天数比例85%",
    "地区生产总值",
    "谁作的报告",
]


def build(documents: Sequence[Document], encoder: Encoder) -> PassageIndex:
    return build_index([IndexedDocument(one, parse_document(one)) for one in documents], encoder)


@pytest.fixture
def index(reports, encoder) -> Index:
    return build(reports, encoder)


def text_of(index: Index, hit) -> str:
    return hit.passage.span.of(index.documents[hit.passage.document].document.text)


@pytest.mark.parametrize(
    ("query", "words"),
    [("高标准农田建设多少万亩?", "高标准农田"), ("养老服务中心", "养老"), ("S29高速", "S29")],
)
def test_the_first_hit_speaks_of_what_was_asked(index, query, words) -> None:
    assert words in text_of(index, index.search(query)[0])


@pytest.mark.parametrize("query", QUERIES)
def test_hits_come_best_first_with_scores_between_0_and_1(index, query) -> None:
    scores = [hit.score for hit in index.search(query)]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


@pytest.mark.parametrize("query", QUERIES)
def test_a_shorter_list_is_the_beginning_of_a_longer_one(index, query) -> None:
    assert index.search(query, limit=3) == index.search(query, limit=10)[:3]


@pytest.mark.parametrize("query", QUERIES)
def test_a_limit_beyond_all_passages_returns_each_of_them_once(index, query) -> None:
    hits = index.search(query, limit=10_000)
    assert sorted(hit.passage.span for hit in hits) == sorted(passage.span for passage in index.passages)


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("name", ["county-2021", "city-2020"])
def test_a_document_filter_returns_that_document_alone_and_all_of_it(index, query, name) -> None:
    hits = index.search(query, documents=[name], limit=10_000)
    expected = index.documents[name].structure.passages
    assert {hit.passage.document for hit in hits} == {name}
    assert len(hits) == len(expected)


def test_naming_every_document_is_naming_none(index) -> None:
    names = list(index.documents)
    for query in QUERIES:
        assert index.search(query, documents=names) == index.search(query)


def test_dense_is_the_cosine_and_lexical_the_bm25_score(index, encoder) -> None:
    numbers = {passage: number for number, passage in enumerate(index.passages)}
    segments = index.segments.values()
    lexical = np.concatenate(score_together([one.lexical for one in segments], QUERIES[0]))
    query = encoder.encode_query([QUERIES[0]])[0]
    cosines = np.concatenate([one.passages.fetch(one.addresses) for one in segments]) @ query
    for hit in index.search(QUERIES[0]):
        number = numbers[hit.passage]
        assert hit.lexical == pytest.approx(lexical[number])
        assert hit.dense == pytest.approx(cosines[number])


@pytest.mark.parametrize("query", QUERIES)
def test_a_hit_brings_the_clauses_of_its_passage_with_their_own_cosines(index, encoder, query) -> None:
    vector = encoder.encode_query([query])[0]
    for hit in index.search(query):
        text = index.documents[hit.passage.document].document.text
        assert tuple(clause.span for clause in hit.clauses) == clauses_of(hit.passage)
        assert "".join(clause.span.of(text) for clause in hit.clauses) == hit.passage.span.of(text)
        cosines = encoder.encode_document([clause.span.of(text) for clause in hit.clauses]) @ vector
        np.testing.assert_allclose([clause.dense for clause in hit.clauses], cosines, atol=1e-6)


def test_ties_stand_in_reading_order(encoder, write_report) -> None:
    same = "一、工作回顾\n" + "粮食产量再创新高。\n" * 6
    index = build([write_report("one", same), write_report("two", same)], encoder)
    hits = [hit for hit in index.search("粮食产量", limit=100) if "粮食" in text_of(index, hit)]
    assert len({(hit.score, hit.dense, hit.lexical) for hit in hits}) == 1
    assert len(hits) == 12
    assert hits == sorted(hits, key=lambda hit: (hit.passage.document, hit.passage.span))


@pytest.mark.parametrize("query", ["", " ", "\n\t"])
def test_a_blank_query_finds_nothing(index, query) -> None:
    assert index.search(query) == []


def test_no_documents_means_no_hits(index) -> None:
    assert index.search("森林", documents=[]) == []


def test_a_query_in_traditional_characters_finds_the_same_passage(index) -> None:
    assert index.search("高標準農田")[0].passage == index.search("高标准农田")[0].passage


@pytest.mark.parametrize("query", ["?", "𠀀", "x" * 2000, "森林\0覆盖率", "\ud800"])
def test_odd_queries_are_searched_like_any_other(index, query) -> None:
    assert len(index.search(query, limit=5)) == 5


def test_an_unknown_document_and_a_limit_below_1_are_refused(index) -> None:
    with pytest.raises(ValueError, match="atlantis"):
        index.search("森林", documents=["atlantis"])
    with pytest.raises(ValueError, match="0"):
        index.search("森林", limit=0)


def test_threads_get_the_hits_that_one_thread_gets(index) -> None:
    alone = [index.search(query) for query in QUERIES]
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(index.search, QUERIES * 20))
    assert together == alone * 20


def test_vectors_stay_aligned_with_their_texts_across_batches(encoder) -> None:
    texts = [f"第{number}项" + "工作" * (number % 7) for number in range(100)]
    np.testing.assert_array_equal(encode_passages(texts, encoder), encoder.encode_document(texts))


def test_progress_hears_of_every_batch_and_of_the_end(encoder) -> None:
    heard: list[tuple[str, int, int]] = []
    encode_passages(["一"] * 70, encoder, lambda *step: heard.append(step))
    assert [done for _, done, _ in heard] == sorted({done for _, done, _ in heard})
    assert heard[-1][1:] == (70, 70)
    assert len(heard) == encoder.calls > 1


@pytest.mark.parametrize("rows", [np.ones((1, 4)), np.ones(3), np.full((2, 4), np.nan)])
def test_an_encoder_that_returns_something_else_is_refused(rows) -> None:
    class Broken:
        def encode_document(self, inputs, **options):
            return rows

    with pytest.raises(EncoderError):
        encode_passages(["一", "二"], Broken())


def test_documents_without_a_passage_are_no_corpus(encoder) -> None:
    with pytest.raises(CorpusError):
        build([], encoder)
