"""Puts the parts together: from a document to its outline, passages and glossary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from index.structure.glossary import GLOSSARY_HEADING, find_glossary, is_appendix, read_entries
from index.structure.lines import find_frame
from index.structure.outline import Block, build_outline, find_blocks
from index.structure.periods import NO_PERIOD, Calendar, is_problem
from index.structure.sentences import split_sentences, trim
from index.structure.titles import join_title_lines
from index.types import Document, GlossaryEntry, Passage, Period, PeriodKind, Role, Section, Span, Structure

__all__ = ["parse_document"]

_DEFINITION = Period("", PeriodKind.DEFINITION)


def parse_document(document: Document) -> Structure:
    """Return the structure of `document`.

    Every character of its text that is neither white space nor chrome stands in exactly one passage. Text that
    is not recognised as anything else is body.
    """
    text = document.text
    frame = find_frame(text)
    lines = frame.body
    glossary = find_glossary(text, lines)
    start, end = glossary or (len(lines), len(lines))
    entries = read_entries(text, lines[start + 1 : end])
    appendix = next((i for i in range(1, start) if is_appendix(text, lines[i])), start)

    outline: list[Section] = []
    passages = [
        Passage(document.id, span, (), NO_PERIOD, Role.TITLE) for span in join_title_lines(text, frame.title)
    ]
    for scope in (lines[:appendix], lines[appendix:start]):
        passages += _read_body(document, scope, outline)
    if glossary:
        passages.append(Passage(document.id, lines[start], (), _DEFINITION, Role.HEADING))
        passages += _read_glossary(document, entries)
        passages += _read_body(document, lines[end:], outline)
    return Structure(tuple(outline), tuple(passages), tuple(entries))


def _read_glossary(document: Document, entries: Sequence[GlossaryEntry]) -> Iterator[Passage]:
    for entry in entries:
        for sentence in split_sentences(document.text, entry.entry):
            yield Passage(document.id, sentence, (GLOSSARY_HEADING, entry.term), _DEFINITION, Role.GLOSSARY)


def _read_body(document: Document, lines: Sequence[Span], outline: list[Section]) -> list[Passage]:
    """Return the passages in `lines` and add their sections to `outline`."""
    text = document.text
    blocks = find_blocks(text, lines)
    outline += build_outline(text, lines, blocks)
    reader = _BodyReader(document, lines, len(outline))
    passages: list[Passage] = []
    around: list[Block] = []
    headed = {block.heading.line: block for block in blocks}
    for index in range(len(lines)):
        while around and around[-1].end <= index:
            around.pop()
        block = headed.get(index)
        passages += reader.read_line(index, tuple(around), block)
        if block is not None:
            around.append(block)
    return passages


class _BodyReader:
    """Reads body lines in order and remembers which time the current part speaks of."""

    def __init__(self, document: Document, lines: Sequence[Span], parts: int) -> None:
        self._document = document
        self._text = document.text
        self._lines = lines
        self._calendar = Calendar(document.meta.year)
        self._periods: dict[int, Period] = {}  # of each section, by the line of its heading
        self._parts = 0
        self._offset = parts

    def read_line(self, index: int, around: tuple[Block, ...], block: Block | None) -> Iterator[Passage]:
        """Yield the passages of line `index`, which stands in the sections `around` and may head `block`."""
        line = self._lines[index]
        path = tuple(outer.heading.words.of(self._text) for outer in around)
        period = self._periods[around[-1].heading.line] if around else NO_PERIOD
        if block is not None:
            words = block.heading.words.of(self._text)
            period = self._of_heading(words, around, period)
            self._periods[index] = period
            yield self._passage(block.heading.passage, path, period, Role.HEADING)
            path = (*path, words)
            line = trim(self._text, Span(block.heading.passage.end, line.end))
        sentences = split_sentences(self._text, line)
        if sentences and around and block is None:
            period = self._open_paragraph(sentences[0].of(self._text), around, period)
        for sentence in sentences:
            words = sentence.of(self._text)
            found = self._calendar.of_sentence(words, period) if period is not NO_PERIOD else NO_PERIOD
            yield self._passage(sentence, path, found, Role.BODY)
            period = self._calendar.opens(words, period) or period if period is not NO_PERIOD else period

    def _of_heading(self, words: str, around: tuple[Block, ...], period: Period) -> Period:
        if around:
            if is_problem(words):
                return NO_PERIOD
            return self._calendar.of_heading(words, period) if period is not NO_PERIOD else NO_PERIOD
        self._parts += 1
        return self._calendar.of_part(words, self._parts - 1)

    def _open_paragraph(self, first: str, around: tuple[Block, ...], period: Period) -> Period:
        """Return the period a paragraph opens with; directly under a part it holds for what follows."""
        if is_problem(first):
            return NO_PERIOD
        opened = self._calendar.opens(first, period) if period is not NO_PERIOD else None
        if opened is None:
            return period
        if len(around) == 1 and opened.kind is period.kind:
            self._periods[around[0].heading.line] = opened
        return opened

    def _passage(self, span: Span, path: tuple[str, ...], period: Period, role: Role) -> Passage:
        return Passage(self._document.id, span, path, period, role)
