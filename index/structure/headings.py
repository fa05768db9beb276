"""Recognises headings line by line: numbered, standing alone, or run in at the head of a paragraph."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from index.language.lexicon import alternatives
from index.language.numerals import NUMERAL, from_numeral
from index.language.periods import A_RELATIVE_YEAR, A_YEAR
from index.language.sentences import split_sentences, trim
from index.types import Span

__all__ = ["Heading", "Scheme", "find_headings", "find_run_ins", "is_address"]


class Scheme(IntEnum):
    """How a heading is marked; a smaller value stands above a greater one."""

    DIVISION = 0  # 第一部分
    UNNUMBERED_PART = 1  # 2023年工作回顾, above 一、
    PART = 2  # 一、
    SECTION = 3  # （一）
    ITEM = 4  # 1.
    SUBITEM = 5  # (1)
    ORDINAL = 6  # 第一，
    UNNUMBERED = 7  # a line of its own without a number
    RUN_IN = 8  # the first sentence of a paragraph


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading in line number `line`.

    `words` is the heading as printed, without bullet and closing mark; `passage` is all of it. It stands
    `alone` when the line holds nothing else. `number` is 0 where there is none.
    """

    line: int
    scheme: Scheme
    number: int
    words: Span
    passage: Span
    alone: bool


_DECORATION = re.compile(r"(?:#{1,6}\s*|\*{1,2}|[>•·●■◆]\s*)+")
_MARKERS: tuple[tuple[Scheme, re.Pattern[str]], ...] = (
    (Scheme.DIVISION, re.compile(rf"第({NUMERAL})(?:部分|章|篇)[：:、\s]*")),
    (Scheme.PART, re.compile(rf"({NUMERAL})(?:、|[.．]\s*)(?!{NUMERAL}、)")),
    (Scheme.SECTION, re.compile(rf"[（(]\s*({NUMERAL})\s*[）)]、?\s*")),
    (Scheme.ITEM, re.compile(r"(\d{1,2})\s*[.．、](?!\d)\s*")),
    (Scheme.SUBITEM, re.compile(r"[（(]\s*(\d{1,2})\s*[）)]\s*")),
    (Scheme.ORDINAL, re.compile(rf"第({NUMERAL})[，,、]\s*")),
)
_MAY_END_IN_STOP = {Scheme.DIVISION, Scheme.PART, Scheme.SECTION, Scheme.ORDINAL}

# Longest headings seen in 60 reports: 49 characters numbered, 35 unnumbered, 27 run in.
_NUMBERED_MAX = 60
_UNNUMBERED_MAX = 36
_RUN_IN_MAX = 32
_UNNUMBERED_MIN = 4

_CLOSING_MARKS = "。！!？?；;：:，,、"
_BOLD = "*＊"
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_ADDRESS = re.compile(r"(?:各位(?:代表|委员|领导|同志)|(?:同志|代表)们)(?!的)")
_NOT_A_HEADING = re.compile(r"[（(【\[]?(?:注[：:]|[完图]|谢谢|本文|[此附]件|来源|表\d)|\S+\s*[|\t]")

