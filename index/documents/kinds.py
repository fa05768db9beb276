"""What kind of file some bytes are: told by how they begin, whatever the file's name says."""

from __future__ import annotations

import zipfile
import zlib
from io import BytesIO
from pathlib import PurePath

from index.documents.decoding import looks_utf16

PDF_BEGINNING = 1024
"""Bytes that may stand before a PDF's mark; readers of PDF look as far."""

_HEADS = {
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
_PDF = b"%PDF-"
_PDF_PARTS = (b"endobj", b"startxref")
"""One of them stands in a PDF; a text about PDFs has the mark alone."""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_KINDS = {
    "EncryptedPackage": "an Office file locked with a password",
    "WordDocument": "a Word file of before 2007 (.doc)",
    "Workbook": "a spreadsheet of before 2007 (.xls)",
}
"""By the streams inside, whose names stand in the file as UTF-16."""
_ZIPPED = {
    "OFD.xml": "an OFD file",
    "xl/workbook.xml": "a spreadsheet (.xlsx)",
    "ppt/presentation.xml": "a presentation (.pptx)",
    "META-INF/manifest.xml": "an OpenDocument file",
}
_TYPES = "[Content_Types].xml"
_WORD = b"wordprocessingml"
_TYPES_READ = 1_000_000  # bytes of it, unpacked
_ZIP = b"PK\x03\x04"
_MARKUP_BEGINNING = 4096
"""Bytes of a file in which markup shows; comments and an XML line may stand before it."""
_ARCHIVE = (b"mime-version:", b"multipart/related")
_MARKUP = (b"<!doctype html", b"<html", b"<head", b"<body")
_CONTROLS = bytes(set(range(32)) - {*b"\t\n\v\f\r\x1a\x1b"})
"""Control characters that no text holds; UTF-16 has zeros, and is told by its own decoder."""
_CONTROLS_SHARE = 0.01
_SAMPLE = 64 * 1024


def name_kind(data: bytes) -> str:
    """Return `pdf`, `docx`, `html`, `text` or `empty`, else in English what the bytes are (“a picture”)."""
    if not data.strip(b"\0\t\r\n \xef\xbb\xbf"):
        return "empty"
    if data.startswith(_PDF) or (_PDF in data[:PDF_BEGINNING] and any(mark in data for mark in _PDF_PARTS)):
        return "pdf"
    if data.startswith(_ZIP):
        return _name_zipped(data)
    if data.startswith(_OLE):
        kinds = (kind for name, kind in _OLE_KINDS.items() if name.encode("utf-16-le") in data)
        return next(kinds, "an Office file of before 2007")
    if is_web_archive(data):
        return "html"
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


def is_web_archive(data: bytes) -> bool:
    """Tell whether bytes are a web page saved with its pictures in one file (.mhtml)."""
    head = data[:_MARKUP_BEGINNING].lower()
    return _ARCHIVE[0] in head and _ARCHIVE[1] in head and not head.lstrip().startswith(b"<")


def is_markdown(name: str) -> bool:
    """Tell whether a file's name says that it is Markdown."""
    return PurePath(name).suffix.lower() in {".md", ".markdown"}


def _name_zipped(data: bytes) -> str:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = set(archive.namelist())
            if _TYPES in names:
                with archive.open(_TYPES) as types:
                    if _WORD in types.read(_TYPES_READ):
                        return "docx"
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, OSError, RuntimeError):
        return "a damaged zip archive"
    return next((kind for name, kind in _ZIPPED.items() if name in names), "a zip archive")
