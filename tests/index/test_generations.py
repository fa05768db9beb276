"""The folder of generations: the last two are kept, and nothing that fails leaves a trace."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.errors import GenerationError
from index.storage.corpus_index import build_generation
from index.storage.generations import GenerationFolder


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
    long = write_report(
        "long", "一、工作回顾\n" + "".join(f"粮食产量第{number}次再创新高。\n" for number in range(100))
    )
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
