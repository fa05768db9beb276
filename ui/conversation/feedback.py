"""What readers think of answers: a SQLite file in the data folder, which leaves this machine by hand only."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from rag.types import Answer
from ui.conversation.model import Verdict

FILE_NAME = "feedback.sqlite3"
VERSION = 1
"""Of the table below; SQLite keeps it as `user_version`."""

# “rrfb” in ASCII: tells this file from any other database.
_APPLICATION = 0x72726662
_TABLE = """
CREATE TABLE feedback (
    answer TEXT PRIMARY KEY,   -- the id of the answer: the last word on it counts
    given TEXT NOT NULL,       -- ISO 8601, UTC
    verdict TEXT NOT NULL CHECK (verdict IN ('up', 'down')),
    comment TEXT NOT NULL,
    question TEXT NOT NULL,    -- as it was put
    reply TEXT NOT NULL        -- the answer with its citations, JSON
)
"""
_COLUMNS = "answer, given, verdict, comment, question, reply"
_ANSWER = TypeAdapter(Answer)


class FeedbackError(Exception):
    """The file cannot be used; the message is one sentence that names it and says what to do."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """A verdict on an answer to the question `asked`, given at a time with a zone."""

    answer: Answer
    asked: str
    verdict: Verdict
    comment: str
    given: dt.datetime


class FeedbackStore:
    """The feedback in a folder; the file is made when the first is given. Threads and processes may share it.

    Every method raises FeedbackError where the file is damaged, of another format, or cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE_NAME

    def save(self, feedback: Feedback) -> None:
        """Keep a verdict, in place of an earlier one on the same answer."""
        row = (
            feedback.answer.id,
            feedback.given.astimezone(dt.UTC).isoformat(timespec="seconds"),
            feedback.verdict,
            feedback.comment,
            feedback.asked,
            _ANSWER.dump_json(feedback.answer).decode(),
        )
        with self._open() as database:
            database.execute(f"INSERT OR REPLACE INTO feedback ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)", row)

    def forget(self, answer: str) -> None:
        """Drop the verdict on the answer with this id, if there is one."""
        with self._open() as database:
            database.execute("DELETE FROM feedback WHERE answer = ?", (answer,))

    def export(self) -> str:
        """Return everything as JSON Lines, oldest first; nothing where none was ever given."""
        if not self._path.exists():
            return ""
        with self._open() as database:
            rows = database.execute(f"SELECT {_COLUMNS} FROM feedback ORDER BY given, answer").fetchall()
        return "".join(_write_line(*row) for row in rows)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """Open the file for one transaction, after a look whether it is what it should be."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            database = sqlite3.connect(self._path)
            try:
                with database:
                    self._check(database)
                    yield database
            finally:
                database.close()
        except (sqlite3.Error, OSError) as error:
            raise FeedbackError(
                f"The feedback in {self._path} cannot be used ({error}): repair the file or move it away."
            ) from error

    def _check(self, database: sqlite3.Connection) -> None:
        database.execute("BEGIN IMMEDIATE")
        (application,) = database.execute("PRAGMA application_id").fetchone()
        (version,) = database.execute("PRAGMA user_version").fetchone()
        (tables,) = database.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        if (application, version, tables) == (0, 0, 0):
            database.execute(_TABLE)
            database.execute(f"PRAGMA application_id = {_APPLICATION}")
            database.execute(f"PRAGMA user_version = {VERSION}")
        elif (application, version) != (_APPLICATION, VERSION):
            raise FeedbackError(
                f"{self._path} holds no feedback of format {VERSION} but of {version}: move it away."
            )
        (state,) = database.execute("PRAGMA quick_check(1)").fetchone()
        if state != "ok":
            raise sqlite3.DatabaseError(state)


def _write_line(answer: str, given: str, verdict: str, comment: str, question: str, reply: str) -> str:
    record = {
        "answer": answer,
        "given": given,
        "verdict": verdict,
        "comment": comment,
        "question": question,
        "reply": json.loads(reply),
    }
    return json.dumps(record, ensure_ascii=False) + "\n"