# Where heading and text were glued without any mark, the heading ends in one of these nouns.
_HEADING_NOUN = re.compile(
    rf"{alternatives('structure', 'heading-noun')}++"
    r"(?![，,、。；;：:”和及与暨的并以])"
)
# The words with which the text after such a heading begins; without one, a short line counts as one heading.
_OPENING = re.compile(
    rf"\s*(?:过去|刚刚|{A_YEAR}|[一二三四五]年|各位|全[省市县区州国]|我们|当前|新的|面对|按照)"
)
_GAP = re.compile(r"(?<=[\u4e00-\u9fff”])[ \u3000\xa0]+(?=[\u4e00-\u9fff“\d])")
_GAP_BEFORE = re.compile(r"[^。；;：:！!？?]+")
_LEAST_GLUED = 5  # a heading before its noun is at least so long, number included
_TENSE_YEAR = re.compile(r"(?:19|20)\d{2}年?")
_CONNECTIVE = re.compile(rf"(?:{alternatives('structure', 'connective')}|{A_RELATIVE_YEAR}|到\d)")
_RUN_IN_COMMAS_MAX = 2
_PARAGRAPH_LENGTH = 60  # shorter lines lead over to what follows
# A heading names a topic or a result; a sentence with these makes a statement or leads over.
_STATEMENT = re.compile(r"[；;：:]|(?<!^.)(?<!不)是|标志着|提出了|^(?:\d|刚刚|综合分析|总[的起])")
_BULLET = re.compile(r"(?:[-—–─－]{1,6}|[●■◆•·])\s*")
_ONE_IS = re.compile(rf"({NUMERAL})(?:是|要)")


def find_headings(text: str, lines: Sequence[Span]) -> list[Heading]:
    """Return the numbered headings and the lines that are headings by themselves, in reading order."""
    headings = []
    for index, line in enumerate(lines):
        heading = _read_numbered(text, line, index) or _read_unnumbered(text, line, index)
        if heading is not None:
            headings.append(heading)
    return headings


def find_run_ins(text: str, lines: Sequence[Span], indices: Sequence[int]) -> list[Heading]:
    """Return the run-in headings among the paragraphs `indices` of one section, in reading order.

    A single short first sentence proves nothing: there must be at least two alike, and where nothing marks
    them, they must head half of the paragraphs.
    """
    found: dict[str, list[Heading]] = {}
    for index in indices:
        read = _read_run_in(text, lines[index], index)
        if read is not None:
            kind, heading = read
            found.setdefault(kind, []).append(heading)
    return sorted(
        (heading for kind in found.values() if len(kind) > 1 for heading in kind), key=lambda h: h.line
    )


def is_address(text: str, line: Span) -> bool:
    """Tell whether the paragraph begins by addressing the audience: the speaker turns to something else."""
    return _ADDRESS.match(text, line.start, line.end) is not None


def _read_numbered(text: str, line: Span, index: int) -> Heading | None:
    start = _undecorated(text, line)
    marked = ((scheme, pattern.match(text, start, line.end)) for scheme, pattern in _MARKERS)
    scheme, marker = next(((scheme, found) for scheme, found in marked if found), (None, None))
    if scheme is None or marker is None:
        return None
    number = from_numeral(marker[1])
    first, *rest = split_sentences(text, Span(start, line.end))
    words = _bare(text, first)
    if words.end <= marker.end():
        return None
    if scheme <= Scheme.PART:
        cut = _find_glued_end(text, words, marker.end())
        if cut is not None and _OPENING.match(text, cut, words.end):
            return Heading(index, scheme, number, Span(start, cut), Span(line.start, cut), alone=False)
    mark = text[words.end : first.end].strip(_BOLD)[:1]
    if len(words) <= _NUMBERED_MAX:
        if rest and mark in {"。", "！", "!"}:
            return Heading(index, scheme, number, words, Span(line.start, first.end), alone=False)
        if not rest and (not mark or (mark in "。：:" and scheme in _MAY_END_IN_STOP)):
            return Heading(index, scheme, number, words, line, alone=True)
    if scheme <= Scheme.SECTION:
        whole = Span(start, line.end)
        cut = _find_gap(text, whole, marker.end()) or _find_glued_end(text, whole, marker.end())
        if cut is not None:
            return Heading(index, scheme, number, Span(start, cut), Span(line.start, cut), alone=False)
    return None


