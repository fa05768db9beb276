"""The folder of added documents: what is on it stays there, whole, until it is taken off.

    library/
    └── ID/
        ├── record.json         the document: what is known of it, and which version of its file counts
        └── VERSION/
            ├── original        the file as it came
            ├── read.json       what its reader made of it: the canonical text, and where on pages it stands
            └── pages/          pictures of pages, made when somebody looks at one

A document is there from the moment that its record is, and gone with it: both happen in one step. Folders
without a record are debris of a process that was killed.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from index.documents.files import ReadDocument
from index.errors import CorpusError, GenerationError
from index.library.record import Record, dump_read, dump_record, load_document, load_read, load_record
from index.storage.generations import flush, flush_tree
from index.storage.source import Source
from index.types import Document

RECORD = "record.json"
ORIGINAL = "original"
READ = "read.json"
PAGES = "pages"

_TEMPORARY = ".writing-"
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
ID_MAX = 64
"""Characters of an id: it stands in URLs and is the name of a folder."""


def is_id(name: str) -> bool:
    """Tell whether a document may be called `name`; nothing else is ever part of a path."""
    return len(name) <= ID_MAX and _ID.fullmatch(name) is not None


class Shelf:
    """The added documents under `root`, which is made with the first of them.

    Whoever writes holds the lock of the generations (index.storage), so that index and shelf change together;
    reading needs none.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def records(self) -> tuple[dict[str, Record], dict[str, str]]:
        """Return every document by its id, and by theirs what is wrong with those that cannot be read."""
        records, problems = {}, {}
        for folder in sorted(self.root.glob("*")):
            if not is_id(folder.name) or not (folder / RECORD).is_file():
                continue
            try:
                records[folder.name] = load_record(folder / RECORD, folder.name)
            except (ValueError, OSError) as error:
                problems[folder.name] = (
                    f"The added document {folder.name!r} cannot be read ({error}): "
                    "add its file again, or remove it."
                )
        return records, problems

    def find(self, name: str) -> Record | None:
        """Return the document called `name`; None where there is none or its record is damaged."""
        if not is_id(name):
            return None
        try:
            return load_record(self.root / name / RECORD, name)
        except (ValueError, OSError):
            return None

    def write(self, record: Record, read: ReadDocument, data: bytes) -> None:
        """Write a file and what was read of it beside what is there; `enter` puts it in force.

        Raises GenerationError where it cannot be written.
        """
        folder = self.folder(record)
        if folder.exists():  # the same file, read alike: a folder that has its name is complete
            return
        with _writing(self.root):
            folder.parent.mkdir(parents=True, exist_ok=True)
            temporary = Path(tempfile.mkdtemp(prefix=_TEMPORARY, dir=folder.parent))
            try:
                (temporary / ORIGINAL).write_bytes(data)
                (temporary / READ).write_bytes(dump_read(read))
                flush_tree(temporary)
                temporary.rename(folder)
            except BaseException:
                shutil.rmtree(temporary, ignore_errors=True)
                raise
            flush(folder.parent)
            flush(self.root)

    def enter(self, record: Record, former: Record | None) -> None:
        """Put a record in force: from now on the document is there, or is the new version of itself.

        `former` is what it was made from, None for a new document. Raises CorpusError where that is no longer
        what stands there.
        """
        path = self.root / record.id / RECORD
        if self.find(record.id) != former or (former is None and path.exists()):
            raise CorpusError(f"The document {record.id!r} has been changed meanwhile: try again.")
        with _writing(self.root):
            successor = path.with_suffix(".new")
            successor.write_bytes(dump_record(record))
            flush(successor)
            successor.replace(path)
            flush(path.parent)

    def strike(self, name: str) -> None:
        """Take a document off in one step; `clear` removes what is left of it."""
        path = self.root / name / RECORD
        with _writing(self.root):
            if path.exists():  # else another process has been quicker
                path.unlink()
                flush(path.parent)

    def clear(self, name: str) -> None:
        """Remove whatever of document `name` no record names: all of it, or its former versions."""
        folder = self.root / name
        record = self.find(name)
        if record is None and not (folder / RECORD).exists():
            shutil.rmtree(folder, ignore_errors=True)
            return
        if record is not None:  # of one whose record is damaged, nothing is thrown away
            for path in folder.glob("*"):
                if path.is_dir() and path.name != record.version:
                    shutil.rmtree(path, ignore_errors=True)
            with contextlib.suppress(OSError):
                (folder / RECORD).with_suffix(".new").unlink(missing_ok=True)

    def sweep(self) -> None:
        """Clear every document: what a process that was killed left behind goes."""
        for folder in self.root.glob("*"):
            if is_id(folder.name):
                self.clear(folder.name)

    def folder(self, record: Record) -> Path:
        """Return where the file of a document stands, with its text and the pictures of its pages."""
        return self.root / record.id / record.version

    def load(self, record: Record) -> Document:
        """Return a document with its text; raises CorpusError where it is damaged."""
        try:
            return load_document(self.folder(record) / READ, record)
        except (ValueError, OSError) as error:
            raise CorpusError(
                f"The text of the added document {record.id!r} cannot be read ({error}): add its file again."
            ) from error

    def read(self, record: Record) -> ReadDocument:
        """Return what a reader made of a document; raises ValueError or OSError where it is damaged."""
        return load_read(self.folder(record) / READ, record)

    def source(self, record: Record) -> Source:
        """Return a document as the index is to know it, its text unread until it is needed."""
        return Source(
            record.id,
            record.text_sha256,
            record.meta,
            str(record.reader),
            record.read_sha256,
            lambda: self.load(record),
        )


@contextlib.contextmanager
def _writing(root: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise GenerationError(
            f"The document cannot be written to {root} ({error}); make room there or choose another folder."
        ) from error
