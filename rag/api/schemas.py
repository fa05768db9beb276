"""The shapes of REST contract v1. Fields may be added, never renamed."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    StrictBool,
    StringConstraints,
)
from pydantic_core import PydanticCustomError

from index.types import PeriodKind
from rag.api.library_schemas import AddedFile, Box, DocumentProblem, is_none
from rag.api.request import Request as Request
from rag.errors import InputError
from rag.limits import MAX_HISTORY, MAX_QUESTION, clean_question
from rag.types import Kind, Mode, ReasonCode, SentenceState, Stage, Status

MAX_HITS = 100
"""Passages of one search: more than a reader looks through."""


def _refuse_other_than_number(value: object) -> object:
    if isinstance(value, bool | str):  # to pydantic, true and "1" are fine numbers
        raise PydanticCustomError(
            "question", "{sentence}", {"sentence": "This must be a whole number, as JSON has them."}
        )
    return value


Whole = Annotated[int, BeforeValidator(_refuse_other_than_number)]
"""A whole number, however it is written: to JSON, 5 and 5.0 are the same."""


def _clean(text: str) -> str:
    try:
        return clean_question(text)
    except InputError as error:
        raise PydanticCustomError("question", "{sentence}", {"sentence": str(error)}) from None


QuestionText = Annotated[
    str,
    AfterValidator(_clean),
    Field(
        description=f"1 to {MAX_QUESTION:,} characters",
        json_schema_extra={"minLength": 1, "maxLength": MAX_QUESTION},
    ),
]
DocumentIds = Annotated[
    list[Annotated[str, StringConstraints(min_length=1)]],
    Field(min_length=1, description="ids as GET /api/documents lists them; null asks every document"),
]


class Message(Request):
    """One message of the conversation so far."""

    role: Literal["user", "assistant"]
    content: str


class AskRequest(Request):
    """A question."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "question": "那么2020年呢？",
                    "history": [
                        {"role": "user", "content": "2021年社会消费品零售总额的目标是多少？"},
                        {"role": "assistant", "content": "报告没有提到。"},
                    ],
                    "documents": None,
                    "mode": "extractive",
                    "stream": False,
                }
            ]
        }
    )

    question: QuestionText
    history: list[Message] = Field(
        [], max_length=MAX_HISTORY, description="the conversation so far, oldest first"
    )
    documents: DocumentIds | None = None
    mode: Mode | None = Field(None, description="null takes the mode of the settings")
    stream: StrictBool = Field(False, description="answer with server-sent events")


