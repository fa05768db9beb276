"""What is known of a document that is added: what was said of it, else what its text says; never a guess."""

from __future__ import annotations

from dataclasses import asdict, replace

from index.documents.files import ReadDocument
from index.documents.recognition.title_block import recognise
from index.types import DocumentMeta
from rag.errors import MetadataNeededError
from rag.library.job import Details

SOURCE = "added by a user"
LICENCE = "as the user who added it may use it"


def describe_text(read: ReadDocument, details: Details) -> DocumentMeta:
    """Return what is known of a document.

    Raises MetadataNeededError where its place or its year is not known: periods are reckoned from the year,
    and a question finds its report by the place.
    """
    found = recognise(read.text)
    place, year = details.place or found.place, details.year or found.year
    title = details.title or found.title or read.file_name
    if place is None or year is None:
        missing = [name for name, value in (("place", place), ("year", year)) if value is None]
        known = {"title": title, "year": str(year or ""), "place": place or ""}
        raise MetadataNeededError(read.file_name, missing, {key: one for key, one in known.items() if one})
    return DocumentMeta(
        title=title,
        place=place,
        year=year,
        date=details.date or found.date,
        speaker=details.speaker or found.speaker or "",
        occasion=details.occasion or found.occasion or "",
        source=SOURCE,
        licence=LICENCE,
    )


def apply(meta: DocumentMeta, details: Details) -> DocumentMeta:
    """Return metadata with what `details` say in place of what was known."""
    given = {key: value for key, value in asdict(details).items() if value is not None}
    given.pop("collection", None)
    return replace(meta, **given)
