"""Asks every question of a file, in process, and marks the answers."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from index.types import IndexedDocument, Progress
from rag.evaluation.cases import Case
from rag.evaluation.marks import Marks, mark_answer, mark_error
from rag.evaluation.scorecard import Scorecard
from rag.types import Answer, Mode, Question

STAGE = "Asking"
SCORECARD_FILE = "scorecard.md"

_log = logging.getLogger(__name__)


class Service(Protocol):
    """What an evaluation asks of a service; ReportService is one."""

    @property
    def documents(self) -> Mapping[str, IndexedDocument]:
        """Every indexed document by its id; raises NotReadyError."""

    def ask(self, question: Question) -> Answer:
        """Answer `question`."""


def evaluate(
    service: Service,
    cases: Sequence[Case],
    *,
    mode: Mode = Mode.EXTRACTIVE,
    progress: Progress | None = None,
) -> tuple[Marks, ...]:
    """Ask `service` every question and return the marks in the order of `cases`; raises NotReadyError."""
    documents = service.documents
    marks = []
    for done, case in enumerate(cases, start=1):
        marks.append(_ask(service, case, mode, documents))
        if progress:
            progress(STAGE, done, len(cases))
    return tuple(marks)


def write_scorecard(scorecard: Scorecard, folder: Path) -> Path:
    """Write the scorecard as Markdown into `folder`, created where missing, and return the file's path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / SCORECARD_FILE
    path.write_text(scorecard.render_markdown(), encoding="utf-8")
    return path


def _ask(service: Service, case: Case, mode: Mode, documents: Mapping[str, IndexedDocument]) -> Marks:
    start = time.perf_counter()
    try:
        answer = service.ask(case.to_question(mode))
    except Exception as error:  # one question that fails is a figure of the scorecard, not its end
        _log.warning("Question %s ended in an error.", case.id, exc_info=True)
        return mark_error(case, error, _milliseconds_since(start))
    return mark_answer(case, answer, documents, _milliseconds_since(start))


def _milliseconds_since(start: float) -> float:
    return (time.perf_counter() - start) * 1e3
