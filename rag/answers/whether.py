"""Whether something is so: the words that decide, quoted under their period: no plan reads as done."""

from __future__ import annotations

from index.types import PeriodKind
from rag.answers.context import ReportContext
from rag.answers.fact import answer_part
from rag.composition import Draft, Group, Refusal
from rag.question.subquestions import Part
from rag.types import Kind


def answer_whether(part: Part, context: ReportContext) -> Draft | Refusal:
    """Answer with the words that decide; what they plan stands under a lead that says so."""
    outcome = answer_part(part, context)
    return outcome if isinstance(outcome, Refusal) else tell_plans(outcome)


def tell_plans(draft: Draft) -> Draft:
    """Put a draft that plans what it tells under the lead of its period: “2021年(计划):”."""
    periods = {quote.passage.period for one in draft.statements for quote in one.quotes}
    period = next(iter(periods)) if len(periods) == 1 else None
    if draft.groups or period is None or period.kind is not PeriodKind.PLANNED or not period.label:
        return draft
    return Draft.from_groups(
        [Group(period.label, period.kind, draft.statements)],
        Kind.FACT,
        notices=draft.notices,
        coverage=draft.coverage,
    )
