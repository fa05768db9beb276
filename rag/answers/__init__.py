"""Answering: each kind of question has a room of its own; `answer` shows it the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import overload

from rag.answers.comparison import compare
from rag.answers.contents import outline
from rag.answers.context import ReportContext, TimedIndex
from rag.answers.definition import define
from rag.answers.delivery import tell_delivery
from rag.answers.enumeration import gather
from rag.answers.fact import answer_part
from rag.answers.mention import tell_mentions
from rag.answers.overview import tell_overview
from rag.answers.whether import answer_whether
from rag.composition import Draft, Refusal, merge_statements
from rag.messages import messages_for
from rag.question.followup import Standalone
from rag.question.intent import Intent, read_intent
from rag.question.length import read_length
from rag.question.mention import read_mention
from rag.question.overview import asks_several, read_overview
from rag.question.scope import find_scope_reason, read_scope
from rag.question.subquestions import Part, split_clauses, split_question
from rag.question.whether import asks_whether
from rag.types import Kind, Language

__all__ = ["ReportContext", "TimedIndex", "answer"]


def answer(question: Standalone, context: ReportContext) -> Draft | Refusal:
    """Answer a normalised, standalone question from one report."""
    asked = question.foreign
    if wish := read_mention(question.text, context.report.document.meta, asked):
        return tell_mentions(wish, context)
    scope = read_scope(question.text, context.report.document)
    intent = read_intent(question.text)
    if reason := find_scope_reason(scope, context.report, context.language):
        return Refusal(reason, context.find_closest(question.text), Kind(intent))
    wanted = read_overview(question.text, context.report, asked)
    outlined = None
    if intent is Intent.OUTLINE and not (wanted and asks_several(question.text)):
        outlined = outline(question.text, scope, context)
    if (
        wanted
        and not outlined
        and (overview := tell_overview(wanted, read_length(asked or question.text), context))
    ):
        return overview
    if intent is Intent.DELIVERY and (draft := tell_delivery(question.text, context)):
        return draft
    if intent is Intent.COMPARISON:
        return compare(question, context)
    if outlined:
        return outlined
    if draft := gather(question.text, scope, context):
        return draft
    if draft := outline(question.text, scope, context, counted=True):
        return draft
    year = context.report.document.meta.year
    parts = split_question(question, year)
    return _gather([(part, _answer_whole(part, context, year)) for part in parts], context.language)


def _gather(outcomes: list[tuple[Part, Draft | Refusal]], language: Language) -> Draft | Refusal:
    """Return the answers to all parts as one, with a notice for each part refused; else the refusal."""
    found = [outcome for _, outcome in outcomes if isinstance(outcome, Draft)]
    if not found:
        return _join([outcome for _, outcome in outcomes])
    part_open = messages_for(language).part_open
    missing = [
        part_open.format(part=part.text.strip("?？"), reason=outcome.reason.text)
        for part, outcome in outcomes
        if isinstance(outcome, Refusal)
    ]
    return replace(_join(found), notices=tuple(missing))


def _answer_whole(part: Part, context: ReportContext, year: int) -> Draft | Refusal:
    """Answer a part from one passage, or clause by clause where none says it all."""
    outcome = _define(part, context) or (
        answer_whether(part, context) if asks_whether(part.text) else answer_part(part, context)
    )
    clauses = split_clauses(part, year) if isinstance(outcome, Refusal) else [part]
    return outcome if len(clauses) == 1 else _join([answer_part(clause, context) for clause in clauses])


@overload
def _join(outcomes: list[Draft]) -> Draft: ...
@overload
def _join(outcomes: list[Draft | Refusal]) -> Draft | Refusal: ...
def _join(outcomes: Sequence[Draft | Refusal]) -> Draft | Refusal:
    """Return the answers as one; one that is refused has the whole refused."""
    refused = [outcome for outcome in outcomes if isinstance(outcome, Refusal)]
    if refused:
        return refused[0]
    drafts = [outcome for outcome in outcomes if isinstance(outcome, Draft)]
    if len(drafts) == 1:
        return drafts[0]
    statements = merge_statements([statement for draft in drafts for statement in draft.statements])
    kinds = {draft.kind for draft in drafts}
    return Draft(tuple(statements), kind=kinds.pop() if len(kinds) == 1 else Kind.FACT)


def _define(part: Part, context: ReportContext) -> Draft | None:
    if read_intent(part.focus) is not Intent.DEFINITION:
        return None
    return define(part.subject, context) or define(part.text, context)
