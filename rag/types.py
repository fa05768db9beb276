"""The nouns of the middle floor: a question, and the answer with everything it rests on."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from index.types import Period, Span
from rag.budget import Budget


class Mode(StrEnum):
    """How an answer is worded."""

    EXTRACTIVE = "extractive"
    LLM = "llm"


class Status(StrEnum):
    """How a question ended."""

    ANSWERED = "answered"
    NOT_FOUND = "not_found"
    SMALLTALK = "smalltalk"


class ReasonCode(StrEnum):
    """Why a question was not answered."""

    OTHER_PERIOD = "other_period"
    OTHER_PLACE = "other_place"
    OTHER_SUBJECT = "other_subject"
    NOT_MENTIONED = "not_mentioned"
    FALSE_PREMISE = "false_premise"


class SentenceState(StrEnum):
    """Where the words of an answer's sentence come from."""

    QUOTED = "quoted"
    VERIFIED = "verified"
    LEFT_OUT = "left_out"


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of the conversation so far; `role` is "user" or "assistant"."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Question:
    """What a user asks. `documents` names the reports to ask; None asks all of them.

    `budget` is what answering may take.
    """

    text: str
    history: tuple[Turn, ...] = ()
    documents: tuple[str, ...] | None = None
    mode: Mode = Mode.EXTRACTIVE
    budget: Budget = field(default_factory=Budget, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why there is no answer, for a program and for a person."""

    code: ReasonCode
    text: str


@dataclass(frozen=True, slots=True)
class Citation:
    """Words of a report: `span` and `quote` satisfy `text[start:end] == quote` in its canonical text.

    `sentence` is the sentence around the quote; `n` is the marker's number; `score` lies in [0, 1].
    """

    n: int
    document: str
    span: Span
    quote: str
    sentence: Span
    section: tuple[str, ...]
    period: Period
    score: float


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """A sentence of the answer: `span` lies in `Answer.answer`, closing mark included, markers not."""

    span: Span
    citations: tuple[int, ...]
    state: SentenceState


class Stage(StrEnum):
    """What is being done for a question whose answer is not there yet."""

    SEARCHING = "searching"
    WRITING = "writing"


@dataclass(frozen=True, slots=True)
class Timings:
    """Wall-clock milliseconds; `write` is what a language model took."""

    retrieve: float = 0.0
    read: float = 0.0
    write: float = 0.0
    total: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome of one question.

    `citations` are only there when answered, `closest` and `reason` only when not found.
    """

    id: str
    status: Status
    answer: str
    mode: Mode
    standalone_question: str
    model: str | None = None
    notices: tuple[str, ...] = ()
    reason: Reason | None = None
    sentences: tuple[AnswerSentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    closest: tuple[Citation, ...] = ()
    timings: Timings = field(default_factory=Timings)
