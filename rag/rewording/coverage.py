"""Whether the sentences of a model tell what the extractive answer says."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.language.text import normalise_question
from rag.composition import Quote, Statement
from rag.evidence.term_weights import split_terms
from rag.verification.claims.numbers import read_figures, write_digits

TOLD, TOLD_LIST = 0.3, 0.8
"""The share of an extract's terms that tell that sentences have told it, and the same for a list."""

_LIST = re.compile(r"、.*、")

Told = Sequence[tuple[str, tuple[Quote, ...]]]
"""Verified sentences and what they cite."""


def is_told(statement: Statement, told: Told, *, chinese: bool) -> bool:
    """Tell whether sentences cite what `statement` quotes, and tell its figures or most of its words.

    Of English sentences only the first is asked: their figures and words are others.
    """
    cited = [quote.span for _, quotes in told for quote in quotes]
    if not all(any(span.overlaps(quote.span) for span in cited) for quote in statement.quotes):
        return False
    if not chinese:
        return True
    said = write_digits(normalise_question("".join(words for words, _ in told)))
    figures = read_figures(write_digits(normalise_question(statement.words)))
    if figures:
        mentioned = read_figures(said)
        return all(any(figure.equals(other) for other in mentioned) for figure in figures)
    terms = split_terms(statement.words)
    share = TOLD_LIST if _LIST.search(statement.words) else TOLD
    return len(terms & split_terms(said)) >= share * len(terms)
