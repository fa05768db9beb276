"""Loads documents: one folder each, holding the text as published and meta.toml."""

from __future__ import annotations

import datetime as dt
import difflib
import re
import tomllib
from pathlib import Path
from typing import Any

from index.documents.decoding import decode_text
from index.documents.files import read_file
from index.errors import CorpusError
from index.types import Document, DocumentMeta

__all__ = ["load_corpus", "load_document", "load_sound_corpus"]

META_FILE = "meta.toml"

_FIELDS: dict[str, type] = {
    "title": str,
    "place": str,
    "year": int,
    "date": dt.date,
    "speaker": str,
    "occasion": str,
    "source": str,
    "licence": str,
    "text_file": str,
}
_TYPE_NAMES = {str: "text in quotes", int: "a whole number", dt.date: "a date such as 2021-02-07"}
_EARLIEST_YEAR, _LATEST_YEAR = (
    1900,
    2200,
)  # outside, a year is a typing error: period labels are reckoned from it
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SLUG_MAX = 64  # ids stand in URLs and in the names of files


def load_corpus(folder: Path) -> list[Document]:
    """Load every document folder in `folder`, in the order of their ids; hidden folders are passed over.

    Raises CorpusError when the folder cannot be read, holds no document, or any document cannot be read.
    """
    return [load_document(path) for path in _find_folders(folder)]


def load_sound_corpus(folder: Path, *, may_be_empty: bool = False) -> tuple[list[Document], dict[str, str]]:
    """Load every document that can be read; return, by their folders, what is wrong with the others, too.

    Raises CorpusError when the folder cannot be read or none of its documents can, unless it `may_be_empty`.
    """
    documents, problems = [], {}
    try:
        for path in _find_folders(folder):
            try:
                documents.append(load_document(path))
            except CorpusError as error:
                problems[path.name] = str(error)
    except CorpusError:
        if not may_be_empty:
            raise
    if problems and not documents and not may_be_empty:
        raise CorpusError(next(iter(problems.values())))
    return documents, problems


def _find_folders(folder: Path) -> list[Path]:
    try:
        folders = sorted(
            path for path in folder.iterdir() if path.is_dir() and not path.name.startswith((".", "_"))
        )
    except OSError as error:
        raise CorpusError(
            f"The corpus folder {folder} cannot be read ({_reason(error)}): name a readable folder."
        ) from error
    if not folders:
        raise CorpusError(
            f"The corpus folder {folder} holds no document: put a folder with {META_FILE} into it."
        )
    return folders


def load_document(folder: Path) -> Document:
    """Load the document in `folder`; its id is the folder's name. Raises CorpusError."""
    name = folder.resolve().name
    if len(name) > _SLUG_MAX or not _SLUG.fullmatch(name):
        raise CorpusError(
            f"The document folder {name!r} cannot serve as an id: rename it to at most {_SLUG_MAX} "
            "lower-case letters and digits, joined by single hyphens."
        )
    path = folder / META_FILE
    values = _read_meta(path)
    text_file = values.pop("text_file")
    if Path(text_file).name != text_file:
        raise CorpusError(
            f"text_file in {path} is {text_file!r}: give the bare name of a file in the same folder."
        )
    read = read_file(_read_bytes(folder / text_file), str(folder / text_file), shown=str(folder / text_file))
    return read.as_document(name, DocumentMeta(**values))


def _read_meta(path: Path) -> dict[str, Any]:
    """Return the checked values of meta.toml; its keys are exactly those of _FIELDS."""
    try:
        values = tomllib.loads(decode_text(_read_bytes(path), str(path)))
    except tomllib.TOMLDecodeError as error:
        raise CorpusError(f"{path} is not valid TOML ({error}): correct the line.") from error
    for key in values:
        if key not in _FIELDS:
            near = difflib.get_close_matches(
                key, [field for field in _FIELDS if field not in values] or _FIELDS, 1
            )
            remedy = f"did you mean {near[0]!r}?" if near else f"the keys are {', '.join(_FIELDS)}."
            raise CorpusError(f"{path} has an unknown key {key!r}: {remedy}")
    for key, kind in _FIELDS.items():
        if key not in values:
            raise CorpusError(f"{path} lacks the key {key!r}: add it as {_TYPE_NAMES[kind]}.")
        value = values[key]
        if type(value) is not kind:  # not isinstance: true is an int, and a date with a time is a date
            raise CorpusError(f"{key!r} in {path} is {value!r}: write {_TYPE_NAMES[kind]}.")
        if isinstance(value, str) and not value.strip():
            raise CorpusError(f"{key!r} in {path} is empty: write {_TYPE_NAMES[kind]}.")
    if not _EARLIEST_YEAR <= values["year"] <= _LATEST_YEAR:
        raise CorpusError(
            f"'year' in {path} is {values['year']}: write a year from {_EARLIEST_YEAR} to {_LATEST_YEAR}."
        )
    return values


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CorpusError(f"{path} cannot be read ({_reason(error)}): put a readable file there.") from error


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__
