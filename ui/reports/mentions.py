"""Where the terms of a report's glossary are named, in the report itself or in an answer about it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import rjieba

from index.types import GlossaryEntry, Span

# Names shorter than this turn up by chance inside other words: 北开 in 湖北开展.
_TELLING_LENGTH = 4
_OPENING, _CLOSING = "“‘「『", "”’」』"


class Mention(NamedTuple):
    """A term named at `span` of some text, and the glossary entry that explains it."""

    span: Span
    entry: GlossaryEntry


def find_mentions(text: str, glossary: Sequence[GlossaryEntry]) -> list[Mention]:
    """Return where `text` names terms of `glossary`, in order and disjoint; of two names the longer one."""
    entries = {name: entry for entry in reversed(glossary) for name in entry.names if name}
    if not entries:
        return []
    spans = (Span(*found.span()) for found in _compile_names(frozenset(entries)).finditer(text))

    @cache
    def find_word_edges() -> set[int]:
        return {edge for _, start, end in rjieba.tokenize(text, "default") for edge in (start, end)}

    def stands_alone(span: Span) -> bool:
        """Tell whether the name is used as itself; a part of another quoted term (“双控双减”) is not."""
        opened = text[: span.start].endswith(tuple(_OPENING))
        closed = text[span.end :].startswith(tuple(_CLOSING))
        if opened or closed:
            return opened and closed
        return len(span) >= _TELLING_LENGTH or {span.start, span.end} <= find_word_edges()

    return [Mention(span, entries[span.of(text)]) for span in spans if stands_alone(span)]


@cache
def _compile_names(names: frozenset[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(names, key=lambda name: (-len(name), name)))))
