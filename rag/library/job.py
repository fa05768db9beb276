"""A job: one file on its way into the library, and how far it has come."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

_CONFIG = ConfigDict(extra="forbid")


class JobState(StrEnum):
    """What has become of a job."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Whether nothing more happens, unless somebody asks for it."""
        return self in (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


class FaultCode(StrEnum):
    """Why a job failed where its file was not at fault; faults of files have codes of their own."""

    METADATA_NEEDED = "metadata_needed"
    INTERRUPTED = "interrupted"
    REFUSED = "refused"
    STORAGE = "storage"
    INTERNAL = "internal"


class NoticeCode(StrEnum):
    """What there is to say of a document that was added; remarks of readers have codes of their own."""

    SAME_TEXT = "same_text"
    OTHER_VERSION = "other_version"


@dataclass(frozen=True, slots=True, config=_CONFIG)
class Notice:
    """A sentence on what was added, a word for it, and the document that it speaks of, if another one."""

    code: str
    text: str
    document: str | None = None


@dataclass(frozen=True, slots=True, config=_CONFIG)
class Fault:
    """Why a job failed: a sentence with its remedy, a word for it, and what the sentence names."""

    code: str
    text: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, config=_CONFIG)
class Details:
    """What somebody says of a document; None where nothing is said."""

    title: str | None = None
    place: str | None = None
    year: int | None = None
    date: dt.date | None = None
    speaker: str | None = None
    occasion: str | None = None
    collection: str | None = None


@dataclass(frozen=True, slots=True, config=_CONFIG)
class Job:
    """One file on its way.

    `replaces` is the document whose file it is to be, None where it is a new one. `done` of `total` steps of
    `stage` are finished (0 of 0: nobody knows how many there are). `attempts` counts how often it was begun.
    """

    id: str
    file_name: str
    created: dt.datetime
    details: Details = field(default_factory=Details)
    replaces: str | None = None
    state: JobState = JobState.QUEUED
    stage: str = "waiting"
    done: int = 0
    total: int = 0
    attempts: int = 0
    document: str | None = None
    fault: Fault | None = None
    notices: tuple[Notice, ...] = ()
    ended: dt.datetime | None = None
