"""The nouns of the client that the middle floor has not; all others are those of rag.types."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from index.types import Period, Span
from rag.library.job import JobState
from rag.types import Answer, Citation, Stage


@dataclass(frozen=True, slots=True)
class Token:
    """Further text of an answer that is being written: the texts joined are the answer."""

    text: str


Event = Stage | Token | Citation | Answer
"""What a stream yields: the whole Answer comes last, and is what holds."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What the server's list says of a document.

    `sha256` is that of its canonical text, in UTF-8; `date` is None where the document does not tell its day.
    """

    id: str
    title: str
    place: str
    year: int
    date: dt.date | None
    sha256: str
    characters: int
    passages: int


@dataclass(frozen=True, slots=True)
class Indicator:
    """One figure that a document states: `text[span.start:span.end] == quote`."""

    name: str
    change: str
    value: str
    number: float
    unit: str
    period: Period
    span: Span
    quote: str
    section: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Job:
    """How far a file has come that was sent; `id` is None where its very bytes are a known `document`.

    `problem` is a sentence once the job has failed; `done` of `total` steps of `stage` are finished.
    """

    id: str | None
    state: JobState
    stage: str = ""
    done: int = 0
    total: int = 0
    document: str | None = None
    problem: str | None = None
