"""A chat completion in chunks, as server-sent events: sentence by sentence, sources with the footnotes."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, Literal

from rag.api import problems
from rag.api.conversion import from_answer
from rag.api.openai.completion import Writer, count_usage
from rag.api.openai.errors import to_openai
from rag.api.openai.schemas import Chunk, ChunkChoice, Delta
from rag.api.streaming import QUIET
from rag.errors import AbandonedError
from rag.types import Answer, Stage

_LOG = logging.getLogger(__name__)

DONE = b"data: [DONE]\n\n"
STILL_THERE = b": still working\n\n"
"""A comment, which clients pass over: proxies cut connections that are silent for long."""


@dataclass(slots=True)
class ChunkWriter:
    """Writes the chunks of one completion; `usage_of` the prompt is told at the end where it is not None."""

    id: str
    created: int
    model: str
    usage_of: str | None
    text: str = field(default="", init=False)

    def write(
        self,
        delta: Delta,
        finish: Literal["stop", "length"] | None = None,
        answer: Answer | None = None,
    ) -> bytes:
        """Return a chunk with what is new."""
        self.text += delta.content or ""
        choice = ChunkChoice(delta=delta, finish_reason=finish).model_dump(mode="json")
        choice["delta"] = delta.model_dump(mode="json", exclude_none=True)
        return self._write([choice], answer)

    def write_usage(self) -> bytes:
        """Return the chunk with what it took, where that was asked for."""
        if self.usage_of is None:
            return b""
        usage = count_usage(self.usage_of, self.text)
        return self._write([], usage=usage.model_dump())

    def _write(self, choices: list[Any], answer: Answer | None = None, usage: object = None) -> bytes:
        chunk = Chunk(id=self.id, created=self.created, model=self.model, choices=[]).model_dump(mode="json")
        chunk["choices"] = choices
        if self.usage_of is None:
            del chunk["usage"]
        else:
            chunk["usage"] = usage
        if answer is None:
            del chunk["report_rag"]
        else:
            chunk["report_rag"] = from_answer(answer).model_dump(mode="json")
        return b"data: " + json.dumps(chunk, ensure_ascii=False).encode() + b"\n\n"


def write_reply(text: str, chunks: ChunkWriter) -> Generator[bytes]:
    """Yield a reply that is there already."""
    yield chunks.write(Delta(role="assistant", content=""))
    yield chunks.write(Delta(content=text))
    yield chunks.write(Delta(), "stop")
    yield chunks.write_usage()
    yield DONE


def write_answers(
    answers: Generator[Stage | Answer],
    chunks: ChunkWriter,
    writer: Writer,
    count: Callable[[Answer], None],
) -> Generator[bytes]:
    """Yield an answer as it grows, nothing where work goes on without news; `count` hears of the last one.

    What fails is told in the stream, whose status can no longer change.
    """
    try:
        yield chunks.write(Delta(role="assistant", content=""))
        with closing(answers):
            yield from _tell(answers, chunks, writer, count)
    except AbandonedError:
        return
    except Exception as error:
        problem = problems.from_error(error)
        if problem.kind is problems.INTERNAL:
            _LOG.exception("A streamed completion failed.")
        _, told = to_openai(problem.as_dict())
        yield b"data: " + json.dumps(told, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n\n"


def _tell(
    answers: Iterator[Stage | Answer], chunks: ChunkWriter, writer: Writer, count: Callable[[Answer], None]
) -> Iterator[bytes]:
    answer: Answer | None = None
    shown, quiet = "", 0
    for item in answers:
        if isinstance(item, Stage):
            quiet += 1
            yield STILL_THERE if quiet % QUIET == 0 else b""
            continue
        answer = item
        if not answer.answer.startswith(shown):
            continue  # withheld after all: what is said in its place follows
        fitting = writer.fit(answer)
        if new := fitting[len(shown) :]:
            shown += new
            yield chunks.write(Delta(content=new))
        if len(shown) < len(answer.answer):
            break  # no more of it fits
    if answer is None:
        raise AssertionError("A question ended without an answer.")
    if not answer.answer.startswith(shown):
        shown = writer.fit(answer, chunks.text + "\n\n")
        yield chunks.write(Delta(content="\n\n" + shown))
    notes = Delta(content=writer.write_notes(answer, shown))
    notes.annotations = writer.annotate(answer, shown, len(chunks.text) - len(shown)) or None
    if notes.content or notes.annotations:
        yield chunks.write(notes)
    count(answer)
    yield chunks.write(Delta(), "stop" if shown == answer.answer else "length", answer)
    yield chunks.write_usage()
    yield DONE
