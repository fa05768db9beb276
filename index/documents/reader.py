"""Document readers: the seam at which the bytes of a file become canonical text, whatever its format.

A format is a module with a `DocumentReader` and a line in index.documents.readers, no more. Everything after
knows the text alone, and points into it by code points. Files come in by index.documents.files.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from index.documents.limits import FileLimits
from index.errors import UnreadableError
from index.types import Place, ReaderName, Span

NOTES_HEADING = "注释"
"""Heads the footnotes of a document, which stand after its text."""


@dataclass(frozen=True, slots=True)
class Remark:
    """What a reader of the document should know of how its file was read: a sentence, and a word for it."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class DocumentText:
    """What a reader made of a file.

    `text` is canonical: it is hashed, and every offset counts on it. A file that has pages gives the label of
    each as it is printed (empty where none is), and `places`, in order and disjoint, tell where on them its
    characters stand; those that are in no place stand nowhere (a line break that the reader put in).
    `notes` are where footnotes stand in the text, `lost` how many characters of the file have no Unicode.
    """

    text: str
    pages: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    notes: tuple[Span, ...] = ()
    lost: int = 0
    remarks: tuple[Remark, ...] = ()


class PageProgress(Protocol):
    """Hears how many pages have been read."""

    def __call__(self, done: int, total: int) -> None:
        """Hear that `done` of `total` pages are finished."""


class DocumentReader(Protocol):
    """Reads files of one kind.

    The same bytes always give the same text. `name` raises its version whenever any bytes give another text,
    pages or places than before: what was indexed is then read and indexed anew.
    """

    @property
    def name(self) -> ReaderName:
        """The reader and its version, kept with every document that it read."""

    @property
    def confined(self) -> bool:
        """Whether files of this kind are parsed in a process of their own, under limits."""

    def recognises(self, data: bytes, name: str) -> bool:
        """Tell whether a file is of this reader's kind, by its bytes if they tell, else by its `name`."""

    def read(self, data: bytes, name: str, limits: FileLimits, progress: PageProgress) -> DocumentText:
        """Return the text of a file; raises UnreadableError, with `name` and a remedy, if there is none."""


def check_length(read: DocumentText, name: str, limits: FileLimits) -> None:
    """Raise UnreadableError where a text is longer than any that is taken."""
    if len(read.text) > limits.characters:
        raise UnreadableError(
            f"{name} holds {len(read.text):,} characters, and at most {limits.characters:,} are read: "
            "split it.",
            "too_long",
            name,
            characters=str(len(read.text)),
            limit=str(limits.characters),
        )


def find_fault(read: DocumentText) -> str | None:
    """Return in which way pages, places and notes do not fit the text, None where they do."""
    places, spans = read.places, [place.span for place in read.places]
    if any(not 0 <= span.start < span.end <= len(read.text) for span in (*spans, *read.notes)):
        return "a place lies outside the text"
    if any(left.end > right.start for left, right in pairwise(spans)):
        return "the places overlap or are out of order"
    if any(place.edges and len(place.edges) != len(place.span) + 1 for place in places):
        return "the edges of a place do not part its characters"
    if not all(0 <= place.box.page < len(read.pages) for place in places):
        return "a box is on no page"
    boxes = [place.box for place in places]
    if not all(0 <= box.x0 <= box.x1 <= 1 and 0 <= box.y0 <= box.y1 <= 1 for box in boxes) or not all(
        0 <= edge <= 1 for place in places for edge in place.edges
    ):
        return "a box leaves its page"
    return None
