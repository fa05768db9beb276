"""The nouns of the middle floor: a question, and the answer with everything it rests on."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from index.types import Box, Period, PeriodKind, Span
from rag.budget import Budget


class Language(StrEnum):
    """The language of the asker: of leads, reasons and notices. Quotes stay in that of the report."""

    CHINESE = "zh"
    ENGLISH = "en"


class Mode(StrEnum):
    """How an answer is worded."""

    EXTRACTIVE = "extractive"
    LLM = "llm"


class Status(StrEnum):
    """How a question ended."""

    ANSWERED = "answered"
    NOT_FOUND = "not_found"
    SMALLTALK = "smalltalk"


class Kind(StrEnum):
    """What kind of answer a question gets; of one that was not found, what kind was wanted."""

    FACT = "fact"
    LIST = "list"
    OUTLINE = "outline"
    DEFINITION = "definition"
    COMPARISON = "comparison"
    DIGEST = "digest"
    OVERVIEW = "overview"
    MENTION = "mention"
    DELIVERY = "delivery"
    SMALLTALK = "smalltalk"


class ReasonCode(StrEnum):
    """Why a question was not answered.

    `NOT_MENTIONED` is absent in words and meaning, `NO_DIRECT_ANSWER` a topic that is there without the
    answer, `JUDGEMENT` an opinion or a forecast.
    """

    OTHER_PERIOD = "other_period"
    OTHER_PLACE = "other_place"
    OTHER_SUBJECT = "other_subject"
    NOT_MENTIONED = "not_mentioned"
    NO_DIRECT_ANSWER = "no_direct_answer"
    JUDGEMENT = "judgement"
    FALSE_PREMISE = "false_premise"


SPEAKS_OF_IT = frozenset({ReasonCode.NO_DIRECT_ANSWER, ReasonCode.JUDGEMENT})
"""Reasons with which the closest passages are on the topic: they are what the report does say."""


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

    `sentence` is the sentence around the quote; `n` is the marker's number; `score` lies in [0, 1]. `page` is
    the number of the page, as printed, on which a quote from a paged document begins, None elsewhere; `boxes`
    are where its words stand, one a line.
    """

    n: int
    document: str
    span: Span
    quote: str
    sentence: Span
    section: tuple[str, ...]
    period: Period
    score: float
    page: str | None = None
    boxes: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """A sentence of the answer: `span` lies in `Answer.answer`, closing mark included, markers not."""

    span: Span
    citations: tuple[int, ...]
    state: SentenceState


@dataclass(frozen=True, slots=True)
class AnswerGroup:
    """Sentences of an answer under one lead: `sentences` are places in `Answer.sentences`, in a row.

    `label` is as in the report: the period's, or a heading that all of them stand under.
    """

    label: str
    kind: PeriodKind
    document: str
    sentences: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the passages on the topic an answer shows, and how many were found."""

    shown: int
    found: int


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

    `citations` are only there when answered, `closest` and `reason` only when not found. `groups` are those
    under leads, in order; sentences before the first lead belong to none. `coverage` is None where nothing
    was counted. `decided_by` names the answerer that answered, or the check that refused.
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
    kind: Kind = Kind.FACT
    groups: tuple[AnswerGroup, ...] = ()
    coverage: Coverage | None = None
    decided_by: str = ""
