"""Jobs: what was taken in outlives the server, is given up when asked, and fails with a reason."""

from __future__ import annotations

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from index.errors import CorpusError
from rag.errors import BusyError
from rag.library.job import Details, Job, JobState
from rag.library.jobs import MAX_ATTEMPTS, MAX_WAITING, JobFolder
from rag.library.worker import Worker
from rag.service import ReportService
from rag.types import Question
from tests.rag.library import HeardEncoder, open_library, write_corpus
from tests.rag.reports import TEXT

HERE = Details(place="青山市云溪区")
YUNXI = "qingshanshi-yunxiqu-2031"


@pytest.fixture
def library(tmp_path: Path, service: ReportService) -> tuple[ReportService, HeardEncoder]:
    return open_library(tmp_path, service)


@pytest.fixture
def served(library: tuple[ReportService, HeardEncoder]) -> ReportService:
    return library[0]


def take_in(served: ReportService, text: str = TEXT, details: Details = HERE) -> Job:
    return served.jobs.create(text.encode(), "a.txt", details)


def state_of(served: ReportService, job: Job) -> JobState:
    known = served.jobs.get(job.id)
    assert known is not None
    return known.state


# What outlives the server.


def test_what_was_taken_in_is_done_by_the_next_server(tmp_path, served, service) -> None:
    job = take_in(served)
    other, _ = open_library(tmp_path, service)
    other.worker.work_off()
    assert state_of(served, job) is JobState.DONE
    assert YUNXI in other.documents
    assert not (served.jobs.root / job.id / "file").exists()


def test_a_job_that_the_server_ended_in_goes_on_from_the_start(served, library) -> None:
    job = take_in(served)
    library[1].before = lambda: served.worker._stopping.set()
    served.worker.work_off()
    assert state_of(served, job) is JobState.QUEUED
    assert YUNXI not in served.documents
    library[1].before = lambda: None
    Worker(served.jobs, served.library, served.refresh).work_off()
    assert state_of(served, job) is JobState.DONE


def test_a_job_that_was_running_when_the_server_was_killed_waits_again(served) -> None:
    job = take_in(served)
    for attempt in range(1, MAX_ATTEMPTS + 1):
        begun = served.jobs.begin(job.id)
        assert begun is not None
        assert begun.attempts == attempt
        after = JobFolder(served.jobs.root)  # what the next server finds
        assert after.get(job.id) == begun
        after.recover()
        served.jobs = after
    failed = served.jobs.get(job.id)
    assert failed is not None
    assert failed.state is JobState.FAILED
    assert failed.fault is not None
    assert failed.fault.code == "interrupted"
    assert "a.txt" in failed.fault.text
    assert not served.jobs.has_file(failed)


def test_killed_after_the_document_was_added_it_is_known_and_not_added_twice(served) -> None:
    job = take_in(served)
    begun = served.jobs.begin(job.id)
    assert begun is not None
    served.worker._do(begun)  # and the server is killed before it can say so
    served.jobs = JobFolder(served.jobs.root)
    served.jobs.recover()
    Worker(served.jobs, served.library, served.refresh).work_off()
    done = served.jobs.get(job.id)
    assert done is not None
    assert (done.state, done.document) == (JobState.DONE, YUNXI)
    assert list(served.documents) == [YUNXI, "yuanshan-2029"]


# Given up.


def test_a_waiting_job_ends_at_once_when_it_is_cancelled(served) -> None:
    job = take_in(served)
    cancelled = served.jobs.cancel(job.id)
    assert cancelled is not None
    assert cancelled.state is JobState.CANCELLED
    served.worker.work_off()
    assert list(served.documents) == ["yuanshan-2029"]
    assert not served.jobs.has_file(job)


