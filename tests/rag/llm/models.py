"""A language model of the tests' own that says what it is told to."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field

from rag.errors import ModelError
from rag.llm.client import Message

PIECE = 3
"""Characters that it writes at a time."""


@dataclass
class SayingModel:
    """Says each of `replies` in turn, and raises those that are errors."""

    replies: list[str | ModelError]
    name: str = "told"
    prompts: list[Sequence[Message]] = field(default_factory=list)
    closed: int = 0

    def write(
        self, messages: Sequence[Message], max_tokens: int, seconds: float | None = None
    ) -> Generator[str]:
        self.prompts.append(messages)
        reply = self.replies.pop(0)
        if isinstance(reply, ModelError):
            raise reply
        try:
            for start in range(0, len(reply), PIECE):
                yield reply[start : start + PIECE]
        finally:
            self.closed += 1

    def count_tokens(self, text: str) -> int:
        return len(text)
