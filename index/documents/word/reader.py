"""Reads .docx: paragraphs as Word prints them, tables by rows, footnotes after the text."""

from __future__ import annotations

from typing import Any

from index.documents.kinds import name_kind
from index.documents.limits import FileLimits
from index.documents.reader import NOTES_HEADING, DocumentText, PageProgress, Remark
from index.documents.word.numbering import Numbering, Styles
from index.documents.word.package import Package, attribute, child, name_of
from index.documents.word.walk import Walk
from index.types import ReaderName, Span

_NOT_A_NOTE = frozenset({"separator", "continuationSeparator", "continuationNotice"})


class WordReader:
    """Reads what Word and its relatives save since 2007."""

    name = ReaderName("docx", "1")
    confined = True

    def recognises(self, data: bytes, name: str) -> bool:
        """Take a zip archive with a Word document in it."""
        return name_kind(data) == "docx"

    def read(self, data: bytes, name: str, limits: FileLimits, progress: PageProgress) -> DocumentText:
        """Return the text; raises UnreadableError where it is damaged, locked, or unpacks to too much."""
        progress(0, 1)
        package = Package(data, name, limits)
        styles = Styles(package.beside("styles.xml"))
        notes = {part: _by_id(package.beside(f"{part}.xml")) for part in ("footnotes", "endnotes")}
        body = child(package.document(), "body")
        if body is None:
            raise package.refuse()
        found = Walk(styles, Numbering(package.beside("numbering.xml"), styles), notes).read(body)
        text = "".join(f"{line}\n" for line in found.lines)
        spans = []
        if found.notes:
            text += f"\n{NOTES_HEADING}\n"
            for number, note in enumerate(found.notes, 1):
                words = f"[{number}] {note}"
                spans.append(Span(len(text), len(text) + len(words)))
                text += words + "\n"
        remarks = []
        if found.contents:
            remarks.append(
                Remark("contents_left_out", f"A table of contents ({found.contents} lines) is left out.")
            )
        progress(1, 1)
        return DocumentText(text, notes=tuple(spans), lost=found.lost, remarks=tuple(remarks))


def _by_id(notes: Any) -> dict[str, Any]:
    return {
        attribute(note, "id") or "": note
        for note in (notes if notes is not None else ())
        if name_of(note) in {"footnote", "endnote"} and attribute(note, "type") not in _NOT_A_NOTE
    }
