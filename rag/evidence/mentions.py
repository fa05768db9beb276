"""Where the words of a report name something: counted by the text itself, not by a retriever.

Body and headings count, the title block and the glossary do not: “教育提到几次” asks what the speaker said.
Width, script, case and white space make no difference; a word in Latin letters or a number is whole
(AI does not stand in AIDS, nor 5个 in 15个).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.language.text import to_simplified
from index.types import IndexedDocument, Passage, Role, Span

_COUNTED = (Role.BODY, Role.HEADING)


@dataclass(frozen=True, slots=True)
class Mention:
    """One occurrence of a word: `span` lies in `passage`."""

    passage: Passage
    span: Span


def find_mentions(word: str, report: IndexedDocument) -> tuple[Mention, ...]:
    """Return every occurrence of `word` in the body of `report`, in reading order; they do not overlap.

    Raises ValueError for a word without a character.
    """
    return tuple(_find(word, report))


def is_mentioned_in(mention: Mention, spans: Sequence[Span]) -> bool:
    """Tell whether one of `spans` holds the whole of an occurrence."""
    return any(span.contains(mention.span) for span in spans)


def _find(word: str, report: IndexedDocument) -> Iterator[Mention]:
    folded, _ = _fold(word)
    if not folded:
        raise ValueError("An empty word is mentioned nowhere: ask for one with a character at least.")
    whole = re.compile(_bound(folded[0], "<!") + re.escape(folded) + _bound(folded[-1], "!"))
    for passage in report.structure.passages:
        if passage.role not in _COUNTED:
            continue
        words, places = _fold(passage.span.of(report.document.text))
        for match in whole.finditer(words):
            start = passage.span.start
            yield Mention(passage, Span(start + places[match.start()], start + places[match.end() - 1] + 1))


def _bound(edge: str, look: str) -> str:
    """Return what may not stand beside a word with the character `edge` at its edge: more of the same."""
    if edge.isascii() and edge.isalpha():
        return f"(?{look}[a-z])"
    return rf"(?{look}[\d.])" if edge.isdigit() else ""


@lru_cache(maxsize=5_000)  # the sentences of a few reports: folding takes most of the time of a count
def _fold(text: str) -> tuple[str, tuple[int, ...]]:
    """Return `text` as words are compared, and for each character of that where it stands in `text`."""
    folded: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for one in unicodedata.normalize("NFKC", character).lower():
            if not one.isspace():
                folded.append(one)
                places.append(place)
    words = "".join(folded)
    simplified = to_simplified(words)
    return (simplified if len(simplified) == len(words) else words), tuple(places)
