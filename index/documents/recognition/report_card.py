"""How well a document was read and taken apart: figures to look over before it is asked anything."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index.documents.files import ReadDocument
from index.documents.reader import Remark
from index.types import PeriodKind, Role, Section, Structure

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_LETTER = re.compile(r"[A-Za-z]")
_ROW = re.compile(r"[^\t|\n]*(?:[\t|][^\t|\n]*)+")
_ROWS_LEAST = 2  # of a table
_TABLES_MOST = 0.8  # of the characters: a document that is a table and nothing else
_FOREIGN_LEAST = 200  # letters; shorter documents may be a name
_PART, _SECTION = 1, 2  # levels of an outline


@dataclass(frozen=True, slots=True)
class ReportCard:
    """What came of a document. `without_period` counts sentences of the body of which nobody knows the time.

    `pages` is 0 for a file without pages, `lost` counts characters whose Unicode the file does not tell,
    `tables` rows in a row, `notes` footnotes. `remarks` say in a sentence each what should be known.
    """

    pages: int
    characters: int
    lost: int
    parts: int
    sections: int
    sentences: int
    without_period: int
    terms: int
    tables: int
    notes: int
    remarks: tuple[Remark, ...]


def write_report_card(read: ReadDocument, structure: Structure) -> ReportCard:
    """Return the card of a document that was read, and of its structure."""
    body = [passage for passage in structure.passages if passage.role is Role.BODY]
    levels = [section.level for section in _flatten(structure.outline)]
    tables, in_tables = _count_tables(read.text)
    characters = len("".join(read.text.split()))
    remarks = list(read.remarks)
    if not _is_chinese(read.text):
        remarks.append(
            Remark(
                "not_chinese",
                "Hardly any of it is Chinese, and answers are found by the words of Chinese reports.",
            )
        )
    if in_tables > _TABLES_MOST * characters:
        remarks.append(
            Remark("table_only", "The document is a table and hardly anything else: its rows can be quoted.")
        )
    elif not levels:
        remarks.append(
            Remark("no_sections", "No headings were recognised: the document is one section without periods.")
        )
    return ReportCard(
        pages=len(read.pages),
        characters=characters,
        lost=read.lost,
        parts=levels.count(_PART),
        sections=levels.count(_SECTION),
        sentences=len(body),
        without_period=sum(passage.period.kind is PeriodKind.OTHER for passage in body),
        terms=len(structure.glossary),
        tables=tables,
        notes=len(read.notes),
        remarks=tuple(remarks),
    )


def _flatten(sections: Iterable[Section]) -> list[Section]:
    return [found for section in sections for found in (section, *_flatten(section.children))]


def _count_tables(text: str) -> tuple[int, int]:
    """Return how many tables there are, and how many characters stand in them."""
    tables = characters = 0
    rows: list[str] = []
    for line in [*text.splitlines(), ""]:
        if line.strip() and _ROW.fullmatch(line):
            rows.append(line)
            continue
        if len(rows) >= _ROWS_LEAST:
            tables += 1
            characters += sum(len("".join(row.split())) for row in rows)
        rows = []
    return tables, characters


def _is_chinese(text: str) -> bool:
    letters: Sequence[str] = _LETTER.findall(text)
    return len(letters) < _FOREIGN_LEAST or len(_CHINESE.findall(text)) > len(letters) / 4
