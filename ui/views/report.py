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

from index.types import DocumentMeta, IndexedDocument, Passage, Role, Section
from ui.reports.mentions import find_mentions
from ui.texts import Words
from ui.views.citation import render_term
from ui.views.markup import escape_html
from ui.views.outline import render_outline

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
# What may stand after a heading on a line of its own.
_CLOSING_MARKS = "。.:：;；"


class _Tag(NamedTuple):
    name: str
    css: str = ""


_CHROME = _Tag("p", "chrome")
_TITLE = _Tag("p", "title")
_ENTRY = _Tag("p", "entry")
_PARAGRAPH = _Tag("p")


def render_report(indexed: IndexedDocument, words: Words) -> str:
    """Return the report as an HTML fragment: its outline, a header from its description, the whole text."""
    return (
        f'<div class="outline">{render_outline(indexed.structure, words)}</div>'
        f"{_render_header(indexed.document.meta, len(indexed.document.text), words)}"
        f'<div class="text" lang="zh">{_Typesetter(indexed).render(words)}</div>'
    )


def _render_header(meta: DocumentMeta, characters: int, words: Words) -> str:
    facts = (
        (words.date, meta.date_text),
        (words.speaker, meta.speaker),
        (words.occasion, meta.occasion),
        (words.source, meta.source),
    )
    listed = "".join(f"<dt>{name}</dt><dd>{escape_html(value)}</dd>" for name, value in facts if value)
    count = words.characters.format(count=f"{characters:,}")
    return (
        f'<header><p class="place">{escape_html(meta.place)} · {meta.year} · {count}</p>'
        f"<h2>{escape_html(meta.title)}</h2><dl>{listed}</dl></header>"
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

    def render(self, words: Words) -> str:
        """Return every block of the text, neighbouring ones of chrome folded into one."""
        typeset = [(self._tag_of(start, end), start, end) for start, end in pairwise(self._block_edges())]
        parts = []
        for folded, blocks in groupby(typeset, key=lambda block: block[0] is _CHROME):
            inner = "".join(self._render_block(*block) for block in blocks)
            parts.append(
                f'<details class="chrome"><summary>{words.chrome}</summary>{inner}</details>'
                if folded
                else inner
            )
        return "".join(parts)

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

    def _render_block(self, tag: _Tag, start: int, end: int) -> str:
        first, last = bisect_right(self._cuts, start), bisect_left(self._cuts, end)
        pieces = "".join(
            self._render_piece(left, right) for left, right in pairwise([start, *self._cuts[first:last], end])
        )
        css = f' class="{tag.css}"' if tag.css else ""
        return f"<{tag.name}{css}>{pieces}</{tag.name}>"

    def _render_piece(self, start: int, end: int) -> str:
        css = f' class="{self._run_ins[start]}"' if start in self._run_ins else ""
        return f'<span{css} data-start="{start}" data-end="{end}">{self._render_text(start, end)}</span>'

    def _render_text(self, start: int, end: int) -> str:
        """Return characters with the terms among them as links; one that a piece's edge cuts stays text."""
        parts = []
        first, last = bisect_left(self._mention_starts, start), bisect_left(self._mention_starts, end)
        for span, entry in self._mentions[first:last]:
            if span.end <= end:
                parts += [
                    escape_html(self._text[start : span.start]),
                    render_term(escape_html(span.of(self._text)), entry),
                ]
                start = span.end
        return "".join([*parts, escape_html(self._text[start:end])])


def _walk(sections: Iterable[Section]) -> Iterator[Section]:
    for section in sections:
        yield section
        yield from _walk(section.children)


def _edges(section: Section) -> tuple[int, int]:
    return section.heading_span.start, section.heading_span.end
