"""The whole floor with the bundled encoder and nothing faked."""

from __future__ import annotations

import pytest

import index
from index.types import Index


@pytest.fixture(scope="module")
def indexed(tmp_path_factory, reports) -> Index:
    encoder = index.load_encoder()
    folder = tmp_path_factory.mktemp("data")
    return index.load_generation(folder, reports, encoder, fingerprint=index.fingerprint(encoder)).index


@pytest.mark.parametrize(
    ("query", "document", "words"),
    [
        ("森林覆盖率达到多少?", "county-2021", "森林覆盖率达到21%"),
        ("森林覆盖率的目标是多少?", "city-2020", "森林覆盖率提高到35%"),
        ("农民的收入增加了多少?", "county-2021", "农村居民人均可支配收入"),
        ("给老人办了什么事?", "county-2021", "养老服务中心"),
        ("How many old residential areas will be renovated?", "county-2021", "老旧小区"),
    ],
)
def test_what_was_asked_for_is_among_the_first_three(indexed, query, document, words) -> None:
    hits = indexed.search(query, documents=[document], limit=3)
    text = indexed.documents[document].document.text
    assert any(words in hit.passage.span.of(text) for hit in hits)


def test_a_question_of_the_report_scores_higher_than_one_of_something_else(indexed) -> None:
    asked, unasked = (indexed.search(query)[0].score for query in ("高标准农田建设多少?", "怎样炖牛肉?"))
    assert asked > unasked


def test_the_clause_that_was_asked_for_is_the_nearest(indexed) -> None:
    hit = indexed.search("空气质量优良天数比例达到多少?", documents=["city-2020"], limit=1)[0]
    nearest = max(hit.clauses, key=lambda clause: clause.dense)
    assert "优良天数" in nearest.span.of(indexed.documents["city-2020"].document.text)
