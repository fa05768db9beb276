"""The shapes of what REST says of added documents, pages and jobs. Fields may be added, never renamed."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from rag.api.request import Request
from rag.library.job import JobState

EARLIEST_YEAR, LATEST_YEAR = 1900, 2200
"""Outside, a year is a typing error: periods are reckoned from it."""

Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$"),
]


class DocumentDetails(Request):
    """What is said of a document; what is left out stays as it is, or is read off the text."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"title": "青山市云溪区2031年政府工作报告", "place": "青山市云溪区", "year": 2031}]
        }
    )

    title: Line | None = None
    place: Line | None = None
    year: Annotated[int, Field(ge=EARLIEST_YEAR, le=LATEST_YEAR)] | None = None
    date: dt.date | None = None
    speaker: Line | None = None
    occasion: Line | None = None
    collection: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)] | None = None

    @field_validator("title", "place", "year", "date", "speaker", "occasion", mode="before")
    @classmethod
    def _leave_out(cls, value: Any) -> Any:
        """Take an empty field of a form for one that says nothing."""
        return None if isinstance(value, str) and not value.strip() else value


class Accepted(BaseModel):
    """A file that was taken in, or is known: then there is no job, and `document` is the one it is."""

    job: str | None
    document: str | None = None


class JobNotice(BaseModel):
    """What there is to say of a document that was added."""

    code: str
    text: str
    document: str | None = Field(description="another document that the text speaks of")


class Job(BaseModel):
    """One file on its way into the library."""

    id: str
    state: JobState
    stage: str = Field(description="waiting, reading, encoding passages, publishing")
    done: int = Field(description="finished steps of the stage")
    total: int = Field(description="steps of the stage; 0 where nobody knows yet")
    document: str | None = Field(description="once done, the document that the file has become, or is")
    problem: dict[str, Any] | None = Field(description="once failed, a problem document")
    notices: list[JobNotice]
    file_name: str
    replaces: str | None = Field(description="the document whose file this one is to be")
    created: dt.datetime
    ended: dt.datetime | None


class JobList(BaseModel):
    """The jobs of the last day, oldest first."""

    jobs: list[Job]


class AddedFile(BaseModel):
    """The file of an added document."""

    name: str
    size: int
    sha256: str
    kind: str
    pages: int
    lost: int = Field(description="characters of the file that have no Unicode")
    remarks: list[JobNotice]
    changed: dt.datetime


class ReportCard(BaseModel):
    """How well a document was read and taken apart: figures to look over before it is asked anything."""

    pages: int = Field(description="0 where its file has none")
    characters: int = Field(description="without white space")
    lost: int = Field(description="characters of the file that have no Unicode")
    parts: int
    sections: int
    sentences: int
    without_period: int = Field(description="sentences of which nobody knows the time")
    terms: int
    tables: int
    notes: int = Field(description="footnotes")
    remarks: list[JobNotice]


class RemovedDocument(BaseModel):
    """What is gone: the file, its text, its vectors and the pictures of its pages."""

    document: str
    title: str
    file_name: str
    characters: int
    passages: int
    page_images: int


class DocumentProblem(BaseModel):
    """A document that is not served, and why."""

    id: str
    text: str


class Box(BaseModel):
    """A rectangle on a page (counted from 0), in shares of its size; the origin is the upper left corner."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float


def is_none(value: object) -> bool:
    """Tell whether a field has nothing to say, and is left out."""
    return value is None
