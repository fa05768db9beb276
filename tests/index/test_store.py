"""Generations on disk: what was built comes back, and is built anew when it no longer fits."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from index.errors import CorpusError, NoGenerationError, OutdatedError
from index.storage.corpus_index import build_generation, load_generation
from index.storage.generations import GenerationFolder
from index.storage.manifest import FLOOR, code_digest
from index.storage.store import GenerationStore
from index.types import Document
from tests.index.generation_files import FILES, QUERIES, place, segment_of


def test_what_was_built_comes_back_unchanged(tmp_path, reports, encoder, build, open_) -> None:
    from index.storage.builder import build_index
    from index.structure import parse_document
    from index.types import IndexedDocument

    parsed = [IndexedDocument(document, parse_document(document)) for document in reports]
    fresh = build_index(parsed, encoder)
    assert build() == 1
    opened = open_(reports)
    assert (opened.number, opened.notices) == (1, ())
    assert opened.index.documents == {one.document.id: one for one in parsed}
    assert opened.index.passages == fresh.passages
    for query in QUERIES:
        assert opened.index.search(query) == fresh.search(query)


def test_the_files_of_a_generation_are_these(tmp_path, reports, build) -> None:
    build()
    assert [path.name for path in place(tmp_path, 1).iterdir()] == ["manifest.json"]
    folders = [segment_of(tmp_path, 1, document.id) for document in reports]
    assert sorted(folders) == sorted((tmp_path / "segments").iterdir())
    for folder in folders:
        files = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
        assert sorted(files) == sorted(FILES)


def test_the_manifest_says_what_the_generation_is(tmp_path, reports, build) -> None:
    build()
    manifest = json.loads((place(tmp_path, 1) / "manifest.json").read_text("utf-8"))
    told = {name: (one["sha256"], one["reader"]) for name, one in manifest["documents"].items()}
    assert told == {document.id: (document.sha256, "text/1") for document in reports}
    assert (manifest["encoder"], manifest["store"], manifest["format"]) == ("hashing", "faiss", 3)
    segment = json.loads((segment_of(tmp_path, 1, "city-2020") / "segment.json").read_text("utf-8"))
    assert (segment["document"], segment["encoder"], segment["dimension"]) == ("city-2020", "hashing", 64)
    assert segment["files"].keys() == set(FILES) - {"segment.json"}


def test_without_any_build_there_is_no_generation(tmp_path, open_) -> None:
    with pytest.raises(NoGenerationError, match="report-rag index --rebuild"):
        open_()
    assert list(tmp_path.iterdir()) == []


def test_another_encoder_makes_it_outdated(build, open_) -> None:
    build()
    with pytest.raises(OutdatedError, match=r"hashing.*other"):
        open_(fingerprint="other")


def test_a_corpus_that_changed_makes_it_outdated(reports, build, open_, write_report) -> None:
    build()
    first, second = reports
    changes = {
        "text of document 'county-2021'": [write_report("county-2021", first.text + "完。"), second],
        "'city-2020' is no longer": [first],
        "'new' is new": [*reports, write_report("new", first.text)],
        "metadata of document 'county-2021'": [
            replace(first, meta=replace(first.meta, place="别处")),
            second,
        ],
    }
    for words, documents in changes.items():
        with pytest.raises(OutdatedError, match=words):
            open_(documents)
    assert open_(None).number == 1


def test_an_older_generation_that_fits_serves_without_a_notice(reports, build, open_) -> None:
    build()
    build(fingerprint="other")
    opened = open_(reports, fingerprint="hashing")
    assert (opened.number, opened.notices) == (1, ())


def test_no_document_is_no_corpus(tmp_path, encoder) -> None:
    with pytest.raises(CorpusError):
        build_generation(tmp_path, [], encoder, fingerprint="hashing")


def test_builds_at_the_same_time_do_not_mix(tmp_path, reports, build, open_) -> None:
    with ThreadPoolExecutor(4) as threads:
        numbers = list(threads.map(lambda _: build(), range(4)))
    assert sorted(numbers) == [1, 2, 3, 4]
    assert open_(reports).number == 4


def test_of_several_that_load_at_once_one_builds(tmp_path, reports, encoder) -> None:
    start = threading.Barrier(3)

    def load(_: int) -> int:
        start.wait()
        return load_generation(tmp_path, reports, encoder, fingerprint="hashing").number

    with ThreadPoolExecutor(3) as threads:
        assert list(threads.map(load, range(3))) == [1, 1, 1]


def test_whoever_waits_for_another_build_says_so(tmp_path) -> None:
    heard: list[str] = []
    waiting = threading.Event()

    def progress(stage: str, done: int, total: int) -> None:
        heard.append(stage)
        waiting.set()

    def wait() -> None:
        with GenerationFolder(tmp_path).locked(progress):
            pass

    with GenerationFolder(tmp_path).locked():
        other = threading.Thread(target=wait)
        other.start()
        assert waiting.wait(10)
    other.join(10)
    assert not other.is_alive()
    assert "waiting" in heard[0]


def test_load_builds_when_missing_outdated_or_asked_to_and_else_opens(tmp_path, reports, encoder) -> None:
    def load(documents: list[Document], **options) -> int:
        return load_generation(tmp_path, documents, encoder, fingerprint="hashing", **options).number

    assert load(reports) == 1
    assert load(reports) == 1
    assert load(reports[:1]) == 2
    assert load(reports[:1], rebuild=True) == 3


def test_an_older_generation_that_fits_is_not_opened_beside_the_current_one(
    tmp_path, reports, encoder
) -> None:
    store = GenerationStore(tmp_path, encoder, fingerprint="hashing")
    for documents in (reports[:1], reports):
        load_generation(tmp_path, documents, encoder, fingerprint="hashing")
    opened = load_generation(tmp_path, reports[:1], encoder, fingerprint="hashing")
    assert opened.number == 3
    assert store.refresh(opened) is None  # else what was taken out would come back
    assert list(opened.index.documents) == [reports[0].id]


def test_a_build_reports_each_stage_to_its_end(tmp_path, reports, encoder) -> None:
    last: dict[str, tuple[int, int]] = {}
    load_generation(
        tmp_path,
        reports,
        encoder,
        fingerprint="hashing",
        progress=lambda stage, done, total: last.update({stage: (done, total)}),
    )
    assert len(last) >= 2
    assert all(done == total for done, total in last.values())


def test_other_code_of_any_room_makes_an_index_outdated(tmp_path: Path) -> None:
    def write(room: str, code: str) -> None:
        (tmp_path / room).mkdir(exist_ok=True)
        (tmp_path / room / "periods.py").write_text(code)

    def digest() -> str:
        return code_digest.__wrapped__(tmp_path)

    write("language", "1")
    write("structure", "2")
    before = digest()
    write("language", "2")
    write("structure", "1")
    assert digest() != before
    before = digest()
    (tmp_path / "language" / "words.toml").write_text("[[entry]]")
    assert digest() != before
    before = digest()
    write("encoder", "3")
    assert digest() == before
    assert (FLOOR / "language" / "periods.py").is_file()
    assert list((FLOOR / "language").rglob("*.toml"))


def test_an_index_built_by_an_older_grammar_is_refused_and_built_anew(
    tmp_path, reports, encoder, build, open_, monkeypatch
) -> None:
    build()
    monkeypatch.setattr("index.storage.store.code_digest", lambda: "of another lexicon")
    with pytest.raises(OutdatedError, match=r"another version of this program; run `report-rag index"):
        open_(reports)
    assert load_generation(tmp_path, reports, encoder, fingerprint="hashing").number == 2
    assert open_(reports).number == 2
