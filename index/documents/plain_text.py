"""Readers of text files: the canonical text is the file decoded, and nothing else changed."""

from __future__ import annotations

from pathlib import PurePath

from index.documents.decoding import decode_text
from index.documents.reader import DocumentText
from index.types import ReaderName

MARKDOWN_ENDINGS = {".md", ".markdown"}

BINARY = {
    b"%PDF-": "a PDF",
    b"PK\x03\x04": "a zip archive, as .docx, .wps and .ofd files are",
    b"\xd0\xcf\x11\xe0": "an Office file of before 2007, or an encrypted one",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"\x1f\x8b": "a gzip archive",
}
"""How files begin that are no text, though their bytes may happen to be characters."""


def name_binary(data: bytes) -> str | None:
    """Return what `data` is where its first bytes say that it is no text."""
    return next((kind for beginning, kind in BINARY.items() if data.startswith(beginning)), None)


class PlainTextReader:
    """Reads any text."""

    name = ReaderName("text", "1")

    def recognises(self, data: bytes, name: str) -> bool:
        """Take whatever is not known to be something else."""
        return name_binary(data) is None

    def read(self, data: bytes, name: str) -> DocumentText:
        """Return the file decoded; raises CorpusError where it is in no character set that we know."""
        return DocumentText(decode_text(data, name))


class MarkdownReader(PlainTextReader):
    """Reads Markdown: as it is written, for the structure of a document is read from its marks."""

    name = ReaderName("markdown", "1")

    def recognises(self, data: bytes, name: str) -> bool:
        """Take text whose name says that it is Markdown."""
        return PurePath(name).suffix.lower() in MARKDOWN_ENDINGS and name_binary(data) is None
