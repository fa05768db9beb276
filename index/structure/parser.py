"""Puts the parts together: from a document to its outline, passages and glossary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from index.language.sentences import SEAM, split_clauses, split_sentences, trim
from index.structure.dating import NO_PERIOD, Calendar, admits_problems, is_bare_address, is_problem
from index.structure.glossary import GLOSSARY_HEADING, find_glossary, is_appendix, read_entries
from index.structure.lines import find_frame
from index.structure.outline import Block, build_outline, find_blocks
from index.structure.titles import join_title_lines
from index.types import (
    Document,
    GlossaryEntry,
    Passage,
    Period,
    PeriodKind,
    Role,
    Section,
    Span,
    Structure,
    mask,
)

__all__ = ["parse_document"]

_DEFINITION = Period("", PeriodKind.DEFINITION)


def parse_document(document: Document) -> Structure:
    """Return the structure of `document`.

    Every character of its text that is neither white space nor chrome stands in exactly one passage. Text
    that is not recognised as anything else is body.
    """
    frame = find_frame(document.text)
    text = mask(document.text, frame.seams, SEAM)
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
        passages += _read_body(document, text, scope, outline)
    if glossary:
        passages.append(Passage(document.id, lines[start], (), _DEFINITION, Role.HEADING))
        apart = [one for one in frame.chrome if not any(seam.contains(one) for seam in frame.seams)]
        passages += _read_glossary(document, text, entries, apart)
        passages += _read_body(document, text, lines[end:], outline)
    divided = (replace(passage, clauses=_divide(text, passage.span)) for passage in passages)
    # A seam after which a heading ends stands in no passage.
    visible = (
        seam
        for seam in frame.seams
        if seam.of(document.text).strip() and any(passage.span.contains(seam) for passage in passages)
    )
    return Structure(tuple(outline), tuple(divided), tuple(entries), tuple(visible))


def _divide(text: str, sentence: Span) -> tuple[Span, ...]:
    """Return the clauses of a sentence; a seam between two belongs to neither."""
    clauses = split_clauses(text, sentence)
    return tuple(trim(text, clause) if text[clause.start] == SEAM else clause for clause in clauses)


def _read_glossary(
    document: Document, text: str, entries: Sequence[GlossaryEntry], chrome: Sequence[Span]
) -> Iterator[Passage]:
    """Yield the sentences of `entries`; `chrome` between two lines of an entry belongs to none of them."""
    for entry in entries:
        inside = [one for one in chrome if entry.entry.overlaps(one)]
        starts = [entry.entry.start, *(one.end for one in inside)]
        ends = [*(one.start for one in inside), entry.entry.end]
        for start, end in zip(starts, ends, strict=True):
            for sentence in split_sentences(text, trim(text, Span(start, max(start, end)))):
                yield Passage(
                    document.id, sentence, (GLOSSARY_HEADING, entry.term), _DEFINITION, Role.GLOSSARY
                )


def _read_body(document: Document, text: str, lines: Sequence[Span], outline: list[Section]) -> list[Passage]:
    """Return the passages in `lines` and add their sections to `outline`; `text` has its seams closed."""
    blocks = find_blocks(text, lines)
    outline += build_outline(document.text, lines, blocks)
    reader = _BodyReader(document, text, lines)
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

    def __init__(self, document: Document, text: str, lines: Sequence[Span]) -> None:
        self._document = document
        self._text = text
        self._lines = lines
        self._calendar = Calendar(document.meta.year)
        self._periods: dict[int, Period] = {}  # of each section, by the line of its heading
        self._parts = 0
        self._listing_problems = False

    def read_line(self, index: int, around: tuple[Block, ...], block: Block | None) -> Iterator[Passage]:
        """Yield the passages of line `index`, which stands in the sections `around` and may head `block`."""
        line = self._lines[index]
        path = tuple(outer.heading.words.of(self._document.text) for outer in around)
        period = self._periods[around[-1].heading.line] if around else NO_PERIOD
        if block is not None:
            period = self._of_heading(block, self._read(block.heading.words), around, period)
            self._periods[index] = period
            yield self._passage(block.heading.passage, path, period, Role.HEADING)
            path = (*path, block.heading.words.of(self._document.text))
            line = trim(self._text, Span(block.heading.passage.end, line.end))
        sentences = split_sentences(self._text, line)
        if block is None and sentences:
            first = next((s for s in sentences if not is_bare_address(self._read(s))), sentences[0])
            period = self._open_paragraph(self._read(first), around, period)
        for sentence in sentences:
            words = self._read(sentence)
            if block is None and admits_problems(words):
                self._listing_problems, period = True, NO_PERIOD
            if period == NO_PERIOD:
                yield self._passage(sentence, path, NO_PERIOD, Role.BODY)
                continue
            yield self._passage(sentence, path, self._calendar.of_sentence(words, period), Role.BODY)
            opened = self._calendar.opens(words, period)
            if opened is not None:
                self._hold(opened, around, block, lasting="—" in opened.label or "时期" in opened.label)
                period = opened

    def _of_heading(self, block: Block, words: str, around: tuple[Block, ...], period: Period) -> Period:
        if not around:
            self._listing_problems = False
            self._parts += 1
            return self._calendar.of_part(words, self._parts - 1)
        listed = self._listing_problems and block.heading.number > 0 and period.kind is PeriodKind.DONE
        if listed or period == NO_PERIOD or is_problem(words, period):
            return NO_PERIOD
        return self._calendar.of_heading(words, period)

    def _open_paragraph(self, first: str, around: tuple[Block, ...], period: Period) -> Period:
        """Return the period a paragraph opens with."""
        opened = self._calendar.opens(first, period) if period != NO_PERIOD else None
        # “2020年是面临巨大挑战的一年” opens a review: only what no time introduces is a list of problems.
        self._listing_problems = opened is None and is_problem(first, period)
        if self._listing_problems or period == NO_PERIOD:
            return NO_PERIOD
        if opened is None:
            return period
        self._hold(opened, around, None, lasting=True)
        return opened

    def _hold(self, opened: Period, around: tuple[Block, ...], block: Block | None, *, lasting: bool) -> None:
        """Let a period named directly under a part hold for what follows in the part."""
        if lasting and block is None and len(around) == 1:
            part = around[0].heading.line
            if self._periods[part].kind is opened.kind:
                self._periods[part] = opened

    def _read(self, span: Span) -> str:
        return span.of(self._text).replace(SEAM, "")

    def _passage(self, span: Span, path: tuple[str, ...], period: Period, role: Role) -> Passage:
        return Passage(self._document.id, span, path, period, role)
