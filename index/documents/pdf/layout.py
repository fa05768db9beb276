"""From the pages of a PDF to its text: what is dropped, what is set apart, and the order of the rest."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from index.documents.pdf.assembly import TextBuilder
from index.documents.pdf.columns import find_sides, in_reading_order, measure_columns
from index.documents.pdf.lines import Line, group_lines
from index.documents.pdf.notes import Note, drop_marks, split_notes
from index.documents.pdf.page import Page, read_page
from index.documents.pdf.paragraphs import Manner, Placed, gather_paragraphs
from index.documents.pdf.running import PageSize, drop_running
from index.documents.pdf.tables import Table, find_tables
from index.documents.reader import NOTES_HEADING, DocumentText, PageProgress, Remark
from index.errors import UnreadableError
from index.types import Span

_LOST_SHARE = 0.2  # of the characters: what is left is no text
_WORDS_LEAST = 10  # characters of a page that is more than a picture with a number
_PAGES_NAMED = 20  # pages that a remark names


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A page: lines in reading order with their sides, tables by the line that they stand before."""

    lines: tuple[Line, ...]
    sides: tuple[str, ...]
    tables: tuple[tuple[int, Table], ...]
    notes: tuple[Note, ...]


def read_pages(document: Any, total: int, progress: PageProgress) -> Iterator[Page]:
    """Yield the pages of an open document, telling how far it has come."""
    for number in range(total):
        progress(number, total)
        yield read_page(document, number)
    progress(total, total)


def judge(pages: Sequence[Page], name: str) -> tuple[Remark, ...]:
    """Return remarks of pages without words; raises UnreadableError where hardly one has any."""
    written = [sum(not glyph.text.isspace() for glyph in page.glyphs) for page in pages]
    lost = sum(page.lost for page in pages)
    if lost > _LOST_SHARE * max(1, sum(written)):
        raise UnreadableError(
            f"{name} does not say which characters its fonts show ({lost:,} of {sum(written):,}): "
            "print it anew from the program that made it, or have it recognised (OCR).",
            "no_text",
            name,
        )
    pictures = [i for i, page in enumerate(pages) if page.pictures and written[i] < _WORDS_LEAST]
    if sum(written) < _WORDS_LEAST * max(1, len(pictures)) and pictures:
        raise UnreadableError(
            f"{name} is a scan: its {len(pages)} pages are pictures without text. Have it recognised (OCR) "
            "and give the PDF with text that comes of it.",
            "scanned",
            name,
            pages=str(len(pages)),
        )
    if not pictures:
        return ()
    named = ", ".join(str(i + 1) for i in pictures[:_PAGES_NAMED]) + (
        " …" if len(pictures) > _PAGES_NAMED else ""
    )
    return (Remark("pages_without_text", f"Pages {named} are pictures without text and were not read."),)


def assemble(pages: Sequence[Page], labels: Sequence[str], remarks: tuple[Remark, ...]) -> DocumentText:
    """Return the text of `pages`; `labels` are those of the file, for pages on which no number is printed."""
    sizes = [PageSize(page.width, page.height) for page in pages]
    tables = [find_tables(number, page.rules, page.glyphs) for number, page in enumerate(pages)]
    flowing = [
        group_lines(number, (glyph for glyph in page.glyphs if not any(t.holds(glyph) for t in found)))
        for number, (page, found) in enumerate(zip(pages, tables, strict=True))
    ]
    flowing, printed = drop_running(flowing, sizes)
    ems = [line.em for lines in flowing for line in lines for _ in line.glyphs]
    size = statistics.median(ems) if ems else 1.0
    sheets = [_arrange(lines, found, size) for lines, found in zip(flowing, tables, strict=True)]
    columns = measure_columns([list(zip(sheet.lines, sheet.sides, strict=True)) for sheet in sheets])
    marks = frozenset(note.mark for sheet in sheets for note in sheet.notes)
    placed = [
        [
            Placed(kept, columns[side, line.page % 2], side)
            if (kept := drop_marks(line, marks, size))
            else None
            for line, side in zip(sheet.lines, sheet.sides, strict=True)
        ]
        for sheet in sheets
    ]
    builder = TextBuilder(sizes)
    manner = Manner([one for page in placed for one in page if one])
    for run in _runs(sheets, placed):
        if isinstance(run, Table):
            _add_table(builder, run)
        else:
            for paragraph in gather_paragraphs(run, manner):
                builder.add_lines([one.line for one in paragraph])
                builder.add("\n")
    notes = _add_notes(builder, [note for sheet in sheets for note in sheet.notes])
    names = [
        shown or label or str(number + 1)
        for number, (shown, label) in enumerate(zip(printed, labels, strict=True))
    ]
    lost = sum(page.lost for page in pages)
    return DocumentText(builder.text, tuple(names), builder.places, notes, lost, remarks)


def _arrange(lines: Sequence[Line], tables: Sequence[Table], size: float) -> _Sheet:
    sides = find_sides(lines)
    kept, notes = split_notes(lines, sides, size)
    lines, sides = [lines[i] for i in kept], [sides[i] for i in kept]
    order = in_reading_order(lines, sides)
    lines, sides = [lines[i] for i in order], [sides[i] for i in order]
    before = [
        (next((i for i, line in enumerate(lines) if _is_under(line, table)), len(lines)), table)
        for table in tables
    ]
    return _Sheet(tuple(lines), tuple(sides), tuple(sorted(before, key=lambda pair: pair[0])), tuple(notes))


def _is_under(line: Line, table: Table) -> bool:
    return line.top >= table.bottom - line.height / 2 and line.x0 < table.x1 and table.x0 < line.x1


def _runs(
    sheets: Sequence[_Sheet], placed: Sequence[Sequence[Placed | None]]
) -> Iterator[list[Placed] | Table]:
    """Yield lines and tables in their order; lines run on over pages until a table parts them."""
    run: list[Placed] = []
    for sheet, lines in zip(sheets, placed, strict=True):
        start = 0
        for at, table in sheet.tables:
            yield run + [one for one in lines[start:at] if one]
            yield table
            run, start = [], at
        run += [one for one in lines[start:] if one]
    yield run


def _add_table(builder: TextBuilder, table: Table) -> None:
    for row in table.rows:
        if not any(row):
            continue
        for number, cell in enumerate(row):
            if number:
                builder.add("\t")
            builder.add_lines(cell)
        builder.add("\n")


def _add_notes(builder: TextBuilder, notes: Sequence[Note]) -> tuple[Span, ...]:
    if not notes:
        return ()
    builder.add(f"\n{NOTES_HEADING}\n")
    spans = []
    for note in notes:
        start = builder.length
        builder.add(f"[{note.mark}] ")
        builder.add_lines(note.lines)
        spans.append(Span(start, builder.length))
        builder.add("\n")
    return tuple(spans)
