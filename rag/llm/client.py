"""The seam to a language model: messages in, pieces of a reply out as they come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation with a model; `role` is "system", "user" or "assistant"."""

    role: str
    content: str


class ChatModel(Protocol):
    """What is asked of a language model."""

    @property
    def name(self) -> str:
        """The model's name."""

    def write(
        self, messages: Sequence[Message], max_tokens: int, seconds: float | None = None
    ) -> Iterator[str]:
        """Yield the reply piece by piece, and "" whenever nothing came for a moment.

        It ends within `seconds` (by default those of the settings). Closing the iterator stops the model.
        Raises ModelError.
        """

    def count_tokens(self, text: str) -> int:
        """Return how many tokens `text` takes at most, by a cautious estimate."""
