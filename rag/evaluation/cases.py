"""Question files: one JSON object a line, each a question with what a right answer contains and rests on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, TypeAdapter, ValidationError

from rag.errors import QuestionFileError
from rag.types import Mode, Question, Turn

_Words = Annotated[str, Field(min_length=1)]


def _check_turn(turn: Turn) -> Turn:
    TypeAdapter(Literal["user", "assistant"]).validate_python(turn.role)
    return turn


@dataclass(frozen=True, slots=True)
class Case:
    """A question and what is known of its answer. Other keys of the line are notes and are not read.

    An answer is right when it contains every string of `gold` (verbatim from the document) and `derived`
    (computed); `a|b` means either. `evidence` are verbatim substrings of the document. Where `answerable` is
    false, the right outcome is any status but `answered`.
    """

    id: _Words
    category: _Words
    question: _Words
    answerable: bool
    gold: tuple[_Words, ...]
    evidence: tuple[_Words, ...]
    derived: tuple[_Words, ...] = ()
    history: tuple[Annotated[Turn, AfterValidator(_check_turn)], ...] = ()
    document: _Words | None = None

    @property
    def expected(self) -> tuple[str, ...]:
        """Everything a right answer contains."""
        return self.gold + self.derived

    def to_question(self, mode: Mode) -> Question:
        """Return the question as the service takes it."""
        documents = None if self.document is None else (self.document,)
        return Question(self.question, self.history, documents, mode)


def read_cases(path: Path) -> tuple[Case, ...]:
    """Read a question file; raises QuestionFileError naming file, line and key."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")  # JSON strings may hold U+2028
    except OSError as error:
        raise QuestionFileError(
            f"The question file {path} cannot be read ({error.strerror}); name a file."
        ) from error
    except UnicodeDecodeError as error:
        raise QuestionFileError(
            f"The question file {path} is not UTF-8 at byte {error.start}; save it as UTF-8."
        ) from error
    cases = tuple(_parse_lines(path, lines))
    if not cases:
        raise QuestionFileError(f"The question file {path} holds no question; write one JSON object a line.")
    return cases


def _parse_lines(path: Path, lines: list[str]) -> Iterator[Case]:
    adapter = TypeAdapter(Case)
    first_line: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            case = adapter.validate_json(line, strict=True)
        except ValidationError as error:
            raise QuestionFileError(_describe(path, number, error)) from error
        if first_line.setdefault(case.id, number) != number:
            raise QuestionFileError(
                f'{path}, line {number}, key "id": {case.id!r} already stands in line {first_line[case.id]}; '
                "give each question an id of its own."
            )
        yield case


def _describe(path: Path, number: int, error: ValidationError) -> str:
    """Say in one sentence what is wrong first."""
    first = error.errors(include_url=False)[0]
    key = ".".join(str(step) for step in first["loc"] if isinstance(step, int) or step.isidentifier())
    where = f'{path}, line {number}, key "{key}"' if key else f"{path}, line {number}"
    return f"{where}: {first['msg']}; correct the line."
