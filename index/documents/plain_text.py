"""Readers of text files: the canonical text is the file decoded, and nothing else changed."""

from __future__ import annotations

from index.documents.decoding import decode_text
from index.documents.kinds import is_markdown, name_kind
from index.documents.limits import FileLimits
from index.documents.reader import DocumentText, PageProgress
from index.types import ReaderName


class PlainTextReader:
    """Reads any text."""

    name = ReaderName("text", "1")
    confined = False  # nothing is parsed

    def recognises(self, data: bytes, name: str) -> bool:
        """Take whatever is not known to be something else."""
        return name_kind(data) == "text"

    def read(self, data: bytes, name: str, limits: FileLimits, progress: PageProgress) -> DocumentText:
        """Return the file decoded; raises UnreadableError where it is in no character set that we know."""
        return DocumentText(decode_text(data, name))


class MarkdownReader(PlainTextReader):
    """Reads Markdown: as it is written, for the structure of a document is read from its marks."""

    name = ReaderName("markdown", "1")

    def recognises(self, data: bytes, name: str) -> bool:
        """Take text whose name says that it is Markdown."""
        return is_markdown(name) and name_kind(data) == "text"
