"""The folder of jobs: what was taken in is on disk before anybody is told so, and outlives the server.

jobs/
└── ID/
├── job.json    the job as it was at its last change of state
├── file        what was sent, until the job is done
└── cancel      there once somebody has cancelled it
"""

from __future__ import annotations

import datetime as dt
import re
import shutil
import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from index.storage.generations import flush, flush_tree
from rag.errors import BusyError
from rag.library.job import Details, Fault, FaultCode, Job, JobState

MAX_WAITING = 100
"""Jobs that may wait: with files of 100 MiB they take 10 GiB, and more than an hour."""
KEPT = dt.timedelta(days=1)
"""How long an ended job can still be asked for."""
MAX_ATTEMPTS = 2
"""How often a job is begun before its file is taken for what ends the server."""

ABANDONED_SECONDS = 3_600.0
"""After which a file that is still being taken in belongs to nobody."""

_JOB = "job.json"
_FILE = "file"
_CANCEL = "cancel"
_TEMPORARY = ".taking-"
_ID = re.compile(r"[0-9a-f]{32}")
_ADAPTER = TypeAdapter(Job)


class JobFolder:
    """The jobs under `root`. Safe to use from several threads, and to read from several processes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._lock = threading.Lock()  # of what is in memory
        self._turning = threading.Lock()  # of changes that depend on the state
        self._running: dict[str, Job] = {}

    def create(self, data: bytes, file_name: str, details: Details, *, replaces: str | None = None) -> Job:
        """Take in a file; once this returns, it is on disk. Raises BusyError, or OSError."""
        waiting = sum(not job.state.is_final for job in self.jobs())
        if waiting >= MAX_WAITING:
            raise BusyError(f"{waiting} files wait to be read: send this one when some of them are done.")
        self.forget_old()
        job = Job(uuid.uuid4().hex, file_name, dt.datetime.now(dt.UTC), details, replaces)
        self.root.mkdir(parents=True, exist_ok=True)
        temporary = self.root / f"{_TEMPORARY}{job.id}"
        try:
            temporary.mkdir()
            (temporary / _FILE).write_bytes(data)
            (temporary / _JOB).write_bytes(_ADAPTER.dump_json(job))
            flush_tree(temporary)
            temporary.rename(self.root / job.id)
        except BaseException:
            shutil.rmtree(temporary, ignore_errors=True)
            raise
        flush(self.root)
        return job

    def get(self, name: str) -> Job | None:
        """Return a job as it is now, None where there is none."""
        if not _ID.fullmatch(name):
            return None
        with self._lock:
            if name in self._running:
                return self._running[name]
        try:
            return _ADAPTER.validate_json((self.root / name / _JOB).read_bytes())
        except (OSError, ValidationError):
            return None

    def jobs(self) -> list[Job]:
        """Return every job, oldest first."""
        found = [job for path in self.root.glob("*") if (job := self.get(path.name)) is not None]
        return sorted(found, key=lambda job: (job.created, job.id))

    def next(self) -> Job | None:
        """Return the job that has waited longest, None where none waits."""
        return next((job for job in self.jobs() if job.state is JobState.QUEUED), None)

    def read(self, job: Job) -> bytes:
        """Return the file of a job; raises OSError."""
        return (self.root / job.id / _FILE).read_bytes()

    def begin(self, name: str) -> Job | None:
        """Note that work on a job begins; None where it waits no more."""
        with self._turning:
            job = self.get(name)
            if job is None or job.state is not JobState.QUEUED:
                return None
            return self._save(replace(job, state=JobState.RUNNING, attempts=job.attempts + 1))

    def note(self, name: str, stage: str, done: int, total: int) -> None:
        """Note how far a running job has come: in memory alone, for it is news of a moment."""
        with self._lock:
            self._running[name] = replace(self._running[name], stage=stage, done=done, total=total)

    def end(self, job: Job, state: JobState, **changes: Any) -> Job:
        """Note how a job ended; its file is removed unless somebody may yet say what it lacks."""
        known = self.get(job.id) or job
        ended = self._save(replace(known, state=state, ended=dt.datetime.now(dt.UTC), **changes))
        if ended.fault is None or ended.fault.code != FaultCode.METADATA_NEEDED:
            (self.root / job.id / _FILE).unlink(missing_ok=True)
        return ended

    def put_back(self, job: Job, details: Details | None = None) -> Job:
        """Let a job wait again: one that was interrupted, or for which somebody has said what it lacked."""
        with self._lock:
            self._running.pop(job.id, None)
        (self.root / job.id / _CANCEL).unlink(missing_ok=True)
        return self._save(
            replace(
                job,
                state=JobState.QUEUED,
                stage="waiting",
                done=0,
                total=0,
                fault=None,
                ended=None,
                details=details or job.details,
                attempts=0 if details else job.attempts,
            )
        )

    def cancel(self, name: str) -> Job | None:
        """Ask that a job be given up; return it as it is now, None where there is none.

        One that waits ends at once, one that runs at its next step; one that has ended stays as it is.
        """
        with self._turning:
            job = self.get(name)
            if job is None:
                return None
            if job.state is JobState.QUEUED or (job.state is JobState.FAILED and self.has_file(job)):
                return self.end(job, JobState.CANCELLED, fault=None)
            if job.state is JobState.RUNNING:
                (self.root / name / _CANCEL).touch()
            return job

    def is_cancelled(self, job: Job) -> bool:
        """Tell whether somebody has cancelled a running job."""
        return (self.root / job.id / _CANCEL).exists()

    def has_file(self, job: Job) -> bool:
        """Tell whether the file of a job is still there."""
        return (self.root / job.id / _FILE).is_file()

    def recover(self) -> None:
        """Let the jobs wait again that a server which has ended was at; to be called by the only worker.

        One that was begun several times failed: its file may be what ended the server.
        """
        for leftover in self.root.glob(f"{_TEMPORARY}*"):
            if _is_abandoned(leftover):
                shutil.rmtree(leftover, ignore_errors=True)
        for job in self.jobs():
            if job.state is not JobState.RUNNING:
                continue
            if job.attempts < MAX_ATTEMPTS and self.has_file(job):
                self.put_back(job)
            else:
                text = f"The server ended while it read {job.file_name}: try it in another format."
                self.end(job, JobState.FAILED, fault=Fault(FaultCode.INTERRUPTED, text))

    def forget(self, document: str) -> None:
        """Remove the jobs that speak of a document."""
        for job in self.jobs():
            if document in (job.document, job.replaces) and job.state.is_final:
                shutil.rmtree(self.root / job.id, ignore_errors=True)

    def forget_old(self) -> None:
        """Remove what ended long ago."""
        limit = dt.datetime.now(dt.UTC) - KEPT
        for job in self.jobs():
            if job.ended is not None and job.ended < limit:
                shutil.rmtree(self.root / job.id, ignore_errors=True)

    def _save(self, job: Job) -> Job:
        """Write a job down, and keep it at hand as long as it runs."""
        path = self.root / job.id / _JOB
        successor = path.with_name(f"{_JOB}.{uuid.uuid4().hex}")  # another server may write as well
        successor.write_bytes(_ADAPTER.dump_json(job))
        flush(successor)
        successor.replace(path)
        flush(path.parent)
        with self._lock:
            if job.state is JobState.RUNNING:
                self._running[job.id] = job
            else:
                self._running.pop(job.id, None)
        return job


def _is_abandoned(folder: Path) -> bool:
    """Tell whether a file is no longer being taken in, by another process or onto a slow disk."""
    try:
        return time.time() - folder.stat().st_mtime > ABANDONED_SECONDS
    except OSError:
        return False


def merge(first: Details, second: Mapping[str, object]) -> Details:
    """Return `first` with what `second` says."""
    return replace(first, **{key: value for key, value in second.items() if value is not None})  # type: ignore[arg-type]