def test_a_running_job_ends_at_its_next_step_and_leaves_nothing(served, library) -> None:
    job = take_in(served)
    library[1].before = lambda: served.jobs.cancel(job.id)
    served.worker.work_off()
    assert state_of(served, job) is JobState.CANCELLED
    assert list(served.documents) == ["yuanshan-2029"]
    assert list((served.settings.data / "library").glob("*")) == []
    assert len(list((served.settings.data / "segments").iterdir())) == 1


def test_what_has_ended_is_not_cancelled_any_more(served) -> None:
    job = take_in(served)
    served.worker.work_off()
    kept = served.jobs.cancel(job.id)
    assert kept is not None
    assert kept.state is JobState.DONE
    assert served.jobs.cancel("0" * 32) is None


# Failed.


def test_what_a_text_does_not_tell_is_asked_for_and_then_it_goes_on(served) -> None:
    body = TEXT[TEXT.index("一、") :]
    untold = body.replace("云溪", "").replace("2031年", "今年").replace("2030年", "去年")
    job = take_in(served, "工作情况\n\n" + untold, Details())
    served.worker.work_off()
    failed = served.jobs.get(job.id)
    assert failed is not None
    assert failed.fault is not None
    assert (failed.state, failed.fault.code) == (JobState.FAILED, "metadata_needed")
    assert set(failed.fault.values["fields"].split(", ")) <= {"place", "year"}
    served.jobs.put_back(failed, replace(HERE, year=2031))
    served.worker.work_off()
    assert state_of(served, job) is JobState.DONE
    assert served.documents[YUNXI].document.meta.year == 2031


def test_a_failure_nobody_foresaw_fails_the_job_and_not_the_worker(served, library) -> None:
    def fail() -> None:
        raise ZeroDivisionError("secret")

    job, other = take_in(served), take_in(served, TEXT + "\n完。\n")
    library[1].before = fail
    served.worker.work_off()
    for one in (job, other):
        failed = served.jobs.get(one.id)
        assert failed is not None
        assert failed.fault is not None
        assert failed.fault.code == "internal"
        assert "secret" not in failed.fault.text


def test_more_jobs_than_are_taken_on_are_refused(served, monkeypatch) -> None:
    assert MAX_WAITING >= 10
    monkeypatch.setattr("rag.library.jobs.MAX_WAITING", 2)
    take_in(served)
    take_in(served)
    with pytest.raises(BusyError, match="2 files wait"):
        take_in(served)


def test_what_ended_long_ago_is_forgotten(served) -> None:
    job = take_in(served)
    served.worker.work_off()
    done = served.jobs.get(job.id)
    assert done is not None
    served.jobs._save(replace(done, ended=dt.datetime.now(dt.UTC) - dt.timedelta(days=2)))
    take_in(served, TEXT + "\n完。\n")
    assert served.jobs.get(job.id) is None


@pytest.mark.parametrize("name", ["", "..", "../library", "x" * 32, "0" * 31, "0" * 32])
def test_no_other_name_is_a_job(served, name) -> None:
    take_in(served)
    assert served.jobs.get(name) is None


# Beside questions.


def test_questions_are_answered_while_a_document_is_encoded(served, library) -> None:
    answers: list[str] = []

    def ask() -> None:
        answers.append(served.ask(Question("远山县2028年社会消费品零售总额是多少?")).answer)

    def ask_from_another_thread() -> None:
        library[1].before = lambda: None
        asking = threading.Thread(target=ask)
        asking.start()
        threads.append(asking)

    threads: list[threading.Thread] = []
    take_in(served)
    library[1].before = ask_from_another_thread
    served.worker.work_off()
    threads[0].join(60)
    assert answers
    assert YUNXI in served.documents


def test_an_answer_under_way_ends_on_what_it_began_with(served) -> None:
    served.library.add(TEXT.encode(), "a.txt", HERE)
    stream = served.stream(Question("云溪区2030年社会消费品零售总额是多少?", documents=(YUNXI,)))
    next(stream)
    served.library.remove(YUNXI)
    *_, answer = stream
    assert "88亿元" in answer.answer
    assert YUNXI not in served.documents


