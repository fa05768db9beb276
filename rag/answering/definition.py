"""What a term means: the glossary's own words, when the report has a glossary that explains it."""

from __future__ import annotations

from index.types import GlossaryEntry, IndexedDocument, Passage, Span
from rag.answering.context import ReportContext
from rag.composing import Draft, Quote, Statement, state
from rag.quoting import trim_quote
from rag.verify import MAX_QUOTE

_QUOTES = str.maketrans("", "", "“”\"'‘’「」『』《》")
MAX_QUOTES = 3
"""Citations of one definition; with MAX_QUOTE each this is more than the length of any answer allows."""
MAX_ANSWER = 600
"""Characters of a definition's answer at most."""


def define(question: str, context: ReportContext) -> Draft | None:
    """Quote the definition of the term that `question` names; None when the glossary has no such term."""
    entry = find_entry(question, context.report)
    if entry is None:
        return None
    text = context.report.document.text
    statements: list[Statement] = []
    length = 0
    for passage in context.report.structure.passages:
        if passage.span.overlaps(entry.definition) and len(statements) < MAX_QUOTES:
            span = _shorten(text, passage, entry)
            length += len(span)
            if statements and length > MAX_ANSWER:
                break
            statements.append(state(Quote(passage, span, 1.0), context.report.document))
    return Draft(tuple(statements)) if statements else None


def find_entry(question: str, report: IndexedDocument) -> GlossaryEntry | None:
    """Return the glossary entry whose name stands in `question`, the longest name first."""
    bare = question.translate(_QUOTES)
    named = [
        (len(name), entry)
        for entry in report.structure.glossary
        for name in (spelling.translate(_QUOTES) for spelling in entry.names)
        if name and name in bare
    ]
    return max(named, key=lambda pair: pair[0])[1] if named else None


def _shorten(text: str, passage: Passage, entry: GlossaryEntry) -> Span:
    """Return the passage without number and term, cut at the last clause that may still be quoted."""
    span = Span(max(passage.span.start, entry.definition.start), passage.span.end)
    if len(span) > MAX_QUOTE:
        ends = [clause.end for clause in passage.clauses if span.start < clause.end <= span.start + MAX_QUOTE]
        span = Span(span.start, max(ends, default=span.start + MAX_QUOTE))
    return trim_quote(text, span)
