"""How words of a report are put into a sentence of an answer, and markers after it."""

from __future__ import annotations

import re

from index.types import Passage, Span

MAX_QUOTE = 300
"""Characters of one citation at most (REST contract)."""

CLOSING_MARKS = "。！？!?"
MARKER = re.compile(r"\[(\d+)\]")

_LINE_BREAK = re.compile(r"(?<![ \t　\xa0])[ \t　\xa0]*[\r\n]\s*")
_TRAILING = CLOSING_MARKS + ";；,，、:： \t\xa0　"


def flatten(quote: str) -> str:
    """Return `quote` as it stands in a sentence: on one line and without its trailing marks.

    A line break inside a quote is layout, and Chinese puts no space in its place.
    """
    return _LINE_BREAK.sub("", quote.strip()).rstrip(_TRAILING)


def fit_quote(passage: Passage, start: int) -> Span:
    """Return `passage` from `start` on, up to the last clause that may still be quoted."""
    ends = [clause.end for clause in passage.clauses if start < clause.end <= start + MAX_QUOTE]
    return Span(start, max(ends, default=min(passage.span.end, start + MAX_QUOTE)))


def trim_quote(text: str, span: Span) -> Span:
    """Return `span` of `text` without the marks and white space at its end: a quote ends with a word."""
    return Span(span.start, span.start + len(span.of(text).rstrip(_TRAILING)))


def mark(numbers: tuple[int, ...]) -> str:
    """Return the markers of the citations `numbers`, which stand after the closing mark of their sentence."""
    return "".join(f"[{number}]" for number in numbers)
