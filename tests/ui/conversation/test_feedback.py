"""Feedback: one verdict for each answer, in one file on this machine, exportable line by line."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from ui.conversation.feedback import FILE_NAME, Feedback, FeedbackError, FeedbackStore
from ui.conversation.model import Verdict

NOON = dt.datetime(2021, 2, 7, 12, tzinfo=dt.UTC)


@pytest.fixture
def store(tmp_path):
    return FeedbackStore(tmp_path / "data")


@pytest.fixture
def feedback(answers):
    return Feedback(answers["第一处"], "全县人口？", Verdict.UP, "很\n好", NOON)


def _lines(store):
    return [json.loads(line) for line in store.export().splitlines()]


def test_a_verdict_is_exported_with_question_answer_and_citations(store, feedback):
    store.save(feedback)
    (line,) = _lines(store)
    assert (line["verdict"], line["comment"], line["question"]) == ("up", "很\n好", "全县人口？")
    assert line["given"] == "2021-02-07T12:00:00+00:00"
    assert line["reply"]["citations"][0]["quote"] == "全县人口达到3万人"


def test_the_last_word_on_an_answer_counts(store, feedback):
    store.save(feedback)
    store.save(replace(feedback, verdict=Verdict.DOWN, comment=""))
    assert [line["verdict"] for line in _lines(store)] == ["down"]
    store.forget(feedback.answer.id)
    assert _lines(store) == []


def test_lines_are_in_the_order_of_time(store, feedback):
    for day, name in ((2, "b"), (3, "a"), (1, "c")):
        answer = replace(feedback.answer, id=name)
        store.save(replace(feedback, answer=answer, given=NOON.replace(day=day)))
    assert [line["answer"] for line in _lines(store)] == ["c", "b", "a"]


def test_nothing_is_written_before_the_first_verdict(store, tmp_path):
    assert store.export() == ""
    assert list(tmp_path.iterdir()) == []


def test_what_was_saved_is_there_when_opened_again(store, feedback, tmp_path):
    store.save(feedback)
    assert FeedbackStore(tmp_path / "data").export() == store.export() != ""


def test_several_threads_save_at_once(store, feedback):
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda n: store.save(_named(feedback, n)), range(20)))
    assert len(_lines(store)) == 20


def _named(feedback, number):
    return replace(feedback, answer=replace(feedback.answer, id=str(number)))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.write_bytes(b"rubbish" * 1_000),
        lambda path: _run(path, "PRAGMA user_version = 2"),
        lambda path: _run(path, "PRAGMA application_id = 7"),
        lambda path: path.write_bytes(path.read_bytes()[:5_000]),
    ],
    ids=["rubbish", "other format", "other application", "cut off"],
)
def test_a_file_that_is_something_else_is_refused_by_name(store, feedback, tmp_path, spoil):
    store.save(feedback)
    spoil(tmp_path / "data" / FILE_NAME)
    for use in (store.export, lambda: store.save(feedback)):
        with pytest.raises(FeedbackError, match=FILE_NAME):
            use()


def _run(path, statement):
    database = sqlite3.connect(path)
    with database:
        database.execute(statement)
    database.close()


def test_a_folder_that_cannot_be_made_is_an_error_that_names_it(feedback, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(FeedbackError, match="file"):
        FeedbackStore(tmp_path / "file").save(feedback)