def _read_unnumbered(text: str, line: Span, index: int) -> Heading | None:
    start = _undecorated(text, line)
    words = _bare(text, Span(start, line.end))
    content = words.of(text)
    if (
        text[words.end : line.end].strip(_BOLD)
        or not _UNNUMBERED_MIN <= len(words) <= _UNNUMBERED_MAX
        or len(_CHINESE.findall(content)) * 2 < len(words)
        or len(split_sentences(text, words)) > 1
        or re.search(r"[；;：:]|^[—\-–─－]|(?<!\d)\d+(?:\.\d+)?[%％‰万亿]", content)
        or _NOT_A_HEADING.match(content)
        or is_address(text, words)
    ):
        return _read_glued_part(text, line, index)
    return Heading(index, Scheme.UNNUMBERED, 0, words, line, alone=True)


def _read_glued_part(text: str, line: Span, index: int) -> Heading | None:
    """Read “2011年工作回顾 2011年是…”: an unnumbered heading, a space, and its text in one line."""
    gap = re.compile(r"\s+").search(text, line.start, min(line.end, line.start + _UNNUMBERED_MAX))
    if gap is None:
        return None
    words = Span(line.start, gap.start())
    noun = _HEADING_NOUN.search(text, words.start, words.end)
    if noun is None or noun.end() != words.end or re.search(r"[，。；：,;:]", words.of(text)):
        return None
    return Heading(index, Scheme.UNNUMBERED, 0, words, words, alone=False)


def _read_run_in(text: str, line: Span, index: int) -> tuple[str, Heading] | None:
    """Return a candidate and its kind (only candidates of one kind are siblings)."""
    bullet = _BULLET.match(text, line.start, line.end)
    start = bullet.end() if bullet else _undecorated(text, line)
    first, *rest = split_sentences(text, Span(start, line.end)) or [line]
    words = _bare(text, first)
    content = words.of(text)
    if (
        not rest
        or not _UNNUMBERED_MIN <= len(words) <= _RUN_IN_MAX
        or text[words.end : first.end].strip(_BOLD)[:1] not in {"。", "！", "!"}
        or rest[-1].end - rest[0].start < len(words)
        or re.search(r"\d", _TENSE_YEAR.sub("", re.sub(r"“[^“”]*”", "", content)))
        or len(re.findall(r"[，,]", content)) > _RUN_IN_COMMAS_MAX
        or _STATEMENT.search(content)
        or _ADDRESS.match(content)
        or _CONNECTIVE.match(content)
    ):
        return None
    one_is = _ONE_IS.match(content)
    kind = "bullet" if bullet else "ordinal" if one_is else "plain"
    scheme = Scheme.ORDINAL if one_is else Scheme.RUN_IN
    number = from_numeral(one_is[1]) if one_is else 0
    return kind, Heading(index, scheme, number, words, Span(line.start, first.end), alone=False)


def _find_gap(text: str, line: Span, start: int) -> int | None:
    """Return where a heading ends that nothing but a space parts from its text: before the space."""
    gap = _GAP.search(text, start, min(line.end, line.start + _NUMBERED_MAX))
    if (
        gap is None
        or gap.start() - start < _LEAST_GLUED
        or not _GAP_BEFORE.fullmatch(text, start, gap.start())
    ):
        return None
    return gap.start()


def _find_glued_end(text: str, line: Span, start: int) -> int | None:
    """Return where a heading glued to its text ends: after a space or the first noun that ends headings."""
    limit = min(line.end, line.start + _NUMBERED_MAX)
    for noun in _HEADING_NOUN.finditer(text, start, limit):
        if noun.end() - line.start >= _LEAST_GLUED and noun.end() < limit:
            return noun.end()
    return None


def _undecorated(text: str, line: Span) -> int:
    decoration = _DECORATION.match(text, line.start, line.end)
    return decoration.end() if decoration else line.start


def _bare(text: str, sentence: Span) -> Span:
    """Return `sentence` without closing marks and the bold marks around it."""
    start, end = sentence.start, sentence.end
    while end > start and text[end - 1] in _CLOSING_MARKS + _BOLD:
        end -= 1
    return trim(text, Span(start, end))
