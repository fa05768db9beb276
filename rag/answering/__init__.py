"""Answering: each kind of question has a room of its own; `answer` shows it the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import overload

from rag.answering.comparison import compare
from rag.answering.context import ReportContext, TimedIndex
from rag.answering.definition import define
from rag.answering.delivery import tell_delivery
from rag.answering.fact import answer_part
from rag.answering.outline import outline
from rag.answering.points import gather
from rag.composing import Draft, Refusal, merge_statements
from rag.conversation import Standalone
from rag.intent import Intent, read_intent
from rag.parts import (
    MAX_PARTS,
    Part,
    split_clauses,
    split_question,
    split_sentences,
    stands_alone,
    tell_left,
)
from rag.scope import find_scope_reason, read_scope

__all__ = ["ReportContext", "TimedIndex", "answer"]

MOST_TOGETHER = 3
"""Clauses, each of which asks something, that one passage may answer: more are looked up one by one."""


def answer(question: Standalone, context: ReportContext) -> Draft | Refusal:
    """Answer a normalised, standalone question from one report, each of its sentences as if asked alone."""
    sentences = split_sentences(question.text)
    if len(sentences) == 1 or not all(map(stands_alone, sentences)):
        outcome, _, left = _answer_sentence(question, context, MAX_PARTS)
        return replace(outcome, notices=(*outcome.notices, *tell_left(left, chinese=question.chinese)))
    outcomes: list[tuple[str, Draft | Refusal]] = []
    room, left = MAX_PARTS, 0
    for sentence in sentences:
        if room <= 0 or (outcomes and context.budget.is_used):
            left += 1
            continue
        outcome, asked, unasked = _answer_sentence(Standalone(sentence, sentence), context, room)
        outcomes.append((sentence, outcome))
        room -= asked
        left += unasked
    whole = _gather(outcomes)
    return replace(whole, notices=(*whole.notices, *tell_left(left, chinese=question.chinese)))


def _answer_sentence(
    question: Standalone, context: ReportContext, room: int
) -> tuple[Draft | Refusal, int, int]:
    """Answer one sentence in at most `room` parts; return also how many were asked and how many left out."""
    scope = read_scope(question.text, context.report.document)
    if reason := find_scope_reason(scope, context.report):
        return Refusal(reason, context.find_closest(question.text)), 1, 0
    intent = read_intent(question.text)
    if intent is Intent.DELIVERY and (draft := tell_delivery(question.text, context)):
        return draft, 1, 0
    if intent is Intent.COMPARISON:
        return compare(question, context, room)
    if intent is Intent.OUTLINE and (draft := outline(question.text, scope, context)):
        return draft, 1, 0
    if draft := gather(question.text, scope, context):
        return draft, 1, 0
    if draft := outline(question.text, scope, context, counted=True):
        return draft, 1, 0
    outcomes: list[tuple[str, Draft | Refusal]] = []
    year = context.report.document.meta.year
    total = left = 0
    for part in split_question(question, year):
        if total >= room or (outcomes and context.budget.is_used):
            left += 1
            continue
        outcome, asked, unasked = _answer_whole(part, context, year, room - total)
        outcomes.append((part.text, outcome))
        total += asked
        left += unasked
    return _gather(outcomes), total, left


def _gather(outcomes: list[tuple[str, Draft | Refusal]]) -> Draft | Refusal:
    """Return the answers to all parts as one, with a notice for each part refused; else the refusal."""
    found = [outcome for _, outcome in outcomes if isinstance(outcome, Draft)]
    if not found:
        return _join([outcome for _, outcome in outcomes])
    missing = [
        f"关于“{text.strip('?？')}”：{outcome.reason.text}"
        for text, outcome in outcomes
        if isinstance(outcome, Refusal)
    ]
    told = [notice for draft in found for notice in draft.notices]
    return replace(_join(found), notices=(*told, *missing))


def _answer_whole(
    part: Part, context: ReportContext, year: int, room: int
) -> tuple[Draft | Refusal, int, int]:
    """Answer a part from one passage, or clause by clause, at most `room`, where none says it all.

    Returns with the answer how many things were asked, and how many were left out.
    """
    clauses = split_clauses(part, year)
    if len(clauses) <= MOST_TOGETHER:
        outcome = _define(part, context) or answer_part(part, context)
        if len(clauses) == 1 or isinstance(outcome, Draft):
            return outcome, 1, 0
    answers: list[Draft | Refusal] = []
    for clause in clauses[:room]:
        if answers and context.budget.is_used:
            break
        answers.append(answer_part(clause, context))
    return _join(answers), len(answers), len(clauses) - len(answers)


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
    return Draft(tuple(merge_statements([statement for draft in drafts for statement in draft.statements])))


def _define(part: Part, context: ReportContext) -> Draft | None:
    if read_intent(part.focus) is not Intent.DEFINITION:
        return None
    return define(part.subject, context) or define(part.text, context)
