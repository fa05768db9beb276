"""The worker: one thread that reads the files that were taken in, and notices what other processes add."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from filelock import FileLock, Timeout

from index.errors import CorpusError, FileError, GenerationError, IndexFloorError
from rag.errors import MetadataNeededError, RagError
from rag.library.job import Fault, FaultCode, Job, JobState
from rag.library.jobs import JobFolder
from rag.library.library import Added, Library

LOOK_SECONDS = 1.0
"""How often is looked for what other processes have done; to look costs a hundredth of a millisecond."""

_LOG = logging.getLogger(__name__)


class CancelledJobError(Exception):
    """Somebody gave the job up that is being worked on."""


class StoppingError(Exception):
    """The server ends: the job goes on when it is started again."""


class Worker:
    """Works off the jobs of a folder, one after the other.

    Of several processes that share the folder one works; the others take over when it ends. `refresh` is
    called time and again, to take on what others have changed.
    """

    def __init__(self, jobs: JobFolder, library: Library, refresh: Callable[[], None]) -> None:
        self._jobs = jobs
        self._library = library
        self._refresh = refresh
        self._lock = FileLock(jobs.root.parent / "jobs.lock", thread_local=False)
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin; a second call changes nothing."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="library", daemon=True)
            self._thread.start()

    def wake(self) -> None:
        """Look for jobs at once."""
        self._wake.set()

    def stop(self, seconds: float = 5.0) -> None:
        """End, after the step that is being done; what is unfinished waits for the next start."""
        self._stopping.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(seconds)

    def work_off(self) -> None:
        """Do every job that waits, in this thread."""
        while not self._stopping.is_set() and (job := self._jobs.next()) is not None:
            self._work(job)

    def _run(self) -> None:
        leading = recovered = False
        while not self._stopping.is_set():
            try:
                leading = leading or self._lead()
                if leading and not recovered:
                    self._jobs.recover()
                    self._library.tidy()
                    recovered = True
                if leading:
                    self.work_off()
                self._refresh()
            except Exception:  # the disk may be full, or gone for a while
                _LOG.exception("The library could not be looked after; it is tried again.")
                recovered = False  # the job that was begun is left as it was
            self._wake.wait(LOOK_SECONDS)
            self._wake.clear()
        if leading:
            self._lock.release()

    def _lead(self) -> bool:
        try:
            self._lock.acquire(timeout=0)
        except (Timeout, OSError):
            return False
        return True

    def _work(self, waiting: Job) -> None:
        self._refresh()  # what another process has added meanwhile has its id already
        job = self._jobs.begin(waiting.id)
        if job is None:
            return
        try:
            added = self._do(job)
        except CancelledJobError:
            self._jobs.end(job, JobState.CANCELLED)
        except StoppingError:
            self._jobs.put_back(job)
        except Exception as error:
            self._jobs.end(job, JobState.FAILED, fault=_explain(error, job))
        else:
            self._jobs.end(job, JobState.DONE, document=added.document, notices=added.notices)

    def _do(self, job: Job) -> Added:
        def hear(stage: str, done: int, total: int) -> None:
            if self._stopping.is_set():
                raise StoppingError
            if self._jobs.is_cancelled(job):
                raise CancelledJobError
            self._jobs.note(job.id, stage, done, total)

        data = self._jobs.read(job)
        if job.replaces is not None:
            return self._library.replace(job.replaces, data, job.file_name, job.details, hear)
        return self._library.add(data, job.file_name, job.details, hear)


def _explain(error: Exception, job: Job) -> Fault:
    if isinstance(error, FileError):
        return Fault(error.code, str(error), error.values)
    if isinstance(error, MetadataNeededError):
        return Fault(
            FaultCode.METADATA_NEEDED, str(error), {"fields": ", ".join(error.fields), **error.recognised}
        )
    if isinstance(error, CorpusError | RagError):
        return Fault(FaultCode.REFUSED, str(error))
    if isinstance(error, GenerationError | OSError):
        _LOG.error("A file could not be added: %s", error)
        return Fault(FaultCode.STORAGE, f"{job.file_name} could not be kept: the log of the server says why.")
    if isinstance(error, IndexFloorError):
        return Fault(FaultCode.INTERNAL, str(error))
    _LOG.exception("A file could not be added.", exc_info=error)
    return Fault(FaultCode.INTERNAL, f"{job.file_name} could not be added: the log of the server says why.")
