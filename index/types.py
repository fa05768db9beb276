"""The nouns of the lowest floor: documents, their structure, passages and hits.

All offsets are code points of a document's canonical text, half open: `text[start:end]`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
"""(n, dimension) float32, rows L2-normalised."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of code points."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        """Return the characters of `text` that the span covers."""
        return text[self.start : self.end]

    def moved(self, by: int) -> Span:
        """Return the span shifted by so many code points."""
        return Span(self.start + by, self.end + by)

    def contains(self, other: Span) -> bool:
        """Tell whether `other` lies wholly inside this span."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """Tell whether the two spans share a character."""
        return self.start < other.end and other.start < self.end


def mask(text: str, spans: Iterable[Span], mark: str) -> str:
    """Return `text` with the character `mark` for each one in `spans`, which are in order and disjoint."""
    pieces, start = [], 0
    for span in spans:
        pieces += [text[start : span.start], mark * len(span)]
        start = span.end
    return "".join([*pieces, text[start:]])


class PeriodKind(StrEnum):
    """What a passage says of its period: something done, something planned, a definition, or neither."""

    DONE = "done"
    PLANNED = "planned"
    DEFINITION = "definition"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Period:
    """The time a passage speaks of.

    `label` is what a reader would say (“十三五”时期, 2020年, “十四五”时期, 2021年) or empty.
    """

    label: str
    kind: PeriodKind


class Role(StrEnum):
    """The part a passage plays in its document."""

    TITLE = "title"
    HEADING = "heading"
    BODY = "body"
    GLOSSARY = "glossary"


@dataclass(frozen=True, slots=True)
class DocumentMeta:
    """What is known of a document, as published; of one that somebody added, what nobody told is empty."""

    title: str
    place: str
    year: int
    date: dt.date | None
    speaker: str
    occasion: str
    source: str
    licence: str

    @property
    def date_text(self) -> str:
        """The date as 2021-02-07, empty where nobody told it."""
        return self.date.isoformat() if self.date else ""


@dataclass(frozen=True, slots=True)
class ReaderName:
    """Who made the text of a document: a reader, and which version of it."""

    kind: str
    version: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.version}"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page (counted from 0), in shares of its size; the origin is the upper left corner."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class Place:
    """Where characters that follow each other on one line of a page stand.

    `box` holds them all. `edges`, one more than there are characters, tell where each begins and the last
    ends, in shares of the page's width; without any, it is known of all of them together alone.
    """

    span: Span
    box: Box
    edges: tuple[float, ...] = ()

    def cut(self, start: int, end: int) -> Box:
        """Return the box of the characters from `start` to `end`, which lie in the span."""
        if not self.edges:
            return self.box
        edges = self.edges[start - self.span.start : end - self.span.start + 1]
        return replace(self.box, x0=min(edges), x1=max(edges))


@dataclass(frozen=True, slots=True)
class Document:
    """A document as published: `text` is canonical, made by `reader`; `sha256` (hex) is over its UTF-8.

    A document that has pages knows the label of each as printed, and `places`, where on them its text stands.
    """

    id: str
    text: str
    sha256: str
    meta: DocumentMeta
    reader: ReaderName = ReaderName("text", "1")
    pages: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it.

    `heading` is as printed, without its closing mark, and `text[start : start + len(heading)] == heading`;
    `end` is where the section ends, its children included. Level 1 is a part (一、), level 2 a section
    ((一)), level 3 a run-in heading.
    """

    heading: str
    level: int
    start: int
    end: int
    children: tuple[Section, ...] = ()

    @property
    def heading_span(self) -> Span:
        """Where the heading itself stands."""
        return Span(self.start, self.start + len(self.heading))


@dataclass(frozen=True, slots=True)
class GlossaryEntry:
    """A term and its definition.

    `names` are every way the term may be written in the body or a question, `term` first; `entry` spans
    number, term and definition, `definition` the words after the colon.
    """

    term: str
    names: tuple[str, ...]
    entry: Span
    definition: Span


@dataclass(frozen=True, slots=True)
class Passage:
    """What is retrieved: a sentence of the body or the glossary, a heading, a line of the title block.

    `section` is the path of headings above it, as printed; a glossary passage has ("名词解释", term).
    `clauses` partition `span`, but for what the layout put between two; a passage without any counts as a
    single one.
    """

    document: str
    span: Span
    section: tuple[str, ...]
    period: Period
    role: Role
    clauses: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Structure:
    """A document taken apart: `passages` in reading order, disjoint, none of them chrome.

    `interruptions` are what the layout put inside sentences beside white space: a page number or a running
    title where a page ends in mid-sentence, or a line break written out as characters.
    """

    outline: tuple[Section, ...]
    passages: tuple[Passage, ...]
    glossary: tuple[GlossaryEntry, ...]
    interruptions: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class IndexedDocument:
    """A document together with its structure."""

    document: Document
    structure: Structure

    def for_reading(self) -> IndexedDocument:
        """Return it with line breaks in place of the interruptions: every span keeps its place.

        Words are read in this form; quotes are cut from the document's own text.
        """
        text = mask(self.document.text, self.structure.interruptions, "\n")
        return (
            replace(self, document=replace(self.document, text=text))
            if self.structure.interruptions
            else self
        )


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of a passage that retrieval found, and the cosine of query and clause."""

    span: Span
    dense: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that retrieval found.

    `dense` is the cosine of query and passage, `lexical` the summed BM25 scores, `score` their fusion mapped
    to [0, 1]; higher is better in all three. `clauses` are the clauses of the passage, in order.
    """

    passage: Passage
    score: float
    dense: float
    lexical: float
    clauses: tuple[Clause, ...] = ()


class Encoder(Protocol):
    """What this floor asks of an encoder; every SentenceTransformer is one.

    Both methods put their own prompt before each text and return (n, dimension) float32, L2-normalised.
    """

    def encode_query(self, inputs: list[str], **options: Any) -> Any:
        """Encode questions."""

    def encode_document(self, inputs: list[str], **options: Any) -> Any:
        """Encode passages."""


class Progress(Protocol):
    """Hears how far a long operation has come."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Hear that `done` of `total` steps of `stage` are finished."""


class Index(Protocol):
    """Searchable passages: what the floor above may count on."""

    @property
    def documents(self) -> Mapping[str, IndexedDocument]:
        """Every indexed document by its id."""

    def search(self, query: str, documents: Sequence[str] | None = None, limit: int = 10) -> list[Hit]:
        """Return up to `limit` hits of the named documents (None: all), best first."""

    def encode(self, query: str) -> Vectors | None:
        """Return the vector of `query`, (dimension,), by the bundled encoder; None by any other."""

    def embed(self, texts: Sequence[str], *, passages: bool) -> Vectors:
        """Return the vectors of `texts` by whichever encoder, (n, dimension): as passages, or as queries."""
