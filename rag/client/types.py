"""The nouns of the client that the middle floor has not; all others are those of rag.types."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from index.types import Period, Span
from rag.types import Answer, Citation, Stage


@dataclass(frozen=True, slots=True)
class Token:
    """Further text of an answer that is being written: the texts joined are the answer."""

    text: str


Event = Stage | Token | Citation | Answer
"""What a stream yields: the whole Answer comes last, and is what holds."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What the server's list says of a document; `sha256` is that of its canonical text, in UTF-8."""

    id: str
    title: str
    place: str
    year: int
    date: dt.date
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
