"""Walks the text of a .docx in the order Word prints it: runs, insertions, controls, tables, notes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from index.documents.word.numbering import Numbering, Styles, is_on
from index.documents.word.package import attribute, child, name_of

_SKIPPED = frozenset({
    "del", "moveFrom",  # tracked changes: what is gone
    "instrText", "delText", "delInstrText",  # what fields are made by
    "Fallback",  # for older programs: the same again
    "rt",  # how characters are pronounced, set above them
    "pPr", "rPr", "sdtPr", "sdtEndPr", "tblPr", "tblGrid", "trPr", "tcPr", "sectPr",
    "fldData", "altChunk", "object",
})  # fmt: skip
_CHARACTERS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": " "}
_LAYOUT_BREAKS = frozenset({"page", "column"})
_CONTENTS = "toc "  # how the names of the styles of a table of contents begin
_PROSE_CELL = 200  # characters: a table with such a cell is layout, not data
_NOTE_PARTS = {"footnoteReference": "footnotes", "endnoteReference": "endnotes"}
_PRIVATE = (0xF000, 0xF0FF)  # where symbol fonts put their characters
_SURROGATES = (0xD800, 0xDFFF)  # halves of characters: no text by themselves


@dataclass
class Found:
    """What a walk found: paragraphs and rows of tables as lines, the notes they refer to, what was lost."""

    lines: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    lost: int = 0
    contents: int = 0  # lines of a table of contents, left out


class Walk:
    """A walk over one document."""

    def __init__(self, styles: Styles, numbering: Numbering, notes: dict[str, dict[str, Any]]) -> None:
        self._styles = styles
        self._numbering = numbering
        self._notes = notes  # by part and id
        self._open = ""  # of a paragraph whose end was deleted: it goes on in the next
        self._boxes: list[Any] = []  # text boxes met inside the paragraph
        self.found = Found()

    def read(self, body: Any) -> Found:
        """Return what stands in `body`."""
        self._read_blocks(body, self.found.lines)
        if self._open:
            self.found.lines.append(self._open)
        return self.found

    def _read_blocks(self, element: Any, lines: list[str]) -> None:
        for block in element:
            kind = name_of(block)
            if kind == "p":
                self._read_paragraph(block, lines)
            elif kind == "tbl":
                lines += self._read_table(block)
            elif kind not in _SKIPPED and not _is_placeholder(block):
                self._read_blocks(block, lines)

    def _read_paragraph(self, paragraph: Any, lines: list[str]) -> None:
        properties = child(paragraph, "pPr")
        style = attribute(child(properties, "pStyle"), "val") or self._styles.default
        if self._styles.called(style).startswith(_CONTENTS):
            self.found.contents += 1
            return
        own = child(properties, "numPr")
        level = attribute(child(own, "ilvl"), "val")
        words = "" if self._styles.hides(style) else "".join(self._read_runs(paragraph))
        label = ""
        if words.strip() or self._open:  # Word numbers no empty paragraph that anybody sees
            label = self._numbering.next_label(
                attribute(child(own, "numId"), "val"), int(level) if level else None, style
            )
        boxes, self._boxes = self._boxes, []
        words = self._open + label + (words if self._open else words.strip())
        if child(properties, "rPr", "del") is not None:
            self._open = words
        else:
            self._open = ""
            lines += [line.strip() for line in words.split("\n") if line.strip()]
        for box in boxes:
            self._read_blocks(box, lines)

    def _read_runs(self, element: Any) -> Iterator[str]:
        for inner in element:
            kind = name_of(inner)
            if kind == "t":
                yield inner.text or ""
            elif kind in _CHARACTERS:
                yield "" if attribute(inner, "type") in _LAYOUT_BREAKS else _CHARACTERS[kind]
            elif kind == "sym":
                yield self._read_symbol(inner)
            elif kind in _NOTE_PARTS:
                self._read_note(_NOTE_PARTS[kind], attribute(inner, "id") or "")
            elif kind == "txbxContent":
                self._boxes.append(inner)
            elif kind == "r" and self._is_hidden(inner):
                continue
            elif kind not in _SKIPPED and not _is_placeholder(inner):
                yield from self._read_runs(inner)

    def _is_hidden(self, run: Any) -> bool:
        properties = child(run, "rPr")
        vanish = child(properties, "vanish")
        if vanish is not None:
            return is_on(attribute(vanish, "val"))
        style = attribute(child(properties, "rStyle"), "val")
        return style is not None and self._styles.hides(style)

    def _read_symbol(self, symbol: Any) -> str:
        code = int(attribute(symbol, "char") or "0", 16)
        ranges = (_PRIVATE, _SURROGATES)
        if not code or any(first <= code <= last for first, last in ranges):
            self.found.lost += 1
            return ""
        return chr(code)

    def _read_note(self, part: str, key: str) -> None:
        note = self._notes.get(part, {}).pop(key, None)
        if note is not None:
            lines: list[str] = []
            self._read_blocks(note, lines)
            self.found.notes.append(" ".join(lines))

    def _read_table(self, table: Any) -> list[str]:
        rows = [self._read_row(row) for row in _rows(table)]
        cells = [cell for row in rows for cell in row]
        blocks = [line for cell in cells for line in cell]
        if max(map(len, rows), default=0) < 2 or any(sum(map(len, cell)) > _PROSE_CELL for cell in cells):
            return blocks
        lines = ["\t".join(" ".join(cell).replace("\t", " ") for cell in row) for row in rows]
        return [line for line in lines if line.strip()]

    def _read_row(self, row: Any) -> list[list[str]]:
        cells: list[list[str]] = []
        for cell in _cells(row):
            merge = child(cell, "tcPr", "vMerge")
            lines: list[str] = []
            if merge is None or attribute(merge, "val") == "restart":
                self._read_blocks(cell, lines)
            span = int(attribute(child(cell, "tcPr", "gridSpan"), "val") or 1)
            cells += [lines, *([] for _ in range(min(span, _WIDEST) - 1))]
        return cells


_WIDEST = 64  # columns of a table; Word stops at 63


def _rows(table: Any) -> Iterator[Any]:
    for row in table:
        if name_of(row) == "tr":
            if child(row, "trPr", "del") is None:
                yield row
        elif name_of(row) not in _SKIPPED:
            yield from _rows(row)  # content controls and insertions around rows


def _cells(row: Any) -> Iterator[Any]:
    for cell in row:
        if name_of(cell) == "tc":
            yield cell
        elif name_of(cell) not in _SKIPPED:
            yield from _cells(cell)


def _is_placeholder(control: Any) -> bool:
    """Tell whether an element is a content control in which nobody has written anything yet."""
    if name_of(control) != "sdt":
        return False
    shown = child(control, "sdtPr", "showingPlcHdr")
    return shown is not None and is_on(attribute(shown, "val"))
