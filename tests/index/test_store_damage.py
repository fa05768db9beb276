"""What was changed on disk is found and named, and something always serves."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from index.errors import DamagedError, OutdatedError
from index.storage.corpus_index import load_generation
from tests.index.generation_files import FILES, QUERIES, drop_middle, flip_byte, place, segment_of

DAMAGES = [drop_middle, flip_byte, Path.unlink]


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", FILES)
def test_of_a_damaged_file_the_document_is_left_out_and_the_rest_serves(
    tmp_path, build, open_, name, damage
) -> None:
    build()
    damage(segment_of(tmp_path, 1, "county-2021") / name)
    opened = open_()
    assert list(opened.index.documents) == ["city-2020"]
    assert opened.index.search("森林")
    (problem,) = opened.problems.values()
    assert "'county-2021'" in problem
    assert Path(name).name in problem
    assert "report-rag index --rebuild" in problem


@pytest.mark.parametrize("name", FILES)
def test_what_is_damaged_is_built_anew_at_the_next_start(
    tmp_path, reports, encoder, build, open_, name
) -> None:
    build()
    before = {query: open_().index.search(query) for query in QUERIES}
    flip_byte(segment_of(tmp_path, 1, "county-2021") / name)
    loaded = load_generation(tmp_path, reports, encoder, fingerprint="hashing")
    assert (loaded.number, loaded.problems) == (2, {})
    assert {query: open_(reports).index.search(query) for query in QUERIES} == before


def test_where_every_document_is_damaged_nothing_serves(tmp_path, reports, build, open_) -> None:
    build()
    for document in reports:
        flip_byte(segment_of(tmp_path, 1, document.id) / "digests.npy")
    with pytest.raises(DamagedError, match=r"digests\.npy.*report-rag index --rebuild"):
        open_()


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_manifest_is_named_and_the_remedy_too(tmp_path, build, open_, damage) -> None:
    build()
    damage(place(tmp_path, 1) / "manifest.json")
    with pytest.raises(DamagedError, match=r"manifest\.json.*report-rag index --rebuild"):
        open_()


def test_a_file_that_does_not_belong_is_damage(tmp_path, build, open_) -> None:
    build()
    (segment_of(tmp_path, 1, "county-2021") / "extra.npy").write_bytes(b"")
    assert "extra.npy" in open_().problems["county-2021"]


def test_the_previous_generation_serves_while_the_manifest_of_the_newest_is_damaged(
    tmp_path, reports, build, open_
) -> None:
    build()
    build()
    flip_byte(place(tmp_path, 2) / "manifest.json")
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


def reseal(path: Path, change: Callable[[dict], None]) -> str:
    """Change a manifest and make its checksum fit again, as an attacker or another program would."""
    from index.storage.manifest import _digest

    body = json.loads(path.read_text("utf-8"))
    del body["sha256"]
    change(body)
    path.write_text(json.dumps({**body, "sha256": _digest(body)}), encoding="utf-8")
    return _digest(body)


def reseal_segment(root: Path, document: str, change: Callable[[dict], None]) -> None:
    """The same of a segment's manifest, and of the generation's, which names its checksum."""
    checksum = reseal(segment_of(root, 1, document) / "segment.json", change)
    reseal(
        place(root, 1) / "manifest.json",
        lambda body: body["documents"][document].update(checksum=checksum),
    )


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        (lambda body: body.update(format=2), OutdatedError, "format 2"),
        (lambda body: body.update(code="0"), OutdatedError, "another version"),
        (lambda body: body.update(encoder="other"), OutdatedError, "encoder other"),
        (lambda body: body.update(store="other"), OutdatedError, "'other', wanted is 'faiss'"),
        (lambda body: body.update(extra=1), DamagedError, "manifest"),
        (lambda body: body.update(documents=[]), DamagedError, "manifest"),
        (lambda body: body.update(documents={}), DamagedError, "document"),
        (lambda body: body.pop("encoder"), DamagedError, "manifest"),
    ],
)
def test_a_manifest_that_says_something_else_is_refused(tmp_path, build, open_, change, error, words) -> None:
    build()
    reseal(place(tmp_path, 1) / "manifest.json", change)
    with pytest.raises(error, match=f"{words}.*report-rag index --rebuild"):
        open_()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda body: body.update(files={"../../secret": {"size": 0, "sha256": ""}}), "secret"),
        (lambda body: body.update(files=[]), "manifest"),
        (lambda body: body.update(dimension=3), "dimension"),
        (lambda body: body.update(passages=3), "passages"),
        (lambda body: body.update(document="city-2020"), "city-2020"),
        (lambda body: body.update(format=2), "format"),
    ],
)
def test_a_segment_that_says_something_else_is_left_out(tmp_path, build, open_, change, words) -> None:
    build()
    reseal_segment(tmp_path, "county-2021", change)
    opened = open_()
    assert list(opened.index.documents) == ["city-2020"]
    assert words in opened.problems["county-2021"]


def test_an_entry_that_names_another_folder_is_left_out(tmp_path, build, open_) -> None:
    build()
    other = segment_of(tmp_path, 1, "city-2020").name
    for folder in (other, f"../segments/{other}", "..", ""):
        reseal(
            place(tmp_path, 1) / "manifest.json",
            lambda body, folder=folder: body["documents"]["county-2021"].update(folder=folder),
        )
        assert list(open_().index.documents) == ["city-2020"]


@pytest.mark.parametrize("text", ["[]", "null", "{}", "7", "", '{"format": 3}', "\x00"])
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
    folder = segment_of(tmp_path, 1, "county-2021")
    path = folder / "document.jsonl"
    line = json.loads(path.read_text("utf-8"))
    change(line)
    path.write_text(json.dumps(line) + "\n", encoding="utf-8")
    files = {name: {"size": one.size, "sha256": one.sha256} for name, one in record_files(folder).items()}
    reseal_segment(tmp_path, "county-2021", lambda body: body.update(files=files))
    assert list(open_().index.documents) == ["city-2020"]
