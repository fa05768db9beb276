"""Answering: each kind of question has a room of its own; `answer` shows it the way."""

from __future__ import annotations

from rag.answering.comparison import compare
from rag.answering.context import ReportContext, TimedIndex
from rag.answering.definition import define
from rag.answering.delivery import tell_delivery
from rag.answering.fact import answer_part
from rag.answering.outline import outline
from rag.composing import Draft, Refusal, Statement, merge_statements
from rag.conversation import Standalone
from rag.intent import Intent, read_intent
from rag.parts import Part, split_question
from rag.scope import find_scope_reason, read_scope

__all__ = ["ReportContext", "TimedIndex", "answer"]


def answer(question: Standalone, context: ReportContext) -> Draft | Refusal:
    """Answer a normalised, standalone question from one report."""
    scope = read_scope(question.text, context.report.document)
    if reason := find_scope_reason(scope, context.report):
        return Refusal(reason, context.find_closest(question.text))
    intent = read_intent(question.text)
    if intent is Intent.DELIVERY and (draft := tell_delivery(question.text, context)):
        return draft
    if intent is Intent.COMPARISON:
        return compare(question, context)
    if intent is Intent.OUTLINE and (draft := outline(question.text, scope, context)):
        return draft
    statements: list[Statement] = []
    for part in split_question(question, context.report.document.meta.year):
        outcome = _define(part, context) or answer_part(part, context)
        if isinstance(outcome, Refusal):
            return outcome
        statements += outcome.statements
    return Draft(tuple(merge_statements(statements)))


def _define(part: Part, context: ReportContext) -> Draft | None:
    return define(part.text, context) if read_intent(part.focus) is Intent.DEFINITION else None
