"""The endpoints of jobs: how far a file has come, as JSON or as events, and how to give it up."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Annotated, Any

import anyio
from fastapi import APIRouter, Depends, Header
from fastapi.concurrency import run_in_threadpool
from fastapi.sse import EventSourceResponse, format_sse_event
from starlette.responses import Response

from rag.api import library_schemas
from rag.api.dependencies import Service
from rag.api.permission import may_change
from rag.api.problems import (
    INTERNAL,
    JOB_NOT_FOUND,
    JOB_NOT_WAITING,
    METADATA_NEEDED,
    STORAGE_FAILED,
    UNREADABLE_FILE,
    Problem,
    ProblemError,
    ProblemType,
)
from rag.api.streaming import HEADERS
from rag.library.job import Fault, FaultCode, Job, JobState
from rag.library.jobs import JobFolder, merge

router = APIRouter(tags=["jobs"])

LOOK_SECONDS = 0.2
"""How often a stream looks for news: more often than a reader could follow."""
BEAT_SECONDS = 3.0
"""After how much silence a stream repeats itself, so that nobody takes it for cut off."""
EVENT = "job"
_EXAMPLE = f'event: {EVENT}\ndata: {{"id": "…", "state": "running", "done": 3, "total": 30, …}}\n\n'

_PROBLEMS = {
    FaultCode.METADATA_NEEDED: METADATA_NEEDED,
    FaultCode.STORAGE: STORAGE_FAILED,
    FaultCode.INTERNAL: INTERNAL,
}


@router.get("/api/jobs", summary="List the jobs")
def list_jobs(service: Service, _: Annotated[None, Depends(may_change)]) -> library_schemas.JobList:
    """Return the jobs of the last day, oldest first."""
    return library_schemas.JobList(jobs=[from_job(job) for job in service.jobs.jobs()])


@router.get(
    "/api/jobs/{job_id}",
    response_model=library_schemas.Job,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}, "example": _EXAMPLE}}}},
    summary="Follow a job",
)
async def read_job(
    job_id: str, service: Service, accept: Annotated[str, Header()] = ""
) -> library_schemas.Job | Response:
    """Return how far a job has come; with `Accept: text/event-stream` each change of it until it ends."""
    job = await run_in_threadpool(find_job, service.jobs, job_id)
    if "text/event-stream" in accept:
        return EventSourceResponse(_follow(service.jobs, job), headers=HEADERS)
    return from_job(job)


@router.patch("/api/jobs/{job_id}", summary="Say what a file does not tell")
def complete_job(
    job_id: str,
    details: library_schemas.DocumentDetails,
    service: Service,
    _: Annotated[None, Depends(may_change)],
) -> library_schemas.Job:
    """Go on with a job that failed for want of place or year, without sending the file again."""
    job = find_job(service.jobs, job_id)
    wanting = job.fault is not None and job.fault.code == FaultCode.METADATA_NEEDED
    if job.state is not JobState.FAILED or not wanting or not service.jobs.has_file(job):
        detail = f"The job {job_id} waits for nothing: it is {job.state}."
        raise ProblemError(Problem(JOB_NOT_WAITING, detail))
    job = service.jobs.put_back(job, merge(job.details, details.model_dump()))
    service.worker.wake()
    return from_job(job)


@router.delete("/api/jobs/{job_id}", summary="Give a job up")
def cancel_job(job_id: str, service: Service, _: Annotated[None, Depends(may_change)]) -> library_schemas.Job:
    """Ask that a job be given up: one that waits ends at once, one that runs at its next step.

    What has ended stays as it is.
    """
    job = service.jobs.cancel(job_id)
    if job is None:
        raise ProblemError(_unknown(job_id))
    return from_job(job)


def find_job(jobs: JobFolder, job_id: str) -> Job:
    """Return the job of that id; raises ProblemError."""
    job = jobs.get(job_id)
    if job is None:
        raise ProblemError(_unknown(job_id))
    return job


def from_job(job: Job) -> library_schemas.Job:
    """Return a job as REST writes it."""
    return library_schemas.Job(
        id=job.id,
        state=job.state,
        stage=job.stage,
        done=job.done,
        total=job.total,
        document=job.document,
        problem=_from_fault(job.fault).as_dict() if job.fault else None,
        notices=[
            library_schemas.JobNotice(code=one.code, text=one.text, document=one.document)
            for one in job.notices
        ],
        file_name=job.file_name,
        replaces=job.replaces,
        created=job.created,
        ended=job.ended,
    )


def _from_fault(fault: Fault) -> Problem:
    kind: ProblemType = next(
        (kind for code, kind in _PROBLEMS.items() if code == fault.code), UNREADABLE_FILE
    )
    values: dict[str, Any] = dict(fault.values)
    if kind is METADATA_NEEDED:
        fields = values.pop("fields", "").split(", ")
        return Problem(kind, fault.text, {"code": fault.code, "fields": fields, "recognised": values})
    return Problem(kind, fault.text, {"code": fault.code, "values": values})


def _unknown(job_id: str) -> Problem:
    return Problem(JOB_NOT_FOUND, f"No job has the id {job_id!r}: it ended long ago, or never was.")


async def _follow(jobs: JobFolder, job: Job) -> AsyncIterator[bytes]:
    """Yield a job whenever there is news of it, and now and again where there is none, until it ends."""
    told: Job | None = None
    silent = 0.0
    current: Job | None = job
    while current is not None:
        if current != told or silent >= BEAT_SECONDS:
            told, silent = current, 0.0
            data = from_job(current).model_dump(mode="json")
            yield format_sse_event(event=EVENT, data_str=json.dumps(data, ensure_ascii=False))
        if current.state.is_final:
            return
        await anyio.sleep(LOOK_SECONDS)
        silent += LOOK_SECONDS
        current = await run_in_threadpool(jobs.get, job.id)
