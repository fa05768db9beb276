"""Opens a PDF by pdfium, or says why it cannot be opened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from index.errors import UnreadableError


@contextmanager
def open_pdf(data: bytes, name: str) -> Iterator[Any]:
    """Yield the document; raises UnreadableError where it asks for a password or is no whole PDF."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise UnreadableError(
                f"{name} opens with a password alone: open it, print it to a PDF without one, and give that.",
                "encrypted",
                name,
            ) from error
        raise UnreadableError(
            f"{name} is damaged or cut off, and no page of it can be read: "
            "fetch it anew, or print it to a new PDF.",
            "damaged",
            name,
        ) from error
    try:
        yield document
    finally:
        document.close()
