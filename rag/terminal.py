"""What the terminal shows: an answer as text, progress as a bar."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Any, Self

from tqdm import tqdm

from rag.types import SPEAKS_OF_IT, Answer, Citation


def render_answer(answer: Answer) -> str:
    """Return the answer and its numbered citations, or why there is none and the nearest passages."""
    return "\n".join(_render_lines(answer))


def _render_lines(answer: Answer) -> Iterator[str]:
    yield answer.answer
    if answer.reason and answer.reason.text not in answer.answer:
        yield answer.reason.text
    if answer.model:
        yield f"Model: {answer.model}"
    for notice in answer.notices:
        yield f"Note: {notice}"
    if answer.coverage and answer.coverage.shown < answer.coverage.found:
        yield f"Shown: {answer.coverage.shown} of {answer.coverage.found} passages on the topic."
    yield from _render_citations(answer.citations, "")
    speaks = answer.reason is not None and answer.reason.code in SPEAKS_OF_IT
    yield from _render_citations(
        answer.closest, "What the report does say:" if speaks else "Closest passages:"
    )


def _render_citations(citations: Sequence[Citation], title: str) -> Iterator[str]:
    if citations:
        yield ""
    if citations and title:
        yield title
    for citation in citations:
        period = f"{citation.period.label} ({citation.period.kind})" if citation.period.label else ""
        place = f"{citation.document} {citation.span.start}–{citation.span.end}"
        yield f"[{citation.n}] " + " · ".join(filter(None, [period, " › ".join(citation.section), place]))
        yield f"    {citation.quote}"


class ProgressBar:
    """Shows progress on stderr, one bar a stage; silent where stderr is no terminal."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._stage = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show that `done` of `total` steps of `stage` are finished."""
        if self._bar is None or stage != self._stage:
            if self._bar is not None:
                self._bar.close()
            self._stage = stage
            self._bar = tqdm(total=total, desc=stage, file=sys.stderr, leave=False, disable=None)
        self._bar.total = total
        self._bar.n = done
        self._bar.refresh()
