"""What was changed on disk is found and named, and something always serves."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from index.errors import DamagedError, OutdatedError
from tests.index.generation_files import FILES, drop_middle, flip_byte, place

DAMAGES = [drop_middle, flip_byte, Path.unlink]


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
