"""What a document says of itself: title, place and year, or what is missing and has to be asked for."""

from __future__ import annotations

from dataclasses import asdict, replace

from index.documents.files import ReadDocument
from index.documents.recognition import title_block
from index.types import DocumentMeta
from rag.errors import MetadataNeededError
from rag.library.job import Details

SOURCE = "added by a user"
LICENCE = "as the user who added it may use it"


def recognise(read: ReadDocument, details: Details) -> DocumentMeta:
    """Return what is known of a document: what was said of it, else what its text says.

    Raises MetadataNeededError where its place or its year is not known: periods are reckoned from the year,
    and a question finds its report by the place. Neither is ever guessed.
    """
    told = title_block.recognise(read.text)
    title = details.title or told.title or read.file_name
    place, year = details.place or told.place, details.year or told.year
    missing = [name for name, value in (("place", place), ("year", year)) if not value]
    if missing:
        known = {"title": title, "year": str(year or ""), "place": place or ""}
        raise MetadataNeededError(read.file_name, missing, {key: one for key, one in known.items() if one})
    assert place
    assert year
    return DocumentMeta(
        title=title,
        place=place,
        year=year,
        date=details.date or told.date,
        speaker=details.speaker or told.speaker or "",
        occasion=details.occasion or told.occasion or "",
        source=SOURCE,
        licence=LICENCE,
    )


def apply(meta: DocumentMeta, details: Details) -> DocumentMeta:
    """Return metadata with what `details` say in place of what was known."""
    given = {key: value for key, value in asdict(details).items() if value is not None}
    given.pop("collection", None)
    return replace(meta, **given)
