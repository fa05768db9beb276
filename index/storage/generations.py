"""The folder of numbered generations: which exist, which serves, and how a new one takes over.

    FOLDER/
    ├── CURRENT                 the number of the generation that serves
    ├── build.lock              held while a generation is built
    └── generations/
        └── 000001/             complete and never changed again

A generation is written to a temporary folder beside the others, flushed to disk, renamed into place, and only
then does CURRENT name it: at any moment, also after a crash, CURRENT names a complete generation.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import GenerationError
from index.types import Progress

KEPT = 2
"""Generations left on disk: the current one, and the one that serves should it be damaged."""

_TEMPORARY = ".building-"
_NUMBER = re.compile(r"\d{6,}")


class GenerationFolder:
    """The numbered generations under `root`, which is made when something is first written."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._generations = root / "generations"
        self._current = root / "CURRENT"

    def path(self, number: int) -> Path:
        """Where generation `number` stands."""
        return self._generations / f"{number:06d}"

    def numbers(self) -> list[int]:
        """Return the numbers of all generations, newest first."""
        if not self._generations.is_dir():
            return []
        names = (path.name for path in self._generations.iterdir())
        return sorted((int(name) for name in names if _NUMBER.fullmatch(name)), reverse=True)

    def serving(self) -> list[int]:
        """Return the current generation's number and then the older ones', newest first.

        A generation newer than the current one was never switched to. An unreadable CURRENT names none: all
        are returned.
        """
        numbers, current = self.numbers(), self.current()
        if current is None:
            return numbers
        return [number for number in numbers if number <= current] or numbers

    def current(self) -> int | None:
        """Return the number that CURRENT names, None where it names none."""
        try:
            return int(self._current.read_text(encoding="ascii"))
        except (OSError, ValueError):
            return None

    @contextmanager
    def locked(self, progress: Progress | None = None) -> Iterator[None]:
        """Keep other processes and threads from building; waits while one of them does.

        The operating system frees the lock of a process that dies. Raises GenerationError where the folder
        cannot be written to.
        """
        lock = FileLock(self.root / "build.lock")
        with self.writing():
            self.root.mkdir(parents=True, exist_ok=True)
            try:
                lock.acquire(timeout=0)
            except Timeout:
                if progress is not None:
                    progress("waiting for another process that builds the index", 0, 1)
                lock.acquire()
        try:
            yield
        finally:
            lock.release()

    def publish(
        self, write: Callable[[Path], None], commit: Callable[[], None] | None = None, kept: int = KEPT
    ) -> int:
        """Let `write` fill a new generation, make it the current one and return its number.

        To be called while `locked`. When anything fails, nothing has changed. `commit` is called when all is
        written that needs room, right before the switch: what it does must hold without the switch, too, for
        the process may be killed between the two. All but the last `kept` generations are removed. Raises
        GenerationError where the folder cannot be written to, and whatever `commit` raises.
        """
        with self.writing():
            number = self._publish(write, commit)
        for old in self.numbers()[kept:]:
            shutil.rmtree(self.path(old), ignore_errors=True)
        return number

    def _publish(self, write: Callable[[Path], None], commit: Callable[[], None] | None) -> int:
        self._generations.mkdir(parents=True, exist_ok=True)
        for leftover in self._generations.glob(f"{_TEMPORARY}*"):  # of a build that was killed
            shutil.rmtree(leftover, ignore_errors=True)
        number = max(self.numbers(), default=0) + 1
        temporary = Path(tempfile.mkdtemp(prefix=_TEMPORARY, dir=self._generations))
        try:
            write(temporary)
            flush_tree(temporary)
            temporary.rename(self.path(number))
        except BaseException:  # an interrupt leaves no debris either
            shutil.rmtree(temporary, ignore_errors=True)
            raise
        flush(self._generations)
        successor = self._current.with_suffix(".new")
        try:
            successor.write_text(f"{number}\n", encoding="ascii")
            flush(successor)
            if commit is not None:
                commit()
        except BaseException:
            successor.unlink(missing_ok=True)
            shutil.rmtree(self.path(number), ignore_errors=True)
            raise
        successor.replace(self._current)
        flush(self.root)
        return number

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Raise GenerationError where what is written inside cannot be."""
        try:
            yield
        except OSError as error:
            raise GenerationError(
                f"The index cannot be written to {self.root} ({error}); "
                "make room there or choose another folder."
            ) from error


def flush_tree(folder: Path) -> None:
    """Have the operating system write a folder and all that is in it to the disk itself."""
    for path in folder.rglob("*"):
        flush(path)
    flush(folder)


def flush(path: Path) -> None:
    """Have the operating system write a file or a folder to the disk itself."""
    if path.is_dir() and os.name == "nt":
        return  # Windows opens no folders, and needs none flushed
    # Windows flushes only files open for writing.
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
