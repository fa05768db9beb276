"""Documents and their structure as JSON lines, validated when read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from index.documents.reader import DocumentText, find_fault
from index.types import IndexedDocument, Section, Span

_DOCUMENT = TypeAdapter(IndexedDocument)


def write_documents(path: Path, documents: Iterable[IndexedDocument]) -> None:
    """Write one document a line, in order."""
    with path.open("wb") as file:
        for indexed in documents:
            file.write(_DOCUMENT.dump_json(indexed) + b"\n")


def read_documents(path: Path) -> list[IndexedDocument]:
    """Read what `write_documents` wrote; raises ValueError where a document contradicts itself."""
    documents = []
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                indexed = _DOCUMENT.validate_json(line)
            except ValidationError as error:
                raise ValueError(f"line {number} of {path.name} is not a document") from error
            if fault := _fault(indexed):
                raise ValueError(f"line {number} of {path.name}: {fault}")
            documents.append(indexed)
    return documents


def _fault(indexed: IndexedDocument) -> str | None:
    """Return what is wrong with a document, None where nothing is."""
    document, structure = indexed.document, indexed.structure
    if hashlib.sha256(document.text.encode()).hexdigest() != document.sha256:
        return "the text does not match its hash"
    if fault := find_fault(DocumentText(document.text, document.pages, document.places)):
        return fault
    whole = Span(0, len(document.text))
    spans = [passage.span for passage in structure.passages]
    if any(passage.document != document.id for passage in structure.passages):
        return "a passage belongs to another document"
    if any(left.end > right.start for left, right in pairwise(spans)):
        return "the passages overlap or are out of order"
    glossary = [span for entry in structure.glossary for span in (entry.entry, entry.definition)]
    if not all(span.start <= span.end and whole.contains(span) for span in (*spans, *glossary)):
        return "a span lies outside the text"
    if not all(whole.contains(span) for span in structure.interruptions) or any(
        left.end > right.start for left, right in pairwise(structure.interruptions)
    ):
        return "the interruptions lie outside the text, overlap or are out of order"
    text = indexed.for_reading().document.text
    if not all(_divides(passage.clauses, passage.span, text) for passage in structure.passages):
        return "clauses do not make up their passage"
    if not _nested(structure.outline, whole, document.text):
        return "the outline does not fit the text"
    return None


def _divides(clauses: Sequence[Span], whole: Span, text: str) -> bool:
    """Tell whether `clauses`, if any, follow each other from the start of `whole` to its end.

    Nothing but white space of the text for reading may stand between two.
    """
    if not clauses:
        return True
    gaps = [Span(left.end, right.start) for left, right in pairwise(clauses)]
    return (
        (clauses[0].start, clauses[-1].end) == (whole.start, whole.end)
        and all(clause.start < clause.end for clause in clauses)
        and all(gap.start <= gap.end and not gap.of(text).strip() for gap in gaps)
    )


def _nested(sections: Sequence[Section], outer: Span, text: str) -> bool:
    return all(
        outer.contains(Span(section.start, section.end))
        and section.heading_span.of(text) == section.heading
        and _nested(section.children, Span(section.start, section.end), text)
        for section in sections
    )
