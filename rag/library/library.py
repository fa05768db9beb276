"""The library: what may be done with documents, by whichever way somebody asks for it."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from index.documents.files import ReadDocument, check_file, read_file
from index.errors import UnreadableError
from index.language.text import is_mostly_chinese
from index.library.record import Record, describe, edit
from index.library.shelf import ORIGINAL, PAGES, Shelf
from index.storage.generations import GenerationFolder
from index.storage.source import Source
from index.types import IndexedDocument, Progress
from rag.errors import ReadOnlyDocumentError, UnknownDocumentError
from rag.library.identifiers import make_id
from rag.library.job import Details, Notice, NoticeCode
from rag.library.pages import PageImages
from rag.library.recognition import apply, describe_text


class ChangingIndex(Protocol):
    """What the library asks of who serves the index."""

    @property
    def documents(self) -> Mapping[str, IndexedDocument]:
        """Every document that can be asked, by its id."""

    def change(
        self,
        put: Sequence[Source] = (),
        remove: Collection[str] = (),
        *,
        commit: Callable[[], None],
        progress: Progress | None = None,
    ) -> None:
        """Change documents; `commit` is called in the one moment in which nothing more can fail."""


@dataclass(frozen=True, slots=True)
class Added:
    """A document that was added, or is known already: then nothing was changed."""

    document: str
    known: bool = False
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class Removed:
    """What is gone with a document."""

    document: str
    title: str
    characters: int
    passages: int
    pages: int
    original: str


class Library:
    """The added documents, in the folder `library` of `data`."""

    def __init__(self, data: Path, index: ChangingIndex) -> None:
        self.shelf = Shelf(data / "library")
        self.pages = PageImages(self.shelf)
        self._generations = GenerationFolder(data)
        self._index = index
        self._reserving = threading.Lock()  # of what follows
        self._reserved: set[str] = set()  # ids of documents that are being added
        self._records: Mapping[str, Record] = {}
        self._damaged: frozenset[str] = frozenset()

    @property
    def records(self) -> Mapping[str, Record]:
        """The added documents by their ids, as they stood on the shelf when the index last changed."""
        return self._records

    def sources(self) -> tuple[list[Source], dict[str, str]]:
        """Read the shelf; return what is to be indexed of it, and what is wrong with the rest."""
        with self._reserving:  # else what changes meanwhile would be lost, or come back
            records, problems = self.shelf.records()
            self._records, self._damaged = records, frozenset(problems)
        return [self.shelf.source(record) for record in records.values()], problems

    def reread(self) -> None:
        """Read the shelf again: another process has changed it."""
        self.sources()

    def tidy(self) -> None:
        """Remove what processes that were killed have left on the shelf."""
        if self.shelf.root.exists():
            with self._generations.locked():
                self.shelf.sweep()

    def find_same(self, data: bytes, replaces: str | None = None) -> str | None:
        """Return the document that consists of these very bytes, None where there is none.

        A file that is to replace another document is none, though it be known as a third one.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        for name, record in self._records.items():
            if record.original.sha256 == sha256 and replaces in (None, name):
                return name
        return None if replaces else self._find_text(sha256)

    def add(self, data: bytes, file_name: str, details: Details, progress: Progress | None = None) -> Added:
        """Add a file as a new document.

        Raises FileError where it cannot be read, MetadataNeededError where place or year are not known,
        CorpusError where it has no sentence, GenerationError where it cannot be written.
        """
        if (same := self.find_same(data)) is not None:
            return Added(same, known=True)
        read = _read(data, file_name, progress)
        if (same := self._find_text(read.sha256)) is not None:
            text = f"{read.file_name} has the same text as {same}: it was not added again."
            return Added(same, known=True, notices=(Notice(NoticeCode.SAME_TEXT, text, same),))
        meta = describe_text(read, details)
        with self._reserving:
            taken = {*self._index.documents, *self._records, *self._damaged, *self._reserved}
            name = make_id(meta.place, meta.year, taken)
            self._reserved.add(name)
        try:
            record = describe(name, read, data, meta, collection=details.collection or "")
            self._put(record, None, read, data, progress)
        finally:
            self._reserved.discard(name)
        return Added(name, notices=self._find_versions(record))

    def replace(
        self,
        name: str,
        data: bytes,
        file_name: str,
        details: Details,
        progress: Progress | None = None,
    ) -> Added:
        """Put a file in the place of a document's own; what is known of it stays, but for `details`.

        Raises UnknownDocumentError, ReadOnlyDocumentError, and what `add` raises.
        """
        former = self.require(name)
        if former.original.sha256 == hashlib.sha256(data).hexdigest() and details == Details():
            return Added(name, known=True)
        read = _read(data, file_name, progress)
        former = self.require(name)
        meta = apply(former.meta, details)
        collection = former.collection if details.collection is None else details.collection
        record = describe(name, read, data, meta, collection=collection, former=former)
        self._put(record, former, read, data, progress)
        return Added(name)

    def edit(self, name: str, details: Details) -> Record:
        """Change what is known of a document; nothing is encoded again but what its year dates otherwise.

        Raises UnknownDocumentError or ReadOnlyDocumentError.
        """
        former = self.require(name)
        collection = former.collection if details.collection is None else details.collection
        meta = apply(former.meta, details)
        if (meta, collection) == (former.meta, former.collection):
            return former
        record = edit(former, meta, collection)
        self._change(record, self.shelf.source(record), lambda: self.shelf.enter(record, former), None)
        return record

    def remove(self, name: str, progress: Progress | None = None) -> Removed:
        """Remove a document with its file, its text, its vectors and the pictures of its pages.

        Raises UnknownDocumentError or ReadOnlyDocumentError, CorpusError where no document would be left, and
        GenerationError.
        """
        record = None if name in self._damaged else self.require(name)
        indexed = self._index.documents.get(name)
        pictures = len(list(self.shelf.root.glob(f"{name}/*/{PAGES}/*.webp")))
        self._index.change(remove=[name], commit=lambda: self.shelf.strike(name), progress=progress)
        self._clear(name)
        self.reread()
        return Removed(
            name,
            record.meta.title if record else "",
            len(indexed.document.text) if indexed else 0,
            len(indexed.structure.passages) if indexed else 0,
            pictures,
            record.original.name if record else "",
        )

    def may_remove(self, name: str) -> None:
        """Raise as `require` does, but for a document whose record is damaged: it can only be removed."""
        if name not in self._damaged:
            self.require(name)

    def original(self, name: str) -> tuple[Path, Record]:
        """Return where the file of a document stands; raises as `require` does."""
        record = self.require(name)
        return self.shelf.folder(record) / ORIGINAL, record

    def require(self, name: str) -> Record:
        """Return the record of an added document.

        Raises UnknownDocumentError, or ReadOnlyDocumentError where it stands in the corpus folder.
        """
        record = self._records.get(name)
        if record is not None:
            return record
        if name in self._index.documents:
            raise ReadOnlyDocumentError(
                f"The document {name!r} stands in the corpus folder: change it there, and start anew."
            )
        raise UnknownDocumentError(f"No document has the id {name!r}: see which there are.")

    def check(self, data: bytes, file_name: str) -> None:
        """Raise FileError where a file is of a kind that nobody reads, too large or empty."""
        check_file(data, file_name)

    def _put(
        self,
        record: Record,
        former: Record | None,
        read: ReadDocument,
        data: bytes,
        progress: Progress | None,
    ) -> None:
        def commit() -> None:
            self.shelf.write(record, read, data)
            self.shelf.enter(record, former)

        document = read.as_document(record.id, record.meta)
        source = replace(self.shelf.source(record), load=lambda: document)
        self._change(record, source, commit, progress)

    def _change(
        self, record: Record, source: Source, commit: Callable[[], None], progress: Progress | None
    ) -> None:
        try:
            self._index.change([source], commit=commit, progress=progress)
        finally:
            self._clear(record.id)  # the former version, or what was written for nothing
        self.reread()

    def _clear(self, name: str) -> None:
        """Clear a document; under the lock, for somebody may be about to put a version of it in force."""
        with self._generations.locked():
            self.shelf.clear(name)

    def _find_text(self, sha256: str) -> str | None:
        documents = self._index.documents.values()
        return next((one.document.id for one in documents if one.document.sha256 == sha256), None)

    def _find_versions(self, record: Record) -> tuple[Notice, ...]:
        """Return a notice for each other document of the same place and year."""
        return tuple(
            Notice(
                NoticeCode.OTHER_VERSION,
                f"{name} is of the same place and year: a question may be answered from either.",
                name,
            )
            for name, one in self._index.documents.items()
            if name != record.id
            and (one.document.meta.place, one.document.meta.year) == (record.meta.place, record.meta.year)
        )


def _read(data: bytes, file_name: str, progress: Progress | None) -> ReadDocument:
    """Read a file; one without Chinese is refused, for it would never answer a question."""
    read = read_file(data, file_name, progress=progress)
    if not is_mostly_chinese(read.text):
        raise UnreadableError(
            f"{read.file_name} is not written in Chinese: add one that is; questions may be in English.",
            "no_chinese",
            read.file_name,
        )
    return read
