"""Cuts a document into lines and tells what the page around the report left among them.

A report saved from a web page brings navigation, view counts and a footer along. What is recognised here as
such is chrome: it becomes no passage. Everything that is not recognised belongs to the report.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.language.lexicon import alternatives
from index.language.numerals import NUMERAL
from index.language.sentences import trim
from index.structure.page_chrome import find_page_chrome
from index.structure.starts import is_address
from index.structure.wrapping import join_lines
from index.types import Span

__all__ = ["Frame", "find_frame", "split_lines"]

# Some exports write their line breaks as the four characters \r\n.
_LINE_BREAK = re.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]|(?:\\r)?\\n")

# A part and its first section in one line: 三、…… （一）……
_FIRST_SECTION = re.compile(r"(?<=\S)\s+(?=[（(]一[）)])")

# A line this long is a whole document without line breaks: its numbered headings are looked for inside it.
_LONG_LINE = 3_000
_NUMBERED_INSIDE = re.compile(
    rf"(?<=[。！？!：:；])[ \u3000]*(?=[（(]{NUMERAL}[）)]|{NUMERAL}、(?!{NUMERAL}、))"
    r"|(?=各位(?:代表|委员)[：:])"
)

_HEADER_CHROME = re.compile(
    rf"{alternatives('structure', 'header-chrome')}[：:]|[•·]\s*\S|[=_*—-]{{3,}}$|\d{{1,6}}$|"
    r"(?:首页|打印|关闭|分享)$"
)
_FOOTER_CHROME = re.compile(
    rf"{alternatives('structure', 'footer-chrome')}(?:[：:】\s]|$)|"
    rf"{alternatives('structure', 'footer-mark')}|.{{0,20}}ICP备"
)
_RESIDUE = re.compile(
    r"(?:<!--(?>.*?-->)|&nbsp;|!\[[^\]]*\]\([^)]*\)|</?[a-zA-Z][^>]*>|[=_*—-]{3,}+|\s)++$", re.DOTALL
)
_ATTACHED_FILE = re.compile(r"[-•·]?\s*\S+\.(?:docx?|pdf|xlsx?|wps|ofd|zip|rar|jpg|png)$", re.IGNORECASE)
_ATTACHMENTS = re.compile(r"附件[：:]?$")
_CREDIT = re.compile(r"(?<=[。！？!?”])\s+(?:来自|来源[：:]|[摘转]自)\S{2,15}$")

_FIRST_PART = re.compile(r"[#*\s]*(?:一、|第一部分)")
_TITLE_LINES_MAX = 60  # pages with long navigation have about 30 lines before the salutation
_TITLE_LINE_LENGTH_MAX = 80
_UNGREETED_TITLE_LINES_MAX = 8
_PARAGRAPH_LENGTH = 80  # footers consist of shorter lines than that


@dataclass(frozen=True, slots=True)
class Frame:
    """The lines of a document by what they are; together they are all its lines, each once.

    A line of the `body` may reach over several of the text, which are one paragraph: `seams` are what stands
    between those, line break, white space and whatever `chrome` the end of a page put there.
    """

    title: tuple[Span, ...]
    body: tuple[Span, ...]
    chrome: tuple[Span, ...]
    seams: tuple[Span, ...] = ()


def split_lines(text: str) -> list[Span]:
    """Return the lines of `text` that are not blank, without the white space around them."""
    lines = []
    start = 0
    for end, following in [*(match.span() for match in _LINE_BREAK.finditer(text)), (len(text), len(text))]:
        line = trim(text, Span(start, end))
        lines.extend(_split_inside(text, line))
        start = following
    return [line for line in lines if line]


def find_frame(text: str) -> Frame:
    """Tell the title block, the body (glossary included) and the chrome of `text` apart."""
    found = split_lines(text)
    chrome = [line for line in found if _RESIDUE.fullmatch(line.of(text))]
    lines = [line for line in found if not _RESIDUE.fullmatch(line.of(text))]
    greeting = _find_salutation(text, lines)
    header = _find_header(text, lines[:greeting])
    footer = _find_footer(text, lines, greeting)
    first = (
        greeting if all(len(line) <= _TITLE_LINE_LENGTH_MAX for line in lines[header:greeting]) else header
    )
    title, body = lines[header:first], lines[first:footer]
    chrome += lines[:header] + lines[footer:]
    if body and (credit := _CREDIT.search(text, body[-1].start, body[-1].end)):
        chrome.append(trim(text, Span(*credit.span())))
        body[-1] = Span(body[-1].start, credit.start())
    paged = find_page_chrome(text, body, title)
    chrome += [body[i] for i in paged]
    paragraphs = join_lines(text, body, paged)
    return Frame(
        tuple(title),
        tuple(paragraph.span for paragraph in paragraphs),
        tuple(sorted(chrome)),
        tuple(seam for paragraph in paragraphs for seam in paragraph.seams),
    )


def _split_inside(text: str, line: Span) -> list[Span]:
    pattern = _NUMBERED_INSIDE if len(line) > _LONG_LINE else _FIRST_SECTION
    cuts = [match.end() for match in pattern.finditer(text, line.start, line.end)]
    bounds = [line.start, *cuts, line.end]
    return [trim(text, Span(start, end)) for start, end in pairwise(bounds)]


def _find_salutation(text: str, lines: Sequence[Span]) -> int:
    """Return how many lines stand before the body: up to the salutation, or to the first part without one."""
    for i, line in enumerate(lines[:_TITLE_LINES_MAX]):
        if is_address(line.of(text)):
            return i
        if _FIRST_PART.match(text, line.start, line.end):
            header = _find_header(text, lines[:i])
            return i if i - header <= _UNGREETED_TITLE_LINES_MAX else header
    return 0


def _find_header(text: str, lines: Sequence[Span]) -> int:
    """Return how many of the `lines` before the body are chrome: up to the last mark of a web page.

    An abstract after such a mark repeats the opening of the report; longer than any line of a title block.
    """
    header = 0
    for i, line in enumerate(lines):
        if _HEADER_CHROME.match(line.of(text)) or (header and len(line) > _TITLE_LINE_LENGTH_MAX):
            header = i + 1
    return header


def _find_footer(text: str, lines: Sequence[Span], first: int) -> int:
    """Return the index of the first line of the footer: no paragraph follows it."""
    last = next((i for i in range(len(lines) - 1, -1, -1) if _is_paragraph(text, lines[i])), first)
    for i in range(max(last, first), len(lines)):
        line = lines[i].of(text)
        if _FOOTER_CHROME.match(line) or _ATTACHED_FILE.match(line):
            before = lines[i - 1].of(text) if i else ""
            return i - 1 if _ATTACHED_FILE.match(line) and _ATTACHMENTS.match(before) else i
    return len(lines)


def _is_paragraph(text: str, line: Span) -> bool:
    return len(line) >= _PARAGRAPH_LENGTH and not _FOOTER_CHROME.match(line.of(text))
