"""A change costs what it changes, is seen whole or not at all, and disturbs nobody who reads."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from index.errors import CorpusError
from index.storage.source import Source
from index.storage.store import Generation, GenerationStore
from index.types import Document, Vectors
from tests.index.conftest import OTHER_REPORT, REPORT, HashingEncoder, make_document
from tests.index.generation_files import QUERIES
from tests.index.killing import KilledError, killed_after

PARAGRAPHS = [f"第{number}产业园完成投资{number}亿元,新增就业{number + 7}人。" for number in range(40)]
LONG = "某县2021年政府工作报告\n\n一、2020年工作回顾\n" + "\n".join(PARAGRAPHS) + "\n"
SHORT = "一、工作回顾\n完成投资1亿元。\n"
CHANGED = LONG.replace("第20产业园完成投资20亿元", "第20产业园完成投资99亿元")


class ListeningEncoder(HashingEncoder):
    """Knows which texts it was given."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []

    def encode_document(self, inputs: list[str], **options: Any) -> Vectors:
        self.heard += inputs
        return super().encode_document(inputs)


@pytest.fixture
def encoder() -> ListeningEncoder:
    return ListeningEncoder()


@pytest.fixture
def store(tmp_path: Path, encoder: ListeningEncoder) -> GenerationStore:
    return GenerationStore(tmp_path, encoder, fingerprint="hashing")


def sources(*documents: Document) -> list[Source]:
    return [Source.from_document(one) for one in documents]


COUNTY, CITY = make_document("county-2021", REPORT), make_document("city-2020", OTHER_REPORT)
LONG_ONE = make_document("long", LONG)


@pytest.fixture
def loaded(store: GenerationStore, encoder: ListeningEncoder) -> Generation:
    generation = store.load(sources(COUNTY, CITY))
    encoder.heard.clear()
    return generation


def texts(generation: Generation) -> dict[str, str]:
    return {name: one.document.text for name, one in generation.index.documents.items()}


# What a change costs.


def test_a_replaced_paragraph_is_all_that_is_encoded_anew(store, loaded, encoder) -> None:
    first = store.change(loaded, sources(LONG_ONE))
    all_of_it = len(encoder.heard)
    encoder.heard.clear()
    second = store.change(first, sources(make_document("long", CHANGED)))
    assert texts(second)["long"] == CHANGED
    assert {"99亿元" in text for text in encoder.heard} == {True}
    assert len(encoder.heard) <= 2 < all_of_it  # the sentence and one of its clauses


def test_what_was_not_changed_is_the_very_same(store, loaded) -> None:
    added = store.change(loaded, sources(LONG_ONE))
    removed = store.change(added, remove=["city-2020"])
    for generation in (added, removed):
        assert generation.index.segments["county-2021"] is loaded.index.segments["county-2021"]


def test_the_same_text_under_another_id_is_not_encoded_again(store, loaded, encoder) -> None:
    store.change(loaded, sources(make_document("copy", REPORT)))
    assert encoder.heard == []


def test_new_metadata_are_not_encoded(store, loaded, encoder) -> None:
    edited = replace(COUNTY, meta=replace(COUNTY.meta, place="另一县", speaker="另一人"))
    changed = store.change(loaded, sources(edited))
    assert changed.index.documents["county-2021"].document.meta == edited.meta
    assert encoder.heard == []


def test_removing_encodes_nothing_and_leaves_nothing_on_disk(store, loaded, encoder, tmp_path) -> None:
    removed = store.change(loaded, remove=["city-2020"])
    assert list(removed.index.documents) == ["county-2021"]
    assert encoder.heard == []
    words = "新增公办幼儿园学位"
    assert words in OTHER_REPORT
    left = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path for path in left if words.encode() in path.read_bytes()] == []
    assert [path for path in left if b"city-2020" in path.read_bytes()] == []


def test_of_a_replaced_text_nothing_is_left_on_disk(store, loaded, tmp_path) -> None:
    store.change(loaded, sources(make_document("city-2020", OTHER_REPORT.replace("幼儿园", "小学"))))
    assert [path for path in tmp_path.rglob("document.jsonl") if "幼儿园" in path.read_text("utf-8")] == []


def test_the_last_document_is_not_removed(store, loaded) -> None:
    with pytest.raises(CorpusError, match="add another one first"):
        store.change(loaded, remove=["city-2020", "county-2021"])
    assert len(store.open().index.documents) == 2


def test_a_new_start_after_new_code_reads_anew_and_encodes_nothing(
    tmp_path, loaded, encoder, monkeypatch
) -> None:
    monkeypatch.setattr("index.storage.store.code_digest", lambda: "newer")
    newer = GenerationStore(tmp_path, encoder, fingerprint="hashing").load(sources(COUNTY, CITY))
    assert newer.number == 2
    assert encoder.heard == []


def test_a_rebuild_encodes_everything_again(store, loaded, encoder) -> None:
    assert store.load(sources(COUNTY, CITY), rebuild=True).number == 2
    assert encoder.heard


# What others see.


def test_what_is_found_in_a_document_does_not_depend_on_the_others(store, loaded) -> None:
    added = store.change(loaded, sources(LONG_ONE))
    for query in QUERIES:
        for name in loaded.index.documents:
            assert added.index.search(query, [name]) == loaded.index.search(query, [name])


def test_a_change_on_disk_is_what_is_opened_afterwards(store, loaded) -> None:
    changed = store.change(loaded, sources(LONG_ONE), remove=["city-2020"])
    opened = store.open(sources(COUNTY, LONG_ONE))
    assert (opened.number, opened.entries) == (changed.number, changed.entries)
    assert opened.index.documents == changed.index.documents
    for query in QUERIES:
        assert opened.index.search(query) == changed.index.search(query)


