"""What kind of file some bytes are: told by how they begin, whatever the file's name says."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import PurePath

from index.documents.decoding import looks_utf16

PDF_BEGINNING = 1024
"""Bytes that may stand before a PDF's mark; readers of PDF look as far."""

_HEADS = {
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "an Office file of before 2007, or an encrypted one",
    b"{\\rtf": "an RTF file",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"II*\x00": "a picture",
    b"MM\x00*": "a picture",
    b"RIFF": "a picture or a recording",
    b"\x1f\x8b": "a gzip archive",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"Rar!": "a RAR archive",
    b"\x7fELF": "a program",
    b"MZ": "a program",
}
_ZIPPED = {
    "word/document.xml": "docx",
    "OFD.xml": "an OFD file",
    "xl/workbook.xml": "a spreadsheet (.xlsx)",
    "ppt/presentation.xml": "a presentation (.pptx)",
    "META-INF/manifest.xml": "an OpenDocument file",
}
_ZIP = b"PK\x03\x04"
_MARKUP_BEGINNING = 4096
"""Bytes of a file in which markup shows; comments and an XML line may stand before it."""
_MARKUP = (b"<!doctype html", b"<html", b"<head", b"<body")
_CONTROLS = bytes(set(range(32)) - {*b"\t\n\v\f\r\x1a\x1b"})
"""Control characters that no text holds; UTF-16 has zeros, and is told by its own decoder."""
_CONTROLS_SHARE = 0.01
_SAMPLE = 64 * 1024


def name_kind(data: bytes) -> str:
    """Return `pdf`, `docx`, `html`, `text` or `empty`, else in English what the bytes are (“a picture”)."""
    if not data.strip(b"\0\t\r\n \xef\xbb\xbf"):
        return "empty"
    if b"%PDF-" in data[:PDF_BEGINNING]:
        return "pdf"
    if data.startswith(_ZIP):
        return _name_zipped(data)
    for head, kind in _HEADS.items():
        if data.startswith(head):
            return kind
    beginning = data[:_MARKUP_BEGINNING].replace(b"\0", b"").lower()
    if beginning.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<") and any(
        mark in beginning for mark in _MARKUP
    ):
        return "html"
    sample = data[:_SAMPLE]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if controls > _CONTROLS_SHARE * len(sample) and not looks_utf16(sample):
        return "of an unknown kind"
    return "text"


def is_markdown(name: str) -> bool:
    """Tell whether a file's name says that it is Markdown."""
    return PurePath(name).suffix.lower() in {".md", ".markdown"}


def _name_zipped(data: bytes) -> str:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return "a damaged zip archive"
    return next((kind for name, kind in _ZIPPED.items() if name in names), "a zip archive")
