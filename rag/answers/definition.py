"""What a term means: the glossary's own words, when the report has a glossary that explains it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.types import GlossaryEntry, Passage
from rag.composition import Draft, Quote, Statement, state
from rag.evidence.context import ReportContext
from rag.evidence.evidence import Evidence
from rag.question.intent import Intent
from rag.question.query import Query
from rag.quotation import fit_quote, trim_quote
from rag.types import Kind

_QUOTES = str.maketrans("", "", "“”\"'‘’「」『』《》")
_ITEM = re.compile(r"[“\"]?(?P<name>[一-鿿]{2,8})[”\"]?[,，]?(?:就是|是?指|即)")
_MIN_MISSPELT = 4
"""Characters: a shorter name with one of them changed is too often another word."""
MAX_QUOTES = 3
"""Citations of one definition; with MAX_QUOTE each this is more than the length of any answer allows."""
MAX_ANSWER = 600
"""Characters of a definition's answer at most."""


class DefinitionAnswerer:
    """Quotes the glossary on the term that a question names."""

    name = "definition"

    def wants(self, query: Query) -> bool:
        """Take what asks for a meaning."""
        return query.intent is Intent.DEFINITION

    def answer(self, query: Query, evidence: Evidence) -> Draft | None:
        """Return None where the glossary has no such term."""
        return define(query.about, evidence.context) or define(query.text, evidence.context)


def define(question: str, context: ReportContext) -> Draft | None:
    """Quote the definition of the term that `question` names; None when the glossary has no such term."""
    entry = find_entry(question, context.report.structure.glossary)
    if entry is None:
        return None
    return _state_item(question, entry, context) or state_entry(entry, context, entry.definition.start)


def _state_item(question: str, entry: GlossaryEntry, context: ReportContext) -> Draft | None:
    """Quote the one sentence of `entry` on the item that `question` names alone (“北开,就是…”), or None."""
    bare = question.translate(_QUOTES)
    if entry.term.translate(_QUOTES) in bare:
        return None
    document = context.report.document
    for passage in context.report.structure.passages:
        item = _ITEM.match(passage.span.of(document.text)) if passage.span.overlaps(entry.entry) else None
        if item and item["name"].translate(_QUOTES) in bare:
            quote = Quote(passage, trim_quote(document.text, fit_quote(passage, passage.span.start)), 1.0)
            return Draft((state(quote, document),), kind=Kind.DEFINITION)
    return None


def explain(passage: Passage, context: ReportContext) -> Draft | None:
    """Quote the glossary entry that `passage` is part of, the term included; None when it is part of none."""
    for entry in context.report.structure.glossary:
        if entry.entry.contains(passage.span):
            start = context.report.document.text.find(entry.term, entry.entry.start, entry.definition.start)
            return state_entry(entry, context, start if start >= 0 else entry.entry.start)
    return None


def state_entry(entry: GlossaryEntry, context: ReportContext, start: int) -> Draft:
    """Quote `entry` from the offset `start` on, sentence by sentence, as far as an answer may go."""
    document = context.report.document
    statements: list[Statement] = []
    length = 0
    for passage in context.report.structure.passages:
        if passage.span.overlaps(entry.entry) and len(statements) < MAX_QUOTES:
            span = trim_quote(document.text, fit_quote(passage, max(start, passage.span.start)))
            length += len(span)
            if statements and length > MAX_ANSWER:
                break
            statements.append(state(Quote(passage, span, 1.0), document))
    return Draft(tuple(statements), kind=Kind.DEFINITION)


def find_entry(question: str, glossary: Sequence[GlossaryEntry]) -> GlossaryEntry | None:
    """Return the entry with the longest name that `question` holds, or holds with one character misspelt."""
    bare = question.translate(_QUOTES)
    names = [(spelling.translate(_QUOTES), entry) for entry in glossary for spelling in entry.names]
    named = [(len(name), entry) for name, entry in names if name and name in bare]
    if not named:
        named = [(len(name), entry) for name, entry in names if _is_misspelt(name, bare)]
    return max(named, key=lambda pair: pair[0])[1] if named else None


def _is_misspelt(name: str, question: str) -> bool:
    """Tell whether `name` stands in `question` with one of its characters changed."""
    if len(name) < _MIN_MISSPELT:
        return False
    return any(
        sum(left != right for left, right in zip(name, question[start:], strict=False)) == 1
        for start in range(len(question) - len(name) + 1)
    )