def test_a_generation_answers_until_its_last_reader_is_done(store, loaded) -> None:
    before = [loaded.index.search(query) for query in QUERIES]
    generation = loaded
    for document in (LONG_ONE, make_document("long", CHANGED)):
        generation = store.change(generation, sources(document))
    store.change(generation, remove=["city-2020"])
    assert [loaded.index.search(query) for query in QUERIES] == before


def test_readers_see_a_change_whole_or_not_at_all(store, loaded) -> None:
    done = threading.Event()

    def read(_: int) -> set[frozenset[str]]:
        seen = set()
        while not done.is_set():
            generation = store.open()
            assert generation.problems == {}
            assert all(generation.index.search("产业园", [name]) for name in generation.index.documents)
            seen.add(frozenset(generation.index.documents))
        return seen

    two = {"county-2021", "city-2020"}
    with ThreadPoolExecutor(3) as threads:
        readers = [threads.submit(read, number) for number in range(3)]
        generation = loaded
        for _ in range(4):
            generation = store.change(generation, sources(LONG_ONE))
            generation = store.change(generation, remove=["long"])
        done.set()
        seen = set().union(*(reader.result(60) for reader in readers))
    assert seen <= {frozenset(two), frozenset({*two, "long"})}


def test_what_another_process_did_meanwhile_stays(tmp_path, loaded, store, encoder) -> None:
    other = GenerationStore(tmp_path, encoder, fingerprint="hashing")
    theirs = other.change(other.open(), sources(LONG_ONE))
    ours = store.change(loaded, sources(make_document("mine", CHANGED)))
    assert ours.index.documents.keys() == {"county-2021", "city-2020", "long", "mine"}
    seen = other.refresh(theirs)
    assert seen is not None
    assert seen.index.documents == ours.index.documents
    assert seen.index.segments["long"] is theirs.index.segments["long"]
    assert other.refresh(seen) is None


def test_writers_at_the_same_time_lose_nothing(tmp_path, loaded, encoder) -> None:
    def add(number: int) -> None:
        own = GenerationStore(tmp_path, encoder, fingerprint="hashing")
        own.change(own.open(), sources(make_document(f"d{number}", f"一、工作回顾\n完成第{number}项。\n")))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(add, range(8)))
    opened = GenerationStore(tmp_path, encoder, fingerprint="hashing").open()
    assert opened.index.documents.keys() == {"county-2021", "city-2020", *(f"d{n}" for n in range(8))}


# What goes wrong.


def test_one_bad_document_is_told_of_and_the_others_are_served(tmp_path, store) -> None:
    def fail() -> Document:
        raise CorpusError("bad.txt cannot be read: put a readable file there.")

    bad = replace(Source.from_document(LONG_ONE), id="bad", load=fail)
    empty = Source.from_document(make_document("empty", "\n"))
    for _ in range(2):
        loaded = store.load([*sources(COUNTY), bad, empty, *sources(CITY)])
        assert loaded.index.documents.keys() == {"county-2021", "city-2020"}
        assert loaded.problems.keys() == {"bad", "empty"}
        assert "bad.txt" in loaded.problems["bad"]
        assert loaded.number == 1  # what is bad is no reason for a new generation


def test_a_change_that_fails_changes_nothing(store, loaded) -> None:
    class FullError(Exception):
        pass

    def commit() -> None:
        raise FullError

    with pytest.raises(FullError):
        store.change(loaded, sources(LONG_ONE), commit=commit)
    opened = store.open(sources(COUNTY, CITY))
    assert opened.number == loaded.number
    assert store.change(opened, sources(LONG_ONE)).number == 2


def add_long(store: GenerationStore, generation: Generation, commit: Callable[[], None]) -> None:
    store.change(generation, sources(make_document("long", SHORT)), commit=commit)


def replace_city(store: GenerationStore, generation: Generation, commit: Callable[[], None]) -> None:
    store.change(generation, sources(make_document("city-2020", SHORT)), commit=commit)


def remove_city(store: GenerationStore, generation: Generation, commit: Callable[[], None]) -> None:
    store.change(generation, remove=["city-2020"], commit=commit)


@pytest.mark.parametrize("act", [add_long, replace_city, remove_city])
def test_killed_at_any_step_what_was_there_serves_or_the_change_does(
    tmp_path, encoder, monkeypatch, act
) -> None:
    before = {"county-2021": REPORT, "city-2020": OTHER_REPORT}
    outcomes = []
    whole = tmp_path / "whole"
    GenerationStore(whole, encoder, fingerprint="hashing").load(sources(COUNTY, CITY))
    for steps in count():
        folder = tmp_path / str(steps)
        shutil.copytree(whole, folder)
        store = GenerationStore(folder, encoder, fingerprint="hashing")
        generation = store.open()
        committed = Mock()
        try:
            with killed_after(steps, monkeypatch):
                act(store, generation, committed)
            died = False
        except KilledError:
            died = True
        opened = GenerationStore(folder, encoder, fingerprint="hashing").open()
        assert opened.problems == {}
        outcomes.append(texts(opened))
        assert texts(opened) == before or committed.called
        # Whatever was left behind is in nobody's way.
        after = store.change(opened, sources(make_document("later", "一、工作回顾\n完成全部任务。\n")))
        assert texts(after).keys() == outcomes[-1].keys() | {"later"}
        named = {entry.folder for entry in after.entries.values()}
        kept = {path.name for path in (folder / "segments").iterdir()}
        assert named <= kept
        assert not [name for name in kept if name.startswith(".")]
        if not died:
            break
    assert outcomes[0] == before != outcomes[-1]
    assert [one for one in outcomes if one not in (before, outcomes[-1])] == []
