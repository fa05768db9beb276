"""A report as a readable document in HTML, in which every character still stands at its offset.

Each piece of text is one `<span data-start data-end>`; the pieces tile the canonical text, so the page's
script finds any `text[start:end]` by offsets alone. Within a piece, terms of the glossary are links to their
definitions. Nothing is left out: what is no passage (the furniture of a web page) stands folded away.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise
from typing import NamedTuple

from markupsafe import Markup

from index.types import GlossaryEntry, IndexedDocument, Passage, Role, Section
from ui.reports.mentions import find_mentions
from ui.texts import Words
from ui.views.outline import render_outline
from ui.views.templates import PAGE, render

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
# What may stand after a heading on a line of its own.
_CLOSING_MARKS = "。.:：;；"


class _Tag(NamedTuple):
    name: str
    css: str = ""


class _Piece(NamedTuple):
    """Characters `start` to `end`, in parts: text, and the glossary entry where it is a term."""

    start: int
    end: int
    css: str
    texts: list[tuple[str, GlossaryEntry | None]]


class _Block(NamedTuple):
    tag: _Tag
    pieces: list[_Piece]


_CHROME = _Tag("p", "chrome")
_TITLE = _Tag("p", "title")
_ENTRY = _Tag("p", "entry")
_PARAGRAPH = _Tag("p")


def render_report(indexed: IndexedDocument, words: Words) -> str:
    """Return the report as an HTML fragment: its outline, a header from its description, the whole text."""
    meta = indexed.document.meta
    return render(
        PAGE,
        "report",
        outline=Markup(render_outline(indexed.structure, words)),
        meta=meta,
        facts=(
            (words.date, meta.date_text),
            (words.speaker, meta.speaker),
            (words.occasion, meta.occasion),
            (words.source, meta.source),
        ),
        count=f"{len(indexed.document.text):,}",
        parts=_Typesetter(indexed).typeset(),
        words=words,
    )


class _Typesetter:
    """Cuts one text into blocks (paragraphs, headings) and each block into pieces."""

    def __init__(self, indexed: IndexedDocument) -> None:
        structure = indexed.structure
        self._text = indexed.document.text
        self._sections = {section.start: section for section in _walk(structure.outline)}
        self._passages = structure.passages
        self._passage_starts = [passage.span.start for passage in structure.passages]
        self._mentions = [
            mention
            for mention in find_mentions(self._text, structure.glossary)
            if not mention.entry.entry.contains(mention.span)
        ]
        self._mention_starts = [mention.span.start for mention in self._mentions]
        self._run_ins = {
            section.start: f"run-in level-{section.level}" for section in self._sections.values()
        }
        self._run_ins |= {entry.entry.start: "term" for entry in structure.glossary}
        self._cuts = sorted(
            {edge for passage in structure.passages for edge in (passage.span.start, passage.span.end)}
            | {edge for section in self._sections.values() for edge in _edges(section)}
            | {edge for entry in structure.glossary for edge in (entry.entry.start, entry.definition.start)}
        )

    def typeset(self) -> Iterator[tuple[bool, list[_Block]]]:
        """Yield every block of the text in order, neighbouring ones together; True where they are chrome."""
        tagged = ((self._tag_of(start, end), start, end) for start, end in pairwise(self._block_edges()))
        for folded, blocks in groupby(tagged, key=lambda block: block[0] is _CHROME):
            yield folded, [_Block(tag, list(self._cut(start, end))) for tag, start, end in blocks]

    def _block_edges(self) -> list[int]:
        """Return where blocks begin, and the text's end.

        Blocks begin at lines (a blank one belongs to the block before it) and at headings, because some
        reports have no line breaks.
        """
        lines = (found.start() for found in _LINE.finditer(self._text) if not found[0].isspace())
        return sorted({0, len(self._text), *lines, *self._sections})

    def _tag_of(self, start: int, end: int) -> _Tag:
        lead = start + len(self._text[start:end]) - len(self._text[start:end].lstrip())
        section = self._sections.get(lead)
        if (
            section
            and self._text[section.heading_span.end : end].strip(_CLOSING_MARKS + " \u3000\xa0\r\n") == ""
        ):
            return _Tag(f"h{section.level + 2}")
        roles = {passage.role for passage in self._passages_in(start, end)}
        if not roles:
            return _CHROME
        if Role.TITLE in roles:
            return _TITLE
        return _ENTRY if Role.GLOSSARY in roles else _PARAGRAPH

    def _passages_in(self, start: int, end: int) -> Iterator[Passage]:
        first = max(0, bisect_right(self._passage_starts, start) - 1)
        last = bisect_left(self._passage_starts, end)
        return (passage for passage in self._passages[first:last] if passage.span.end > start)

    def _cut(self, start: int, end: int) -> Iterator[_Piece]:
        first, last = bisect_right(self._cuts, start), bisect_left(self._cuts, end)
        for left, right in pairwise([start, *self._cuts[first:last], end]):
            yield _Piece(left, right, self._run_ins.get(left, ""), list(self._find_texts(left, right)))

    def _find_texts(self, start: int, end: int) -> Iterator[tuple[str, GlossaryEntry | None]]:
        """Yield characters, terms among them with their entries; one cut by a piece's edge stays text."""
        first, last = bisect_left(self._mention_starts, start), bisect_left(self._mention_starts, end)
        for span, entry in self._mentions[first:last]:
            if span.end <= end:
                yield self._text[start : span.start], None
                yield span.of(self._text), entry
                start = span.end
        yield self._text[start:end], None


def _walk(sections: Iterable[Section]) -> Iterator[Section]:
    for section in sections:
        yield section
        yield from _walk(section.children)


def _edges(section: Section) -> tuple[int, int]:
    return section.heading_span.start, section.heading_span.end
