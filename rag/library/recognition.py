"""What a document says of itself: title, place and year, or what is missing and has to be asked for."""

from __future__ import annotations

import re
from dataclasses import asdict, replace

from index.documents.files import ReadDocument
from index.language.text import is_chinese
from index.types import DocumentMeta
from rag.errors import MetadataNeededError
from rag.library.job import Details

SOURCE = "added by a user"
LICENCE = "as the user who added it may use it"

_TITLE_LINES = 20
"""Lines among which a title is looked for: what stands before it is the name of a series or of a site."""
_LONGEST_TITLE = 60
_YEAR = re.compile(r"(?:19|20)\d\d(?=年)")


def recognise(read: ReadDocument, details: Details) -> DocumentMeta:
    """Return what is known of a document: what was said of it, else what its text says.

    Raises MetadataNeededError where its place or its year is not known: periods are reckoned from the year,
    and a question finds its report by the place. Neither is ever guessed.
    """
    title = details.title or _find_title(read)
    place = details.place
    found = _YEAR.search(title)
    year = details.year or (int(found[0]) if found else None)
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
        date=details.date,
        speaker=details.speaker or "",
        occasion=details.occasion or "",
        source=SOURCE,
        licence=LICENCE,
    )


def apply(meta: DocumentMeta, details: Details) -> DocumentMeta:
    """Return metadata with what `details` say in place of what was known."""
    given = {key: value for key, value in asdict(details).items() if value is not None}
    given.pop("collection", None)
    return replace(meta, **given)


def _find_title(read: ReadDocument) -> str:
    lines = [line.strip(" \t#*　") for line in read.text.splitlines() if line.strip(" \t#*　")][:_TITLE_LINES]
    short = [line for line in lines if len(line) <= _LONGEST_TITLE and any(map(is_chinese, line))]
    return next((line for line in short if "报告" in line), next(iter(short), read.file_name))
