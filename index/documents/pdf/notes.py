"""Footnotes: small lines under the text that begin with a mark; the mark in the text is dropped with them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.documents.pdf.lines import Line, is_raised
from index.documents.pdf.page import Glyph

_SMALLER = 0.93  # of the text's size
_BELOW = 1.5  # points by which a note may reach into the last line's box
_MARK = re.compile(
    r"\s*(?:[\[［(（【〔]\s*(\d{1,3})\s*[\]］)）】〕]|(\d{1,3})(?![\d.,年月%])|([①-⑳*＊†‡]))[.．、]?\s*"
)
_BRACKETS = "[]［］()（）【】〔〕"
_RAISED = 0.75  # of the text's em, at most: the height of a mark
_MARK_CHARACTERS = frozenset("0123456789①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳*＊†‡[]［］()（）【】〔〕")


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote: its mark, and its lines without it."""

    mark: str
    lines: tuple[Line, ...]


def split_notes(lines: Sequence[Line], sides: Sequence[str], size: float) -> tuple[list[int], list[Note]]:
    """Return which lines of a page (as indices) are text, and the notes below; `size` is the text's em."""
    small = [line.em < _SMALLER * size for line in lines]
    floor = max(
        (line.bottom for line, is_small in zip(lines, small, strict=True) if not is_small), default=0.0
    )
    below = [i for i, line in enumerate(lines) if small[i] and line.top >= floor - _BELOW]
    below.sort(key=lambda i: (sides[i], round(lines[i].middle), lines[i].x0))
    while below and not _MARK.match(lines[below[0]].text):
        below.pop(0)
    notes: list[Note] = []
    for i in below:
        mark = _MARK.match(lines[i].text)
        if mark and mark.end() < len(lines[i].text):
            rest = Line(lines[i].page, lines[i].glyphs[mark.end() :])
            notes.append(Note(next(filter(None, mark.groups())), (rest,)))
        else:
            notes[-1] = (
                replace(notes[-1], lines=(*notes[-1].lines, lines[i])) if notes else Note("", (lines[i],))
            )
    taken = set(below)
    return [i for i in range(len(lines)) if i not in taken], notes


def drop_marks(line: Line, marks: frozenset[str], size: float) -> Line | None:
    """Return a line of the text without the raised marks of notes; an exponent (km²) stays.

    None where nothing is left: a mark that the layout put on a line of its own. `size` is the text's em.
    """
    if not marks:
        return line
    if line.text.strip(_BRACKETS) in marks and line.height < _RAISED * size:
        return None
    kept: list[Glyph] = []
    start = 0
    raised = [glyph.text in _MARK_CHARACTERS and is_raised(glyph, line) for glyph in line.glyphs]
    while start < len(line.glyphs):
        end = start
        while end < len(line.glyphs) and raised[end]:
            end += 1
        mark = "".join(glyph.text for glyph in line.glyphs[start:end]).strip(_BRACKETS)
        if end > start and mark in marks:
            start = end
            continue
        end = max(end, start + 1)
        kept += line.glyphs[start:end]
        start = end
    return Line(line.page, tuple(kept)) if kept else line
