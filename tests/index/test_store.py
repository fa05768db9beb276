"""Generations on disk: what was built comes back, what was changed does not, something always serves."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from index.errors import CorpusError, DamagedError, GenerationError, NoGenerationError, OutdatedError
from index.storage.generations import GenerationFolder
from index.storage.manifest import FLOOR, code_digest
from index.storage.store import build_generation, load_generation, open_generation
from index.types import Document

QUERIES = ["高标准农田建设多少万亩?", "老旧小区改造", "森林覆盖率", "地区生产总值"]
FILES = [
    "manifest.json",
    "documents.jsonl",
    *(f"{store}/{name}" for store in ("passages", "clauses") for name in ("addresses.json", "vectors.faiss")),
    *(
        f"lexical/{field}/{name}"
        for field in ("bigrams", "words")
        for name in (
            "data.csc.index.npy",
            "indices.csc.index.npy",
            "indptr.csc.index.npy",
            "params.index.json",
            "vocab.index.json",
        )
    ),
]


@pytest.fixture
def build(tmp_path, reports, encoder) -> Callable[..., int]:
    def build(documents: list[Document] = reports, fingerprint: str = "hashing") -> int:
        return build_generation(tmp_path, documents, encoder, fingerprint=fingerprint)

    return build


@pytest.fixture
def open_(tmp_path, encoder) -> Callable[..., object]:
    def open_(documents: list[Document] | None = None, fingerprint: str = "hashing"):
        return open_generation(tmp_path, encoder, fingerprint=fingerprint, documents=documents)

    return open_


def place(root: Path, number: int) -> Path:
    return root / "generations" / f"{number:06d}"


def drop_middle(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flip_byte(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


DAMAGES = [drop_middle, flip_byte, Path.unlink]


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


def test_the_files_of_a_generation_are_these(tmp_path, build) -> None:
    build()
    folder = place(tmp_path, 1)
    assert sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    ) == sorted(FILES)


def test_the_manifest_says_what_the_generation_is(tmp_path, reports, build) -> None:
    build()
    manifest = json.loads((place(tmp_path, 1) / "manifest.json").read_text("utf-8"))
    assert manifest["documents"] == {document.id: document.sha256 for document in reports}
    assert (manifest["encoder"], manifest["dimension"], manifest["format"]) == ("hashing", 64, 2)
    assert manifest["files"].keys() == set(FILES) - {"manifest.json"}


def test_without_any_build_there_is_no_generation(tmp_path, open_) -> None:
    with pytest.raises(NoGenerationError, match="report-rag index --rebuild"):
        open_()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_is_named_and_the_remedy_too(tmp_path, build, open_, name, damage) -> None:
    build()
    damage(place(tmp_path, 1) / name)
    with pytest.raises(DamagedError, match=f"{Path(name).name}.*report-rag index --rebuild"):
        open_()


def test_a_file_that_does_not_belong_is_damage(tmp_path, build, open_) -> None:
    build()
    (place(tmp_path, 1) / "extra.npy").write_bytes(b"")
    with pytest.raises(DamagedError, match=r"extra\.npy"):
        open_()


@pytest.mark.parametrize("name", FILES)
def test_the_previous_generation_serves_while_the_newest_is_damaged(
    tmp_path, reports, build, open_, name
) -> None:
    build()
    build()
    flip_byte(place(tmp_path, 2) / name)
    opened = open_(reports)
    assert opened.number == 1
    assert len(opened.notices) == 1
    assert "000002" in opened.notices[0]
    assert opened.index.search("森林")


def test_a_generation_that_is_gone_altogether_is_replaced_by_the_previous(tmp_path, build, open_) -> None:
    build()
    build()
    shutil.rmtree(place(tmp_path, 2))
    assert open_().number == 1


@pytest.mark.parametrize("content", ["", "x", "7", "-1", "²"])
def test_an_unreadable_current_file_leaves_the_newest_serving(tmp_path, build, open_, content) -> None:
    build()
    build()
    (tmp_path / "CURRENT").write_text(content, encoding="utf-8")
    assert open_().number == 2


def reseal(folder: Path, change: Callable[[dict], None]) -> None:
    """Change the manifest and make its checksum fit again, as an attacker or another program would."""
    from index.storage.manifest import _digest

    path = folder / "manifest.json"
    body = json.loads(path.read_text("utf-8"))
    del body["sha256"]
    change(body)
    path.write_text(json.dumps({**body, "sha256": _digest(body)}), encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        (lambda body: body.update(format=3), OutdatedError, "format 3"),
        (lambda body: body.update(code="0"), OutdatedError, "another version"),
        (lambda body: body.update(encoder="other"), OutdatedError, "encoder other"),
        (lambda body: body.update(store="other"), OutdatedError, "'other', wanted is 'faiss'"),
        (lambda body: body.update(extra=1), DamagedError, "manifest"),
        (lambda body: body.update(files={"../../secret": {"size": 0, "sha256": ""}}), DamagedError, "secret"),
        (lambda body: body.update(files=[]), DamagedError, "manifest"),
        (lambda body: body.update(dimension=3), DamagedError, "dimension"),
        (lambda body: body.update(passages=3), DamagedError, "passages"),
        (lambda body: body.update(documents={}), DamagedError, "documents"),
        (lambda body: body.pop("encoder"), DamagedError, "manifest"),
    ],
)
def test_a_manifest_that_says_something_else_is_refused(tmp_path, build, open_, change, error, words) -> None:
    build()
    reseal(place(tmp_path, 1), change)
    with pytest.raises(error, match=f"{words}.*report-rag index --rebuild"):
        open_()


@pytest.mark.parametrize("text", ["[]", "null", "{}", "7", "", '{"format": 2}', "\x00"])
def test_a_manifest_of_another_shape_is_damage(tmp_path, build, open_, text) -> None:
    build()
    (place(tmp_path, 1) / "manifest.json").write_text(text, encoding="utf-8")
    with pytest.raises(DamagedError, match="manifest"):
        open_()


def move_passage(line: dict) -> None:
    line["structure"]["passages"][0]["span"]["end"] = 10**6


def move_clause(line: dict) -> None:
    passage = next(one for one in line["structure"]["passages"] if len(one["clauses"]) > 1)
    passage["clauses"][0]["end"] -= 1


def swap_passages(line: dict) -> None:
    passages = line["structure"]["passages"]
    passages[0], passages[1] = passages[1], passages[0]


def rename_passage(line: dict) -> None:
    line["structure"]["passages"][0]["document"] = "other"


def change_text(line: dict) -> None:
    line["document"]["text"] = line["document"]["text"].replace("1.5", "9.9")


def move_heading(line: dict) -> None:
    line["structure"]["outline"][0]["start"] += 1


def drop_passage(line: dict) -> None:
    del line["structure"]["passages"][0]


@pytest.mark.parametrize(
    "change",
    [move_passage, move_clause, swap_passages, rename_passage, change_text, move_heading, drop_passage],
)
def test_documents_that_contradict_themselves_are_refused_whatever_the_checksums_say(
    tmp_path, build, open_, change
) -> None:
    from index.storage.manifest import record_files

    build()
    folder = place(tmp_path, 1)
    path = folder / "documents.jsonl"
    first, *rest = path.read_text("utf-8").splitlines()
    line = json.loads(first)
    change(line)
    path.write_text("\n".join([json.dumps(line), *rest]) + "\n", encoding="utf-8")
    files = {name: {"size": one.size, "sha256": one.sha256} for name, one in record_files(folder).items()}
    reseal(folder, lambda body: body.update(files=files))
    with pytest.raises(DamagedError):
        open_()


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


def test_only_the_last_two_generations_are_kept(tmp_path, build) -> None:
    assert [build() for _ in range(4)] == [1, 2, 3, 4]
    assert GenerationFolder(tmp_path).numbers() == [4, 3]


class Failing:
    """Fails in its second batch."""

    def __init__(self, encoder, error: BaseException) -> None:
        self.encoder, self.error, self.calls = encoder, error, 0

    def encode_document(self, inputs, **options):
        self.calls += 1
        if self.calls > 1:
            raise self.error
        return self.encoder.encode_document(inputs)


def everything(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and path.name != "build.lock"
    }


@pytest.mark.parametrize(
    "error", [RuntimeError("out of memory"), KeyboardInterrupt()], ids=["error", "interrupt"]
)
def test_a_build_that_fails_changes_nothing(tmp_path, encoder, write_report, build, error) -> None:
    build()
    before = everything(tmp_path)
    long = write_report("long", "一、工作回顾\n" + "粮食产量再创新高。\n" * 100)
    with pytest.raises(type(error)):
        build_generation(tmp_path, [long], Failing(encoder, error), fingerprint="hashing")
    assert everything(tmp_path) == before
    assert build() == 2


def test_a_write_that_fails_halfway_leaves_no_debris(tmp_path, build) -> None:
    build()
    before = everything(tmp_path)

    def write(folder: Path) -> None:
        (folder / "half").write_bytes(b"half")
        raise OSError(28, "No space left on device")

    with pytest.raises(GenerationError, match="No space left"):
        GenerationFolder(tmp_path).publish(write)
    assert everything(tmp_path) == before


def test_the_debris_of_a_killed_build_is_cleared_by_the_next(tmp_path, build, open_) -> None:
    debris = tmp_path / "generations" / ".building-abc"
    debris.mkdir(parents=True)
    (debris / "vectors.faiss").write_bytes(b"half")
    assert build() == 1
    assert not debris.exists()
    assert open_().number == 1


def test_a_generation_never_switched_to_does_not_serve(tmp_path, build, open_) -> None:
    build()
    build()
    (tmp_path / "CURRENT").write_text("1\n", encoding="ascii")  # killed between rename and switch
    assert open_().number == 1
    assert build() == 3
    assert open_().number == 3


def test_a_folder_that_cannot_be_written_is_named(tmp_path, reports, encoder) -> None:
    blocked = tmp_path / "file" / "data"
    blocked.parent.write_bytes(b"")
    with pytest.raises(GenerationError, match="cannot be written"):
        build_generation(blocked, reports, encoder, fingerprint="hashing")


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
