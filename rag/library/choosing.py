"""Choosing documents of a list: by place, year, collection, or words of the title."""

from __future__ import annotations

from dataclasses import dataclass

from index.language.text import normalise
from index.library.record import Record
from index.types import Document


@dataclass(frozen=True, slots=True)
class Choice:
    """What documents are wanted; None leaves it open. A part of a place or word is enough."""

    place: str | None = None
    year: int | None = None
    collection: str | None = None
    words: str | None = None

    def takes(self, document: Document, record: Record | None) -> bool:
        """Tell whether a document is wanted; `record` is what is kept of one that somebody added."""
        meta = document.meta
        told = normalise(" ".join((document.id, meta.title, meta.place, meta.speaker, meta.occasion)))
        return (
            (self.place is None or normalise(self.place) in normalise(meta.place))
            and self.year in (None, meta.year)
            and (self.collection is None or (record is not None and record.collection == self.collection))
            and all(word in told for word in normalise(self.words or "").split())
        )
