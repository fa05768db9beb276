"""Reads PDF: text in reading order, in paragraphs, with the place of every character; tables by rows."""

from __future__ import annotations

from index.documents.kinds import name_kind
from index.documents.limits import FileLimits
from index.documents.reader import DocumentText, PageProgress
from index.errors import UnreadableError
from index.types import ReaderName


class PdfReader:
    """Reads PDF by pdfium, which must have a process of its own: it does not survive every file."""

    name = ReaderName("pdf", "1")
    confined = True

    def recognises(self, data: bytes, name: str) -> bool:
        """Take what begins as a PDF."""
        return name_kind(data) == "pdf"

    def read(self, data: bytes, name: str, limits: FileLimits, progress: PageProgress) -> DocumentText:
        """Return the text; raises UnreadableError where it is encrypted, damaged, too long or a scan."""
        # pdfium is loaded where it is used: in the process of its own.
        from index.documents.pdf.layout import assemble, judge, read_pages
        from index.documents.pdf.opening import open_pdf

        with open_pdf(data, name) as document:
            total = len(document)
            if total > limits.pages:
                raise UnreadableError(
                    f"{name} has {total:,} pages, and at most {limits.pages:,} are read: split it.",
                    "too_many_pages",
                    name,
                    pages=str(total),
                    limit=str(limits.pages),
                )
            pages = list(read_pages(document, total, progress))
            labels = [document.get_page_label(number) for number in range(total)]
        remarks = judge(pages, name)
        return assemble(pages, labels, remarks)
