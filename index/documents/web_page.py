"""Reads saved web pages: the article without navigation and footer, by trafilatura, on decoded text."""

from __future__ import annotations

import codecs
import email
import email.policy
import re
from typing import Any

from index.documents.decoding import decode_text
from index.documents.kinds import is_web_archive, name_kind
from index.documents.limits import FileLimits
from index.documents.reader import DocumentText, PageProgress, Remark
from index.errors import UnreadableError
from index.types import ReaderName

_PROSE_CELL = 200  # characters: a table with such a cell lays the page out
_SHORT = 200  # characters of an article: so short, it may be the page's menu
_MOST_LEFT_OUT = 0.5  # of the page's words; articles have a menu and a footer around them
_DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{2,20})", re.IGNORECASE)
_HEAD = 4096  # bytes in which a page has to declare its character set
_UNSAID = {
    "utf-8",
    "utf8",
    "gb2312",
    "gbk",
    "x-gbk",
    "gb18030",
    "gb_2312-80",
    "utf-16",
    "iso-8859-1",
    "us-ascii",
}
"""Declared of what the bytes tell better, or wrongly: gb2312 is said of pages with characters of GB18030."""
_ROW = re.compile(r"^\|.*\|$")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_LAYOUT = {"table", "tbody", "thead", "tfoot", "tr", "td", "th"}


class WebPageReader:
    """Reads HTML, and the single files in which browsers save a page with its pictures (.mhtml)."""

    name = ReaderName("html", "1")
    confined = True

    def recognises(self, data: bytes, name: str) -> bool:
        """Take what begins with markup."""
        return name_kind(data) == "html"

    def read(self, data: bytes, name: str, limits: FileLimits, progress: PageProgress) -> DocumentText:
        """Return the article of a page; raises UnreadableError where it holds none."""
        import trafilatura
        from lxml import html

        progress(0, 1)
        page = _DECLARATION.sub("", decode_page(data, name))
        tree = html.document_fromstring(page) if page.strip() else None
        if tree is None:
            raise _refuse(name)
        _unfold_layout(tree)
        title = _find_title(tree)
        whole = len("".join(tree.text_content().split()))
        text = trafilatura.extract(
            html.tostring(tree, encoding="unicode"),
            include_tables=True,
            include_comments=False,
            favor_recall=True,
            deduplicate=False,
        )
        lines = [_as_row(line) for line in (text or "").splitlines()]
        lines = [line for line in lines if line.strip()]
        if not lines:
            raise _refuse(name)
        if title and not any(_bare(title) in _bare(line) for line in lines[:_TITLE_LINES]):
            lines.insert(0, title)
        progress(1, 1)
        text = "".join(f"{line}\n" for line in lines)
        return DocumentText(text, remarks=_remark(len("".join(text.split())), whole))


_TITLE_LINES = 10  # of an article, in which its title stands if it is not left out


def decode_page(data: bytes, name: str) -> str:
    """Return a page as text; the character set that it declares counts only where the bytes do not tell."""
    if is_web_archive(data):
        data = _unpack_archive(data, name)
    declared = _DECLARED.search(data[:_HEAD])
    if declared and (named := declared[1].decode("ascii").lower()) not in _UNSAID:
        try:
            return data.decode(codecs.lookup(named).name)
        except (LookupError, UnicodeDecodeError):  # an unknown name, or a wrong one
            pass
    return decode_text(data, name)


def _unpack_archive(data: bytes, name: str) -> bytes:
    message = email.message_from_bytes(data, policy=email.policy.compat32)
    for part in message.walk():
        if part.get_content_type() == "text/html":
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes) and payload.strip():
                return payload
    raise _refuse(name)


def _unfold_layout(tree: Any) -> None:
    """Turn tables that lay the page out into plain blocks: text inside a table is taken for data."""
    for table in list(tree.iter("table")):
        cells = [cell for cell in table.iter("td", "th") if _nearest_table(cell) is table]
        if len(cells) > 1 and all(len("".join(cell.text_content().split())) <= _PROSE_CELL for cell in cells):
            continue
        for element in [table, *table.iter(*_LAYOUT)]:
            if element is table or _nearest_table(element) is table:
                element.tag = "div"


def _nearest_table(element: Any) -> Any:
    return next(element.iterancestors("table"), None)


def _find_title(tree: Any) -> str:
    """Return the page's only first heading, as the page shows it; empty where there are several or none."""
    headings = [" ".join(heading.text_content().split()) for heading in tree.iter("h1")]
    named = [heading for heading in headings if heading]
    return named[0] if len(named) == 1 else ""


def _as_row(line: str) -> str:
    """Return a row of a table, which trafilatura writes as | a | b |, with its cells parted by tabs."""
    bare = line.strip()
    if not _ROW.match(bare):
        return bare
    cells = [cell.strip() for cell in bare.strip("|").split("|")]
    return "" if all(set(cell) <= {"-", ":"} for cell in cells) else "\t".join(cells)


def _remark(kept: int, whole: int) -> tuple[Remark, ...]:
    if kept < _SHORT:
        words = f"Only {kept} characters of the page are its article: open the article itself and save that."
        return (Remark("short", words),)
    if kept < (1 - _MOST_LEFT_OUT) * whole:
        return (Remark("much_left_out", f"Of {whole} characters of the page, {kept} are its article."),)
    return ()


def _bare(line: str) -> str:
    return "".join(line.split())


def _refuse(name: str) -> UnreadableError:
    return UnreadableError(
        f"{name} holds no article that could be told from the page around it: "
        "open the page in a browser and print it to a PDF.",
        "no_text",
        name,
    )
