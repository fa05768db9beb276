"""The readers there are, by the kind of file that each takes; the first that recognises a file reads it."""

from __future__ import annotations

from collections.abc import Mapping

from index.documents.pdf.reader import PdfReader
from index.documents.plain_text import MarkdownReader, PlainTextReader
from index.documents.reader import DocumentReader
from index.documents.web_page import WebPageReader
from index.documents.word.reader import WordReader

READERS: Mapping[str, DocumentReader] = {
    "pdf": PdfReader(),
    "docx": WordReader(),
    "html": WebPageReader(),
    "markdown": MarkdownReader(),
    "text": PlainTextReader(),
}
"""By kind. A reader imports the libraries that it parses with when it reads, in the process that reads."""
