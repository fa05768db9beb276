"""The one door for files: bytes and a name become canonical text, or an error that says what to do.

    kind = check_file(data, "report.pdf")             # at once: raises TooLargeError, UnknownKindError
    read = read_file(data, "report.pdf", progress=p)  # all of it: raises UnreadableError as well
    document = read.as_document("some-id", meta)      # what index and answers work with
    find_boxes(read.places, Span(120, 140))           # index.documents.places: where words stand on pages
    told = recognise(read.text)                       # index.documents.recognition.title_block
    card = write_report_card(read, structure)         # index.documents.recognition.report_card
    picture = render_page(data, "report.pdf", 0, 1200)  # WebP of a paged file's page, counted from 0

`check_file` costs next to nothing: what it raises is known before anything is parsed. `read_file` parses in a
process of its own under `limits`; `progress(stage, done, total)` is called several times a second, with pages
done and all pages (0 of 0 while nobody knows), and whatever it raises stops reading and is passed on: so a
caller cancels. The same bytes, name and reader version always give the same text.

Errors (index.errors, all of them FileError) carry `code`:

    TooLargeError     file_too_large
    UnknownKindError  kind_unknown (`values["kind"]` says what it is)
    UnreadableError   empty, character_set, encrypted, damaged, too_slow, too_heavy, too_many_pages,
                      too_long, no_text, scanned, no_page

Remarks of what was read carry one too: `name_shortened`, `name_mismatch`, `pages_without_text`.

Of a PDF, `notes` are its footnotes, which stand after the text under 注释; cells of a row of a table are
parted by tabs. Drawing a page takes some 0.3 seconds and a process: callers keep the pictures.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass

from index.documents.confinement import run_confined
from index.documents.kinds import name_kind
from index.documents.limits import DEFAULT_LIMITS, MEBIBYTE, FileLimits
from index.documents.names import clean_name, name_mismatch
from index.documents.reader import DocumentReader, Remark, check_length
from index.documents.readers import READERS
from index.documents.wire import unpack
from index.errors import TooLargeError, UnknownKindError, UnreadableError
from index.types import Document, DocumentMeta, Place, Progress, ReaderName, Span

__all__ = ["STAGE", "WIDTHS", "ReadDocument", "check_file", "read_file", "render_page"]

STAGE = "reading"
"""The stage that progress hears of."""

WIDTHS = (800, 1200, 1600)
"""Pixels of the pictures of pages: fixed, so that they can be kept."""


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """A file as it was read.

    `file_name` is its name as it may be shown and stored: no folder, no control character, not too long.
    `text`, `pages`, `places`, `notes` and `lost` are those of DocumentText; `remarks` say in a sentence each
    what should be known of the reading.
    """

    file_name: str
    reader: ReaderName
    text: str
    pages: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    notes: tuple[Span, ...] = ()
    lost: int = 0
    remarks: tuple[Remark, ...] = ()

    @property
    def kind(self) -> str:
        """What kind of file it was: pdf, docx, html, markdown or text."""
        return self.reader.kind

    @property
    def sha256(self) -> str:
        """The hash (hex) of the canonical text, over its UTF-8."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def as_document(self, document_id: str, meta: DocumentMeta) -> Document:
        """Return it as a document of the index."""
        return Document(document_id, self.text, self.sha256, meta, self.reader, self.pages, self.places)


def check_file(
    data: bytes, file_name: str, limits: FileLimits = DEFAULT_LIMITS, *, shown: str | None = None
) -> str:
    """Return the kind of a file, by its bytes, before any of it is parsed.

    Raises TooLargeError, UnknownKindError, and UnreadableError where the file is empty.
    """
    return _find_reader(data, file_name, limits, shown or clean_name(file_name)[0]).name.kind


def read_file(
    data: bytes,
    file_name: str,
    limits: FileLimits = DEFAULT_LIMITS,
    *,
    progress: Progress | None = None,
    shown: str | None = None,
) -> ReadDocument:
    """Return the text of a file with where it stands.

    `shown` is the name that errors use, by default the file's name cleaned. Raises FileError.
    """
    name, remark = clean_name(file_name)
    shown = shown or name
    reader = _find_reader(data, file_name, limits, shown)
    kind = reader.name.kind

    def hear(done: int, total: int) -> None:
        if progress is not None:
            progress(STAGE, done, total)

    if reader.confined:
        read = unpack(run_confined({"task": "read", "kind": kind}, data, shown, limits, hear))
    else:
        hear(0, 1)
        read = reader.read(data, shown, limits, hear)
        hear(1, 1)
    check_length(read, shown, limits)
    if not read.text.strip():
        raise _refuse_empty(shown)
    remarks = [found for found in (remark, name_mismatch(name, kind)) if found]
    return ReadDocument(
        name,
        reader.name,
        read.text,
        read.pages,
        read.places,
        read.notes,
        read.lost,
        (*remarks, *read.remarks),
    )


def render_page(
    data: bytes, file_name: str, page: int, width: int, limits: FileLimits = DEFAULT_LIMITS
) -> bytes:
    """Return page `page` (from 0) of a PDF as a WebP `width` pixels wide, one of WIDTHS.

    Boxes of the document's places are shares of just this picture. Raises ValueError for another width, and
    FileError where the file is no PDF, has no such page, or cannot be drawn within `limits`.
    """
    if width not in WIDTHS:
        raise ValueError(f"width {width} is none of {WIDTHS}")
    name = clean_name(file_name)[0]
    if _find_reader(data, file_name, limits, name).name.kind != "pdf":
        raise UnreadableError(f"{name} has no pages: only a PDF has pictures of them.", "no_page", name)
    task = {"task": "render", "page": page, "width": width}
    drawn = run_confined(task, data, name, limits, lambda done, total: None)
    return base64.b64decode(drawn["picture"])


def _find_reader(data: bytes, file_name: str, limits: FileLimits, shown: str) -> DocumentReader:
    if len(data) > limits.file_bytes:
        size, limit = (f"{-(-size // MEBIBYTE)}" for size in (len(data), limits.file_bytes))
        raise TooLargeError(
            f"{shown} has {size} MiB, and at most {limit} MiB are taken: "
            "split it, or save it with smaller pictures.",
            "file_too_large",
            shown,
            size=size,
            limit=limit,
        )
    for reader in READERS.values():
        if reader.recognises(data, file_name):
            return reader
    kind = name_kind(data)
    if kind == "empty":
        raise _refuse_empty(shown)
    raise UnknownKindError(
        f"{shown} is {kind}, which nobody here reads: save its words as one of {', '.join(READERS)}.",
        "kind_unknown",
        shown,
        kind=kind,
        kinds=", ".join(READERS),
    )


def _refuse_empty(shown: str) -> UnreadableError:
    return UnreadableError(
        f"{shown} holds no text: give a file with the words of a document.", "empty", shown
    )
