"""Prints what the structure parser recognises in every report of a folder of text files.

Run as `python -m tests.index.structure_table FOLDER`; the year of a report is read from the name of its file.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from index.documents.decoding import decode_text
from index.structure import parse_document
from index.structure.lines import find_frame, split_lines
from index.types import Document, DocumentMeta, PeriodKind, Role, Section

COLUMNS = (
    "report",
    "lines",
    "parts",
    "sections",
    "deeper",
    "run-ins",
    "terms",
    "passages",
    "title",
    "chrome",
    "done",
    "planned",
    "none",
)


def read_report(path: Path) -> Document:
    """Return the report at `path` as a document of the year in its name; its description is empty."""
    return as_report(path.stem, decode_text(path.read_bytes(), path.name))


def as_report(name: str, text: str) -> Document:
    """Return `text` as a document of the year in `name`; its description is empty."""
    year = re.search(r"\d{4}", name)
    meta = DocumentMeta(name, "", int(year[0]) if year else 0, dt.date(2000, 1, 1), "", "", "", "")
    return Document(name, text, hashlib.sha256(text.encode()).hexdigest(), meta)


def flatten(sections: Iterable[Section]) -> list[Section]:
    """Return `sections` and all below them, in reading order."""
    return [found for section in sections for found in (section, *flatten(section.children))]


def describe(document: Document) -> tuple[object, ...]:
    """Return the row of `document`, aligned with COLUMNS.

    `run-ins` are headings with text after them on their line, `title` the passages of the title block,
    `chrome` is in characters, `none` the body sentences without a period (problems, thanks, calls).
    """
    text = document.text
    structure = parse_document(document)
    levels = [section.level for section in flatten(structure.outline)]
    lines = split_lines(text)
    line_ends = {line.end for line in lines}
    roles = Counter(passage.role for passage in structure.passages)
    kinds = Counter(passage.period.kind for passage in structure.passages if passage.role is Role.BODY)
    heads = [passage.span.end for passage in structure.passages if passage.role is Role.HEADING]
    return (
        document.id,
        len(lines),
        levels.count(1),
        levels.count(2),
        sum(level > 2 for level in levels),
        sum(end not in line_ends for end in heads),
        len(structure.glossary),
        len(structure.passages),
        roles[Role.TITLE],
        sum(len(span) for span in find_frame(text).chrome),
        kinds[PeriodKind.DONE],
        kinds[PeriodKind.PLANNED],
        kinds[PeriodKind.OTHER],
    )


def main(folder: str) -> None:
    """Print the table of the text files in `folder`."""
    print("\t".join(COLUMNS))  # noqa: T201
    for path in sorted(Path(folder).glob("*.txt")):
        print(*describe(read_report(path)), sep="\t")  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1])
