"""Document readers: the seam at which the bytes of a file become canonical text, whatever its format.

A format is a module with a `DocumentReader` and a line in index.documents.readers, no more. Everything after
knows the text alone, and points into it by code points.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from index.types import Place, ReaderName


@dataclass(frozen=True, slots=True)
class DocumentText:
    """What a reader made of a file.

    `text` is canonical: it is hashed, and every offset counts on it. A file that has pages gives the label of
    each as it is printed (empty where none is), and `places`, in order and disjoint, tell where on them its
    characters stand; those that are in no place stand nowhere (a line break that the reader put in).
    """

    text: str
    pages: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()


class DocumentReader(Protocol):
    """Reads files of one kind.

    The same bytes always give the same text. `name` raises its version whenever any bytes give another text,
    pages or places than before: what was indexed is then read and indexed anew.
    """

    @property
    def name(self) -> ReaderName:
        """The reader and its version, kept with every document that it read."""

    def recognises(self, data: bytes, name: str) -> bool:
        """Tell whether a file is of this reader's kind, by its bytes if they tell, else by its `name`."""

    def read(self, data: bytes, name: str) -> DocumentText:
        """Return the text of a file; raises CorpusError, naming `name` and a remedy, where there is none."""


def find_fault(read: DocumentText) -> str | None:
    """Return in which way pages and places do not fit the text, None where they do."""
    spans = [place.span for place in read.places]
    if any(not 0 <= span.start < span.end <= len(read.text) for span in spans):
        return "a place lies outside the text"
    if any(left.end > right.start for left, right in pairwise(spans)):
        return "the places overlap or are out of order"
    for place in read.places:
        if len(place.boxes) not in (1, len(place.span)):
            return "a place has neither one box nor one a character"
        if not all(0 <= box.page < len(read.pages) for box in place.boxes):
            return "a box is on no page"
        if not all(0 <= box.x0 <= box.x1 <= 1 and 0 <= box.y0 <= box.y1 <= 1 for box in place.boxes):
            return "a box leaves its page"
    return None