def test_the_worker_does_what_comes_in_and_takes_on_what_others_did(tmp_path, served, service) -> None:
    other, _ = open_library(tmp_path, service)
    other.library.add((TEXT + "\n完。\n").encode(), "b.txt", HERE)
    served.worker.start()
    try:
        take_in(served)
        served.worker.wake()
        done = threading.Event()
        for _ in range(600):
            if len(served.documents) == 3:
                break
            done.wait(0.05)
    finally:
        served.worker.stop()
    assert served.documents.keys() == {"yuanshan-2029", YUNXI, f"{YUNXI}-2"}
    assert served.library.records.keys() == {YUNXI, f"{YUNXI}-2"}


def test_only_one_of_several_servers_does_jobs(tmp_path, served, service) -> None:
    other, _ = open_library(tmp_path, service)
    assert served.worker._lead()
    assert not other.worker._lead()
    served.worker._lock.release()
    assert other.worker._lead()
    other.worker._lock.release()


# What goes wrong around it.


def test_a_disk_that_is_full_fails_the_job_and_leaves_nothing(served, monkeypatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    job = take_in(served)
    monkeypatch.setattr("index.library.shelf.flush_tree", full)
    served.worker.work_off()
    failed = served.jobs.get(job.id)
    assert failed is not None
    assert failed.fault is not None
    assert (failed.state, failed.fault.code) == (JobState.FAILED, "storage")
    assert list(served.documents) == ["yuanshan-2029"]
    assert list((served.settings.data / "library").glob("*")) == []
    assert len(list((served.settings.data / "segments").iterdir())) == 1


def test_a_damaged_record_is_told_of_and_can_be_removed(tmp_path, served, service) -> None:
    added = served.library.add(TEXT.encode(), "a.txt", HERE)
    record = served.settings.data / "library" / added.document / "record.json"
    record.write_bytes(record.read_bytes()[:-20])
    other, _ = open_library(tmp_path, service)
    assert list(other.documents) == ["yuanshan-2029"]
    assert "add its file again" in other.problems[YUNXI]
    assert other.library.add((TEXT + "\n完。\n").encode(), "a.txt", HERE).document == f"{YUNXI}-2"
    assert other.library.remove(YUNXI).document == YUNXI
    assert other.problems == {}
    assert not record.parent.exists()
    assert list(other.documents) == [f"{YUNXI}-2", "yuanshan-2029"]


def test_another_corpus_on_the_same_data_folder_is_not_taken_on(tmp_path, served, service, caplog) -> None:
    other_corpus = tmp_path / "other"
    write_corpus(other_corpus).joinpath("yuanshan-2029").rename(other_corpus / "elsewhere-2029")
    open_library(tmp_path, service, corpus=other_corpus)
    for _ in range(2):
        served.refresh()
    assert list(served.documents) == ["yuanshan-2029"]
    assert [one.message for one in caplog.records].count(caplog.records[-1].message) == 1
    assert "use a data folder for each corpus" in caplog.records[-1].message
    served.library.add(TEXT.encode(), "a.txt", HERE)
    assert list(served.documents) == [YUNXI, "yuanshan-2029"]


def test_edits_at_the_same_time_are_each_there_or_refused(served) -> None:
    served.library.add(TEXT.encode(), "a.txt", HERE)
    names = [f"某某{number}" for number in range(6)]

    def edit(name: str) -> str | None:
        try:
            return served.library.edit(YUNXI, Details(speaker=name)).meta.speaker
        except CorpusError:
            return None

    with ThreadPoolExecutor(3) as threads:
        done = [name for name in threads.map(edit, names) if name]
    assert done
    assert served.documents[YUNXI].document.meta.speaker in done
    assert served.library.records[YUNXI].meta == served.documents[YUNXI].document.meta
