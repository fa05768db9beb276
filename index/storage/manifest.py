"""What generations and segments say of themselves, and the check that their files are what was written."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

MANIFEST = "manifest.json"
"""Of a generation, in its folder."""

SEGMENT = "segment.json"
"""Of a segment, in its folder."""

FORMAT = 3
"""Raised whenever the files of a generation or a segment change their layout."""

FLOOR = Path(__file__).parents[1]
"""The package whose code builds an index, its language included."""

_CONFIG = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True, config=_CONFIG)
class FileRecord:
    """A file as it was written: its length in bytes and its SHA-256 (hex)."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True, config=_CONFIG)
class SegmentManifest:
    """A segment's description of itself.

    `identity` tells from which document, code, encoder and store it was built (index.storage.source), `files`
    each file by its POSIX path in the segment's folder.
    """

    format: int
    identity: str
    document: str
    encoder: str
    store: str
    dimension: int
    passages: int
    files: Mapping[str, FileRecord]


@dataclass(frozen=True, slots=True, config=_CONFIG)
class Entry:
    """A document of a generation: the folder of its segment, and what that was built from.

    `checksum` is that of the segment's manifest, `sha256` that of the text, `reader` who made the text.
    """

    folder: str
    identity: str
    checksum: str
    sha256: str
    reader: str


@dataclass(frozen=True, slots=True, config=_CONFIG)
class Manifest:
    """A generation's description of itself.

    `code` is the digest of the modules that built it, `encoder` the encoder's fingerprint, `store` the kind
    of its vector stores, `documents` each document by its id.
    """

    format: int
    code: str
    created: dt.datetime
    encoder: str
    store: str
    documents: Mapping[str, Entry]


_Kind = TypeVar("_Kind")
_MANIFEST = TypeAdapter(Manifest)
_SEGMENT = TypeAdapter(SegmentManifest)


class FormatError(ValueError):
    """A manifest of another format version."""


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write `manifest` into `folder`, together with a checksum over itself."""
    _write(folder / MANIFEST, _MANIFEST.dump_python(manifest, mode="json"))


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of `folder`; raises FormatError, or ValueError or OSError where it is damaged."""
    return _read(folder / MANIFEST, _MANIFEST)


def write_segment(folder: Path, manifest: SegmentManifest) -> str:
    """Write `manifest` into `folder`, and return the checksum over itself that it is written with."""
    return _write(folder / SEGMENT, _SEGMENT.dump_python(manifest, mode="json"))


def read_segment(folder: Path, checksum: str | None = None) -> SegmentManifest:
    """Read the manifest of a segment, the one with this checksum; raises as `read_manifest` does."""
    return _read(folder / SEGMENT, _SEGMENT, checksum)


def _write(path: Path, body: Mapping[str, Any]) -> str:
    checksum = _digest(body)
    text = json.dumps({**body, "sha256": checksum}, ensure_ascii=False, indent=1)
    path.write_text(text, encoding="utf-8")
    return checksum


def _read(path: Path, adapter: TypeAdapter[_Kind], checksum: str | None = None) -> _Kind:
    try:
        body: dict[str, Any] = dict(json.loads(path.read_text(encoding="utf-8")))
        if body["format"] != FORMAT:
            raise FormatError(f"format {body['format']!r}")
        written = body.pop("sha256")
        if written != _digest(body) or checksum not in (None, written):
            raise ValueError(f"{path.name} does not match its checksum")
        return adapter.validate_python(body)
    except (KeyError, TypeError, json.JSONDecodeError, ValidationError) as error:
        raise ValueError(f"{path.name} is not a manifest") from error


def record_files(folder: Path) -> dict[str, FileRecord]:
    """Return the record of every file under `folder` but its manifest."""
    return {
        path.relative_to(folder).as_posix(): _record(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path != folder / SEGMENT
    }


def check_files(folder: Path, files: Mapping[str, FileRecord]) -> None:
    """Raise ValueError naming the first file that is missing, changed or not in `files`."""
    present = record_files(folder)
    for name in sorted(files.keys() | present.keys()):
        if name not in present:
            raise ValueError(f"{name} is missing")
        if name not in files:
            raise ValueError(f"{name} does not belong to it")
        if present[name].size != files[name].size:
            raise ValueError(f"{name} has {present[name].size} bytes instead of {files[name].size}")
        if present[name] != files[name]:
            raise ValueError(f"{name} does not match its checksum")


@cache
def code_digest(floor: Path = FLOOR) -> str:
    """Return the SHA-256 over the modules and rules of `floor`: what is put into an index, they put there.

    An index built by other code is outdated even when no document changed. A module counts by its path: two
    of one name in different rooms are two. The encoder's package is left out, it has its own fingerprint.
    """
    digest = hashlib.sha256()
    for module in sorted([*floor.rglob("*.py"), *floor.rglob("*.toml")]):
        path = module.relative_to(floor)
        if path.parts[0] != "encoder":
            digest.update(path.as_posix().encode() + b"\0" + module.read_bytes() + b"\0")
    return digest.hexdigest()


def _record(path: Path) -> FileRecord:
    with path.open("rb") as file:
        return FileRecord(path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


def _digest(body: Mapping[str, Any]) -> str:
    canonical = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
