"""The readers there are, by the kind of file that each takes; the first that recognises a file reads it."""

from __future__ import annotations

from collections.abc import Mapping

from index.documents.plain_text import MarkdownReader, PlainTextReader, name_binary
from index.documents.reader import DocumentReader, DocumentText
from index.errors import CorpusError
from index.types import ReaderName

READERS: Mapping[str, DocumentReader] = {
    "markdown": MarkdownReader(),
    "text": PlainTextReader(),  # the last: it takes whatever is text
}


def read_document(data: bytes, name: str) -> tuple[DocumentText, ReaderName]:
    """Return the text of a file, and which reader made it.

    `name` is the file's. Raises CorpusError, naming it, where nobody reads the file or its reader cannot.
    """
    for reader in READERS.values():
        if reader.recognises(data, name):
            return reader.read(data, name), reader.name
    raise CorpusError(
        f"{name} is {name_binary(data) or 'of an unknown kind'}, which nobody here reads: "
        f"save its words as one of {', '.join(READERS)}."
    )
