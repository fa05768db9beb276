"""Answering: each kind of question has a room of its own; `answer` shows it the way."""

from __future__ import annotations

from rag.answering.comparison import compare
from rag.answering.context import ReportContext, TimedIndex
from rag.answering.definition import define
from rag.answering.fact import answer_part
from rag.answering.outline import outline
from rag.composing import Draft, Refusal
from rag.intent import Intent, read_intent
from rag.parts import split_question
from rag.scope import find_scope_reason, read_scope

__all__ = ["ReportContext", "TimedIndex", "answer"]


def answer(question: str, context: ReportContext) -> Draft | Refusal:
    """Answer a normalised, standalone question from one report."""
    scope = read_scope(question, context.report.document)
    if reason := find_scope_reason(scope, context.report):
        return Refusal(reason, context.find_closest(question))
    intent = read_intent(question)
    if intent is Intent.COMPARISON:
        return compare(question, context)
    if intent is Intent.OUTLINE and (draft := outline(question, scope, context)):
        return draft
    drafts = [
        (define(part.text, context) if read_intent(part.text) is Intent.DEFINITION else None)
        or answer_part(part, context)
        for part in split_question(question, context.report.document.meta.year)
    ]
    refusals = [draft for draft in drafts if isinstance(draft, Refusal)]
    if refusals:
        return refusals[0]
    statements = [statement for draft in drafts if isinstance(draft, Draft) for statement in draft.statements]
    return Draft(tuple(dict.fromkeys(statements)))
