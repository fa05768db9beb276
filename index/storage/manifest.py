"""What a generation says of itself, and the check that its files still are what was written."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

MANIFEST = "manifest.json"

FORMAT = 2
"""Raised whenever the files of a generation change their layout."""

FLOOR = Path(__file__).parents[1]
"""The package whose code builds an index, its language included."""

_CONFIG = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True, config=_CONFIG)
class FileRecord:
    """A file as it was written: its length in bytes and its SHA-256 (hex)."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True, config=_CONFIG)
class Manifest:
    """A generation's description of itself.

    `code` is the digest of the modules that built it, `encoder` the encoder's fingerprint, `store` the kind
    of its vector stores, `documents` each document's id and the SHA-256 of its text, `readers` who made that
    text, `files` each file by its POSIX path in the generation's folder.
    """

    format: int
    code: str
    created: dt.datetime
    encoder: str
    store: str
    dimension: int
    passages: int
    documents: Mapping[str, str]
    readers: Mapping[str, str]
    files: Mapping[str, FileRecord]


_MANIFEST = TypeAdapter(Manifest)


class FormatError(ValueError):
    """A manifest of another format version."""


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write `manifest` into `folder`, together with a checksum over itself."""
    body = _MANIFEST.dump_python(manifest, mode="json")
    text = json.dumps({**body, "sha256": _digest(body)}, ensure_ascii=False, indent=1)
    (folder / MANIFEST).write_text(text, encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of `folder`; raises FormatError, or ValueError or OSError where it is damaged."""
    try:
        body: dict[str, Any] = dict(json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
        if body["format"] != FORMAT:
            raise FormatError(f"format {body['format']!r}")
        if body.pop("sha256") != _digest(body):
            raise ValueError(f"{MANIFEST} does not match its checksum")
        return _MANIFEST.validate_python(body)
    except (KeyError, TypeError, json.JSONDecodeError, ValidationError) as error:
        raise ValueError(f"{MANIFEST} is not a manifest") from error


def record_files(folder: Path) -> dict[str, FileRecord]:
    """Return the record of every file under `folder` but the manifest."""
    return {
        path.relative_to(folder).as_posix(): _record(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path != folder / MANIFEST
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
