"""Several things asked at once: each is answered as if it were asked alone, and what is missing is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from index.types import PeriodKind
from rag.composition import Draft, Group, Refusal, merge_statements
from rag.evidence.evidence import Evidence
from rag.messages import messages_for
from rag.question.intent import Intent
from rag.question.query import Query
from rag.question.subquestions import MAX_PARTS
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
        return _tell_left(gather(outcomes, query.language), left, query.language)


class PartsAnswerer(SeveralAnswerer):
    """Answers what one sentence asks of several things or periods."""

    name = "parts"

    def wants(self, query: Query) -> bool:
        """Take a sentence of several parts."""
        return bool(query.parts) and query.intent is not Intent.COMPARISON


class ClausesAnswerer:
    """Answers a sentence clause by clause, where no passage says it all."""

    name = "clauses"

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def wants(self, query: Query) -> bool:
        """Take a sentence each clause of which asks something."""
        return bool(query.clauses)

    def answer(self, query: Query, evidence: Evidence) -> Draft | Refusal:
        """Answer every clause; one that is refused has the whole refused."""
        drafts: list[Draft] = []
        for clause in query.clauses:
            if drafts and evidence.context.budget.is_used:
                break
            outcome = self._ask(clause, Evidence(clause, evidence.context))
            if isinstance(outcome, Refusal):
                return _tell_left(outcome, query.left, query.language)
            drafts.append(outcome)
        return _tell_left(join(drafts), query.left + len(query.clauses) - len(drafts), query.language)


def _tell_left(outcome: Draft | Refusal, left: int, language: Language) -> Draft | Refusal:
    """Return `outcome` with a notice that `left` of the things that were asked are not answered, if any."""
    if not left:
        return outcome
    told = messages_for(language).parts_left.format(most=MAX_PARTS, left=left)
    return replace(outcome, notices=(*outcome.notices, told))


def gather(outcomes: Sequence[tuple[Query, Draft | Refusal]], language: Language) -> Draft | Refusal:
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
    return replace(join(found), notices=(*notices, *missing))


def join(drafts: Sequence[Draft]) -> Draft:
    """Return several answers as one that says nothing twice; those under leads come last."""
    if len(drafts) == 1:
        return drafts[0]
    kinds = {draft.kind for draft in drafts}
    kind = kinds.pop() if len(kinds) == 1 else Kind.FACT
    statements = merge_statements([one for draft in drafts if not draft.groups for one in draft.statements])
    if not any(draft.groups for draft in drafts):
        return Draft(tuple(statements), kind=kind)
    open_ones = [group for draft in drafts for group in draft.groups if not group.label]
    bare = (*statements, *(one for group in open_ones for one in group.statements))
    led = [group for draft in drafts for group in draft.groups if group.label]
    groups = [Group("", PeriodKind.OTHER, bare), *led] if bare else led
    return Draft.from_groups(groups, kind)
