"""Splits text into sentences and sentences into clauses, by offsets alone."""

from __future__ import annotations

import re

from index.types import Span

__all__ = ["CLOSING", "SEAM", "split_clauses", "split_sentences", "trim"]

SEAM = "\u2060"
"""Stands for every character that layout put inside a sentence, a line break above all: no word, no space."""

CLOSING = "”’」』）)】》〉]\"'"
_PAIRS = {
    "“": "”",
    "‘": "’",
    "「": "」",
    "『": "』",
    "（": "）",
    "(": ")",
    "【": "】",
    "《": "》",
    "〈": "〉",
    "[": "]",
}
_OPENER_OF = {closing: opening for opening, closing in _PAIRS.items()}

# Two or more ASCII question marks are characters lost in a conversion, not a question.
_SENTENCE_END = re.compile(
    rf"(?:(?:[。！？!]|(?<!\?)\?(?!\?))[。！？!?]*+[{re.escape(CLOSING)}]*+)++|[\r\n\u2028\u2029]"
)
_CLAUSE_MARKS = frozenset(",，;；:：")
_DIGITS = frozenset("0123456789０１２３４５６７８９")


def split_sentences(text: str, span: Span) -> list[Span]:
    """Return the sentences of `text` within `span`, white space around them left out.

    A sentence ends at 。！？!? and the closing quotes and brackets after it, or where the line ends; a
    semicolon does not end one. Every character of the span that is not white space stands in exactly one
    sentence.
    """
    sentences = []
    start = span.start
    for match in _SENTENCE_END.finditer(text, span.start, span.end):
        sentences.append(trim(text, Span(start, match.end())))
        start = match.end()
    sentences.append(trim(text, Span(start, span.end)))
    return [sentence for sentence in sentences if sentence]


def split_clauses(text: str, span: Span) -> list[Span]:
    """Return the clauses of the sentence at `span`; together they are the span, closing marks included.

    A clause ends after ,，;； or :：, though not between two digits (1,234 and 10:30) nor inside a pair of
    quotes or brackets; an unmatched quote or bracket shields nothing.
    """
    shielded_until = _pair_ends(text, span)
    clauses = []
    start = position = span.start
    while position < span.end:
        if position in shielded_until:
            position = shielded_until[position]
        elif text[position] in _CLAUSE_MARKS and not _between_digits(text, position, span):
            clauses.append(Span(start, position + 1))
            start = position + 1
        position += 1
    if start < span.end:
        clauses.append(Span(start, span.end))
    return clauses


def trim(text: str, span: Span) -> Span:
    """Return `span` without the white space (zero-width marks included) at its ends."""
    start, end = span.start, span.end
    while start < end and _is_blank(text[start]):
        start += 1
    while end > start and _is_blank(text[end - 1]):
        end -= 1
    return Span(start, end)


def _is_blank(character: str) -> bool:
    return character.isspace() or character in f"\u200b\ufeff{SEAM}"


def _between_digits(text: str, position: int, span: Span) -> bool:
    after = position + 1
    while after < span.end and text[after] == SEAM:
        after += 1
    return (
        span.start < position < span.end - 1
        and after < span.end
        and text[position - 1] in _DIGITS
        and text[after] in _DIGITS
    )


def _pair_ends(text: str, span: Span) -> dict[int, int]:
    """Map where each matched quote or bracket opens to where it closes."""
    ends: dict[int, int] = {}
    stack: list[int] = []
    waiting = dict.fromkeys(_PAIRS, 0)
    for position in range(span.start, span.end):
        character = text[position]
        if character in _PAIRS:
            stack.append(position)
            waiting[character] += 1
        elif character in _OPENER_OF and waiting[_OPENER_OF[character]]:
            while (opener := text[stack[-1]]) != _OPENER_OF[character]:
                waiting[opener] -= 1
                stack.pop()
            waiting[opener] -= 1
            ends[stack.pop()] = position
    return ends