class SearchRequest(Request):
    """Words to look for."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"query": "社会消费品零售总额", "documents": None, "limit": 5}]}
    )

    query: QuestionText
    documents: DocumentIds | None = None
    limit: Whole = Field(10, ge=1, le=MAX_HITS)


class StageEvent(BaseModel):
    """What is being done for the answer."""

    stage: Stage


class TokenEvent(BaseModel):
    """A part of the answer, in reading order."""

    text: str


class Range(BaseModel):
    """A half-open range of code points."""

    start: int
    end: int


class Period(BaseModel):
    """The time that a passage speaks of."""

    label: str
    kind: PeriodKind


class Citation(BaseModel):
    """Words of a report: characters `start` to `end` of its canonical text are exactly `quote`.

    Of a document with pages, `page` and `boxes` tell where the words are printed.
    """

    n: int
    document: str
    start: int
    end: int
    quote: str
    sentence: Range
    section: list[str]
    period: Period
    score: float
    page: str | None = Field(default=None, exclude_if=is_none, description="its number as printed")
    boxes: list[Box] | None = Field(default=None, exclude_if=is_none, description="one a line")


class Reason(BaseModel):
    """Why there is no answer, for a program and for a person."""

    code: ReasonCode
    text: str


class Sentence(BaseModel):
    """Characters `start` to `end` of the answer, and the numbers of the citations it rests on.

    One that was left out has no characters (`start` equals `end`) and no citations.
    """

    start: int
    end: int
    citations: list[int]
    state: SentenceState = Field(
        description="quoted: the report's words; verified: a language model's, held against what they cite; "
        "left_out: a language model's that could not be verified and are not shown"
    )


class Group(BaseModel):
    """Sentences under one lead, a line of its own in `answer` that ends in a colon and carries no marker."""

    label: str = Field(
        description="as in the report; the lead in `answer` is in the language of the question"
    )
    kind: PeriodKind
    document: str
    sentences: list[int] = Field(description="places in `sentences`, in a row")


class Coverage(BaseModel):
    """How many of the passages on the topic an answer shows, and how many were found."""

    shown: int
    found: int


class Timings(BaseModel):
    """Wall-clock milliseconds; `write` is what a language model took."""

    retrieve: float
    read: float
    write: float
    total: float


_GROUPED: JsonValue = json.loads(Path(__file__).with_name("grouped_answer.json").read_text("utf-8"))
"""An answer under leads, for the page of OpenAPI; figures and offsets are made up."""


class Answer(BaseModel):
    """How a question ended, with everything the answer rests on."""

    model_config = ConfigDict(json_schema_extra={"examples": [_GROUPED]})

    id: str
    status: Status
    kind: Kind = Field(description="of the answer; where there is none, what kind was wanted")
    answer: str = Field(description="sentences, each followed by its markers, and leads over groups of them")
    mode: Mode = Field(description="extractive wherever nothing of a language model is shown")
    model: str | None = Field(description="the language model that worded it")
    notices: list[str] = Field(description="what there is to say beside the answer")
    standalone_question: str
    reason: Reason | None
    sentences: list[Sentence]
    groups: list[Group] = Field(description="sentences under leads; empty where the answer has none")
    coverage: Coverage | None = Field(description="null where passages on a topic were not counted")
    citations: list[Citation]
    closest: list[Citation]
    decided_by: str = Field(description="the answerer that answered, or the check that refused")
    timings_ms: Timings


class SearchResult(BaseModel):
    """The passages nearest to a query, best first."""

    hits: list[Citation]


class DocumentSummary(BaseModel):
    """A document that can be asked."""

    id: str
    title: str
    place: str
    year: int
    date: dt.date | None = Field(description="null where nobody told it")
    sha256: str
    characters: int
    passages: int
    added: dt.datetime | None = Field(
        default=None, description="not there where it stands in the corpus folder"
    )
    collection: str = ""
    pages: int = Field(default=0, description="0 where its file has none")


class DocumentList(BaseModel):
    """Every document that can be asked, and those that are there and cannot."""

    documents: list[DocumentSummary]
    problems: list[DocumentProblem] = Field(default=[], description="not there where there is none")


class Section(BaseModel):
    """A heading as printed, where its section begins and ends, and the sections inside it."""

    heading: str
    level: int
    start: int
    end: int
    children: list[Section]


class Definition(Range):
    """The words that define a term, and where they stand."""

    text: str


class GlossaryEntry(BaseModel):
    """A term of the report's glossary; `names` are all the ways it is written."""

    term: str
    names: list[str]
    start: int
    end: int
    definition: Definition


class DocumentDetail(DocumentSummary):
    """A document with its provenance, outline and glossary."""

    speaker: str
    occasion: str
    source: str
    licence: str
    file: AddedFile | None = Field(default=None, description="not there where it stands in the corpus folder")
    outline: list[Section]
    glossary: list[GlossaryEntry]


class Figure(Range):
    """A figure as printed, hedge and unit included."""

    text: str


class Indicator(Range):
    """One figure that the document states: characters `start` to `end` of its text are exactly `quote`."""

    name: str
    change: str = Field(description="the verb of a growth or decline; empty where there is none")
    value: str = Field(description="the change and the figure, as a reader would say it")
    number: float = Field(description="in units of `unit`, magnitudes applied; negative for a decline")
    unit: str
    period: Period
    quote: str
    figure: Figure
    section: list[str]


class IndicatorSeries(BaseModel):
    """One indicator in several periods; `rows` are places in the list of indicators, in time order."""

    name: str
    unit: str
    rows: list[int]


class IndicatorList(BaseModel):
    """The indicators of a document in reading order, and those of them that it gives for several periods."""

    indicators: list[Indicator]
    series: list[IndicatorSeries]


class Health(BaseModel):
    """A server in good health."""

    status: Literal["live", "ready"]


class FieldError(BaseModel):
    """What is wrong with one field of a request."""

    field: str
    message: str


class Problem(BaseModel):
    """An RFC 9457 problem document; members beyond these depend on `type`."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldError] | None = None
