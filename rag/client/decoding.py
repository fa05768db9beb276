"""From the JSON of REST to the nouns of this floor; members that are not known are left alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from index.types import Box, Period, PeriodKind, Span
from rag.client.types import Indicator, Job, Summary
from rag.library.job import JobState
from rag.types import (
    Answer,
    AnswerGroup,
    AnswerSentence,
    Citation,
    Coverage,
    Kind,
    Mode,
    Reason,
    ReasonCode,
    SentenceState,
    Status,
    Timings,
)

Json = Mapping[str, Any]

MALFORMED = (KeyError, TypeError, ValueError, AttributeError)
"""What these functions raise for JSON of another shape."""


def read_answer(sent: Json) -> Answer:
    """Return an answer."""
    timings = sent["timings_ms"]
    return Answer(
        id=sent["id"],
        status=Status(sent["status"]),
        answer=sent["answer"],
        mode=Mode(sent["mode"]),
        standalone_question=sent["standalone_question"],
        model=sent["model"],
        notices=tuple(sent["notices"]),
        reason=Reason(ReasonCode(sent["reason"]["code"]), sent["reason"]["text"]) if sent["reason"] else None,
        sentences=tuple(
            AnswerSentence(_read_span(one), tuple(one["citations"]), SentenceState(one["state"]))
            for one in sent["sentences"]
        ),
        citations=tuple(map(read_citation, sent["citations"])),
        closest=tuple(map(read_citation, sent["closest"])),
        timings=Timings(timings["retrieve"], timings["read"], timings["write"], timings["total"]),
        kind=Kind(sent["kind"]),
        groups=tuple(
            AnswerGroup(one["label"], PeriodKind(one["kind"]), one["document"], tuple(one["sentences"]))
            for one in sent["groups"]
        ),
        coverage=Coverage(sent["coverage"]["shown"], sent["coverage"]["found"]) if sent["coverage"] else None,
        decided_by=sent["decided_by"],
    )


def read_citation(sent: Json) -> Citation:
    """Return a citation."""
    return Citation(
        n=sent["n"],
        document=sent["document"],
        span=_read_span(sent),
        quote=sent["quote"],
        sentence=_read_span(sent["sentence"]),
        section=tuple(sent["section"]),
        period=_read_period(sent["period"]),
        score=sent["score"],
        page=sent.get("page"),
        boxes=tuple(Box(**box) for box in sent.get("boxes") or ()),
    )


def read_summary(sent: Json) -> Summary:
    """Return what a list says of a document."""
    return Summary(
        id=sent["id"],
        title=sent["title"],
        place=sent["place"],
        year=sent["year"],
        date=dt.date.fromisoformat(sent["date"]) if sent["date"] else None,
        sha256=sent["sha256"],
        characters=sent["characters"],
        passages=sent["passages"],
    )


def read_accepted(sent: Json) -> Job:
    """Return what has become of a file that was sent."""
    if sent["job"] is None:
        return Job(None, JobState.DONE, document=sent["document"])
    return Job(sent["job"], JobState.QUEUED)


def read_job(sent: Json) -> Job:
    """Return how far a file has come."""
    return Job(
        id=sent["id"],
        state=JobState(sent["state"]),
        stage=sent["stage"],
        done=sent["done"],
        total=sent["total"],
        document=sent["document"],
        problem=sent["problem"]["detail"] if sent["problem"] else None,
    )


def read_indicator(sent: Json) -> Indicator:
    """Return an indicator."""
    return Indicator(
        name=sent["name"],
        change=sent["change"],
        value=sent["value"],
        number=sent["number"],
        unit=sent["unit"],
        period=_read_period(sent["period"]),
        span=_read_span(sent),
        quote=sent["quote"],
        section=tuple(sent["section"]),
    )


def _read_span(sent: Json) -> Span:
    return Span(sent["start"], sent["end"])


def _read_period(sent: Json) -> Period:
    return Period(sent["label"], PeriodKind(sent["kind"]))
