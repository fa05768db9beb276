"""Several things asked at once: each is answered as if it were asked alone, and what is missing is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from index.types import Document, PeriodKind, Span
from rag.answers.fact import FactAnswerer, count_told, find_answer
from rag.answers.refusal import refuse
from rag.composition import CLOSING, Draft, Group, Quote, Refusal, Statement, merge_statements, state
from rag.evidence.evidence import Evidence
from rag.evidence.term_weights import split_terms
from rag.messages import messages_for
from rag.question.intent import Intent
from rag.question.query import Query
from rag.question.subquestions import MAX_PARTS
from rag.quotation import MAX_QUOTE
from rag.types import Kind, Language

Ask = Callable[[Query, Evidence], Draft | Refusal]
"""How one of the things is answered."""


class SeveralAnswerer:
    """Answers each sentence of a message by itself."""

    name = "several"

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def wants(self, query: Query) -> bool:
        """Take a message of several questions."""
        return query.intent is Intent.SEVERAL

    def answer(self, query: Query, evidence: Evidence) -> Draft | Refusal:
        """Answer what can be answered, with a notice for each thing refused, and one for what is left."""
        outcomes: list[tuple[Query, Draft | Refusal]] = []
        for part in query.parts:
            if outcomes and evidence.context.budget.is_used:
                break
            outcomes.append((part, self._ask(part, Evidence(part, evidence.context))))
        left = query.left + len(query.parts) - len(outcomes)
        document = evidence.context.report.document
        return _tell_left(gather(outcomes, query.language, document), left, query.language)


class PartsAnswerer(SeveralAnswerer):
    """Answers what one sentence asks of several things or periods."""

    name = "parts"

    def wants(self, query: Query) -> bool:
        """Take a sentence of several parts."""
        return bool(query.parts) and query.intent is not Intent.COMPARISON


class ClausesAnswerer(SeveralAnswerer):
    """Answers a sentence clause by clause, where no passage says it all."""

    name = "clauses"

    def wants(self, query: Query) -> bool:
        """Take a sentence each clause of which asks something."""
        return bool(query.clauses)

    def answer(self, query: Query, evidence: Evidence) -> Draft | Refusal:
        """Answer every clause; where that leaves more open than one passage does, answer from that.

        Where one is refused, another is answered only by words that it shares some with.
        """
        outcome = super().answer(replace(query, parts=query.clauses), evidence)
        refused = len(outcome.notices) - bool(query.left)
        told = 0 if isinstance(outcome, Refusal) else len(query.clauses) - refused
        if told == len(query.clauses):
            return outcome
        best = find_answer(query, evidence)
        if best and count_told(best, query, evidence) >= told:
            return _tell_left(FactAnswerer().quote(best, query, evidence), query.left, query.language)
        if isinstance(outcome, Draft) and not split_terms(query.subject) & split_terms(
            "".join(one.words for one in outcome.statements)
        ):
            return _tell_left(refuse(query, evidence), query.left, query.language)
        return outcome


def _tell_left(outcome: Draft | Refusal, left: int, language: Language) -> Draft | Refusal:
    """Return `outcome` with a notice that `left` of the things that were asked are not answered, if any."""
    if not left:
        return outcome
    told = messages_for(language).parts_left.format(most=MAX_PARTS, left=left)
    return replace(outcome, notices=(*outcome.notices, told))


def gather(
    outcomes: Sequence[tuple[Query, Draft | Refusal]], language: Language, document: Document
) -> Draft | Refusal:
    """Return the answers to all parts as one, with a notice for each part refused; else the refusal."""
    found = [outcome for _, outcome in outcomes if isinstance(outcome, Draft)]
    refused = [(part, outcome) for part, outcome in outcomes if isinstance(outcome, Refusal)]
    if not found:
        return refused[0][1]
    part_open = messages_for(language).part_open
    missing = [
        part_open.format(part=part.text.strip("?？"), reason=outcome.reason.text) for part, outcome in refused
    ]
    notices = [notice for draft in found for notice in draft.notices]
    return replace(join(found, document), notices=(*notices, *missing))


def join(drafts: Sequence[Draft], document: Document) -> Draft:
    """Return several answers as one that says nothing twice; those under leads come last."""
    if len(drafts) == 1:
        return drafts[0]
    kinds = {draft.kind for draft in drafts}
    kind = kinds.pop() if len(kinds) == 1 else Kind.FACT
    stated = [one for draft in drafts if not draft.groups for one in draft.statements]
    statements = merge_statements(unite_neighbours(stated, document))
    if not any(draft.groups for draft in drafts):
        return Draft(tuple(statements), kind=kind)
    open_ones = [group for draft in drafts for group in draft.groups if not group.label]
    bare = (*statements, *(one for group in open_ones for one in group.statements))
    led = [group for draft in drafts for group in draft.groups if group.label]
    groups = [Group("", PeriodKind.OTHER, bare), *led] if bare else led
    return Draft.from_groups(groups, kind)


def unite_neighbours(statements: Sequence[Statement], document: Document) -> list[Statement]:
    """Return the statements, those that quote overlapping or neighbouring words of a passage as one."""
    united: list[Statement] = []
    for statement in statements:
        last = united[-1] if united else None
        if last and len(last.quotes) == len(statement.quotes) == 1:
            (one,), (other,) = last.quotes, statement.quotes
            span = Span(min(one.span.start, other.span.start), max(one.span.end, other.span.end))
            touching = len(span) <= len(one.span) + len(other.span) + len(CLOSING)
            if one.passage == other.passage and touching and len(span) <= MAX_QUOTE:
                quote = Quote(one.passage, span, max(one.score, other.score))
                united[-1] = state(quote, document)
                continue
        united.append(statement)
    return united
