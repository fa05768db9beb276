"""What is kept of a document that somebody added: its file, its text, and what is known of it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import replace
from pathlib import Path

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from index.documents.files import ReadDocument
from index.documents.reader import DocumentText, Remark, find_fault
from index.types import Document, DocumentMeta, ReaderName

FORMAT = 1
"""Raised whenever a record or the text beside it changes its layout."""

_FILE_DIGITS, _READ_DIGITS = 16, 8
"""Of the hashes of a file and of what was read of it: together the name of its folder."""

_CONFIG = ConfigDict(extra="forbid")
_READ = TypeAdapter(ReadDocument)


@dataclass(frozen=True, slots=True, config=_CONFIG)
class Original:
    """A file as it came: the name it is shown by, its size in bytes and its SHA-256 (hex)."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, config=_CONFIG)
class Record:
    """A document that somebody added.

    `version` is the folder of its file and its text, `text_sha256` the hash of the canonical text and
    `read_sha256` that of everything its reader made of the file, as it stands on disk. `changed` is when file
    or metadata last did.
    """

    format: int
    id: str
    version: str
    original: Original
    reader: ReaderName
    text_sha256: str
    read_sha256: str
    pages: int
    lost: int
    remarks: tuple[Remark, ...]
    meta: DocumentMeta
    added: dt.datetime
    changed: dt.datetime
    collection: str = ""


_RECORD = TypeAdapter(Record)


def describe(
    name: str,
    read: ReadDocument,
    data: bytes,
    meta: DocumentMeta,
    *,
    collection: str = "",
    former: Record | None = None,
) -> Record:
    """Return the record of a file that was read; `former` is that of the file whose place it takes."""
    sha256, read_sha256 = hashlib.sha256(data).hexdigest(), hashlib.sha256(dump_read(read)).hexdigest()
    now = dt.datetime.now(dt.UTC)
    return Record(
        FORMAT,
        name,
        f"{sha256[:_FILE_DIGITS]}-{read_sha256[:_READ_DIGITS]}",
        Original(read.file_name, len(data), sha256),
        read.reader,
        read.sha256,
        read_sha256,
        len(read.pages),
        read.lost,
        read.remarks,
        meta,
        former.added if former else now,
        now,
        collection,
    )


def edit(record: Record, meta: DocumentMeta, collection: str) -> Record:
    """Return a record with other metadata."""
    return replace(record, meta=meta, collection=collection, changed=dt.datetime.now(dt.UTC))


def dump_read(read: ReadDocument) -> bytes:
    """Return what a reader made of a file as it is kept."""
    return _READ.dump_json(read)


def load_document(path: Path, record: Record) -> Document:
    """Return the document whose text stands at `path`; raises ValueError or OSError where it is damaged."""
    return load_read(path, record).as_document(record.id, record.meta)


def load_read(path: Path, record: Record) -> ReadDocument:
    """Return what a reader made of a document's file; raises ValueError or OSError where it is damaged."""
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != record.read_sha256:
        raise ValueError(f"{path.name} does not match its checksum")
    try:
        read = _READ.validate_json(data)
    except ValidationError as error:
        raise ValueError(f"{path.name} holds no text of a document") from error
    if fault := find_fault(DocumentText(read.text, read.pages, read.places, read.notes)):
        raise ValueError(f"{path.name}: {fault}")
    return read


def dump_record(record: Record) -> bytes:
    """Return a record as it is kept, with a checksum over itself."""
    body = _RECORD.dump_python(record, mode="json")
    return json.dumps({**body, "sha256": _digest(body)}, ensure_ascii=False, indent=1).encode()


def load_record(path: Path, name: str) -> Record:
    """Read the record of document `name` at `path`; raises ValueError or OSError where it is damaged."""
    try:
        body = dict(json.loads(path.read_bytes()))
        if body.pop("sha256") != _digest(body):
            raise ValueError(f"{path.name} does not match its checksum")
        if body["format"] != FORMAT:
            raise ValueError(f"{path.name} has format {body['format']!r}, this program reads {FORMAT}")
        if body["id"] != name:
            raise ValueError(f"{path.name} is that of {body['id']!r}")
        return _RECORD.validate_python(body)
    except (KeyError, TypeError, json.JSONDecodeError, ValidationError, UnicodeDecodeError) as error:
        raise ValueError(f"{path.name} is no record of a document") from error


def _digest(body: object) -> str:
    canonical = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
