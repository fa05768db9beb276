"""Text without what layout puts into it, each character knowing where it came from."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from index.types import Span

_LAYOUT = frozenset("?？#*_|\ufeff\ufffd")
"""Marks of Markdown, and what stands where a character was lost."""


@dataclass(frozen=True, slots=True)
class Condensed:
    """Characters in their common width, without white space, and the offset of each in the text."""

    text: str
    offsets: tuple[int, ...]

    @classmethod
    def of(cls, text: str, spans: Iterable[Span]) -> Condensed:
        """Condense `spans` of `text`, one after the other."""
        kept = [
            (character, offset)
            for span in spans
            for offset in range(span.start, span.end)
            for character in unicodedata.normalize("NFKC", text[offset])[:1]
            if not character.isspace() and text[offset] not in _LAYOUT
        ]
        return cls("".join(character for character, _ in kept), tuple(offset for _, offset in kept))

    def span_of(self, match: re.Match[str], group: str | int = 0) -> Span:
        """Return where a match, or a group of it, stands in the text."""
        return self.span(*match.span(group))

    def span(self, start: int, end: int) -> Span:
        """Return where the characters from `start` to `end` stand in the text."""
        return Span(self.offsets[start], self.offsets[end - 1] + 1)
