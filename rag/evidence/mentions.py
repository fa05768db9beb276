"""Where a report mentions a word: counted by its text, in sentences and headings of the body."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from index.types import IndexedDocument, Passage, Role, Span

_BODY = frozenset({Role.BODY, Role.HEADING})
"""Title block and glossary mention nothing: the one names the report, the other explains it."""
_BREAK = r"(?:[ \t\u3000\xa0]*[\r\n]\s*)?"
"""A line break inside a word is layout."""


@dataclass(frozen=True, slots=True)
class Mention:
    """One occurrence of a word: `span` lies in `passage`."""

    passage: Passage
    span: Span


def find_mentions(word: str, report: IndexedDocument) -> tuple[Mention, ...]:
    """Return every occurrence of `word` in the body of `report`, in reading order, none overlapping another.

    The case of Latin letters does not matter, and a Latin word is found as a whole: AI is not in MAIN.
    """
    text, pattern = report.document.text, _compile(word)
    return tuple(
        Mention(passage, Span(*match.span()))
        for passage in report.structure.passages
        if passage.role in _BODY
        for match in pattern.finditer(text, passage.span.start, passage.span.end)
    )


def count_mentions(word: str, report: IndexedDocument) -> int:
    """Return how often the body of `report` mentions `word`."""
    return len(find_mentions(word, report))


def is_mentioned_in(mention: Mention, spans: list[Span]) -> bool:
    """Tell whether one of `spans` holds the whole of an occurrence."""
    return any(span.contains(mention.span) for span in spans)


@lru_cache(maxsize=256)
def _compile(word: str) -> re.Pattern[str]:
    """Return what finds `word`; raises ValueError for one without a character."""
    characters = word.split()
    if not characters:
        raise ValueError("An empty word is mentioned nowhere: ask for one with a character at least.")
    joined = r"\s*".join(_BREAK.join(map(re.escape, part)) for part in characters)
    before = r"(?<![A-Za-z])" if _is_letter(word.strip()[0]) else ""
    after = r"(?![A-Za-z])" if _is_letter(word.strip()[-1]) else ""
    return re.compile(before + joined + after, re.IGNORECASE)


def _is_letter(character: str) -> bool:
    return character.isascii() and character.isalpha()
