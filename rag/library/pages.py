"""Pictures of pages: drawn when somebody looks at one, and kept beside the file until it goes."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.documents.files import WIDTHS, render_page
from index.library.record import Record
from index.library.shelf import ORIGINAL, PAGES, Shelf
from rag.errors import BusyError

DEFAULT_WIDTH = WIDTHS[1]
MAX_DRAWING = 2
"""Pages drawn at once: each takes a process and up to a second of a core."""
MAX_WAITING = 20
"""Requests that wait for their turn to draw: a reader who leafs through asks for a few."""


class PageImages:
    """The pictures of the pages of a shelf's documents, as WebP."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._drawing = threading.BoundedSemaphore(MAX_DRAWING)
        self._waiting = threading.BoundedSemaphore(MAX_DRAWING + MAX_WAITING)

    def find(self, record: Record, page: int, width: int) -> Path:
        """Return the picture of a page (counted from 0), drawn if nobody has looked at it yet.

        Raises FileError where the page cannot be drawn, BusyError where too many wait, and ValueError for a
        width that is none of WIDTHS.
        """
        if width not in WIDTHS:
            raise ValueError(f"{width} is none of {WIDTHS}")
        folder = self._shelf.folder(record)
        path = folder / PAGES / f"{page}-{width}.webp"
        if path.is_file():
            return path
        with self._turn():
            if not path.is_file():
                data = (folder / ORIGINAL).read_bytes()
                self._keep(path, render_page(data, record.original.name, page, width))
        return path

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._waiting.acquire(blocking=False):
            raise BusyError("Too many pages wait to be drawn: ask for this one in a moment.")
        try:
            with self._drawing:
                yield
        finally:
            self._waiting.release()

    @staticmethod
    def _keep(path: Path, picture: bytes) -> None:
        path.parent.mkdir(exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(picture)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
