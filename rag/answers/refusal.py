"""Why a report does not answer: named checks in their order; the first that holds gives the reason."""

from __future__ import annotations

from collections.abc import Callable

from index.language.periods import Time, Unresolved, Why
from rag.answers.fact import find_fitting
from rag.composition import Quote, Refusal, is_citable, quote_passage
from rag.evidence.evidence import Evidence
from rag.evidence.premise import Contradiction, find_contradiction
from rag.messages import messages_for, name_label
from rag.question.intent import Intent
from rag.question.names import find_unnamed
from rag.question.query import Query
from rag.question.scope import find_missing_times
from rag.question.wants import Want
from rag.quotation import trim_quote
from rag.types import Reason, ReasonCode

CLOSEST = 3
"""Passages shown when the report does not answer."""

OPINION = 0.7
"""From this likelihood on an opinion or a forecast is wanted: of questions for facts nearly none does."""

Check = Callable[[Query, Evidence], Reason | None]


def other_place(query: Query, evidence: Evidence) -> Reason | None:
    """Refuse a question about a place that is not the report's."""
    if not query.scope.places:
        return None
    messages, place = messages_for(query.language), evidence.context.report.document.meta.place
    told = messages.other_place.format(place=place, names=messages.join(query.scope.places))
    return Reason(ReasonCode.OTHER_PLACE, told)


def uncovered_period(query: Query, evidence: Evidence) -> Reason | None:
    """Refuse a question about times of which no passage speaks."""
    missing = find_missing_times(query.scope, evidence.context.report)
    if query.openness and query.openness.certain:  # told by period, “these years” restrict nothing
        missing = tuple(time for time in missing if not _is_vague(time))
    if not missing:
        return None
    messages = messages_for(query.language)
    names = messages.join(name_label(time.label, query.language) for time in missing)
    in_part = query.scope.unresolved or any(time.part for time in missing)
    told = messages.period_without if in_part else messages.other_period
    return Reason(ReasonCode.OTHER_PERIOD, told.format(names=names))


def _is_vague(time: Time) -> bool:
    return isinstance(time, Unresolved) and time.why is Why.NO_NUMBER


def judgement(query: Query, evidence: Evidence) -> Reason | None:
    """Refuse what no report can give: an opinion, or a forecast."""
    if query.wants.of(Want.JUDGEMENT) < OPINION:
        return None
    return Reason(ReasonCode.JUDGEMENT, messages_for(query.language).judgement)


def false_premise(query: Query, evidence: Evidence) -> Reason | None:
    """Refuse a question that takes for granted what the report denies."""
    denied = _find_denial(query, evidence)
    return Reason(ReasonCode.FALSE_PREMISE, denied.text) if denied else None


def unnamed_subject(query: Query, evidence: Evidence) -> Reason | None:
    """Refuse a question about a name that the report never uses."""
    names = find_unnamed(query.text, evidence.context.report.document.text)
    if not names:
        return None
    messages = messages_for(query.language)
    return Reason(ReasonCode.OTHER_SUBJECT, messages.other_subject.format(names=messages.join(names)))


def unlikely_answer(query: Query, evidence: Evidence) -> Reason | None:
    """Refuse where words of the right kind are there, and are unlikely to answer, or where nothing is."""
    if evidence.readings and not find_fitting(query, evidence):
        return None
    return _not_given(query, evidence, messages_for(query.language).not_mentioned)


def place_inside(query: Query, evidence: Evidence) -> Reason | None:
    """Refuse a question about a part of the place where the best words are about the whole."""
    if evidence.readings[0].in_place:
        return None
    messages = messages_for(query.language)
    names = messages.join(query.scope.inner_places)
    return Reason(ReasonCode.OTHER_PLACE, messages.place_without.format(names=names))


def period_not_given(query: Query, evidence: Evidence) -> Reason | None:
    """Refuse where the best words are of another period."""
    if evidence.readings[0].in_period:
        return None
    messages = messages_for(query.language)
    names = messages.join(name_label(time.label, query.language) for time in query.scope.times)
    return Reason(ReasonCode.OTHER_PERIOD, messages.period_without.format(names=names))


def opposite_given(query: Query, evidence: Evidence) -> Reason | None:
    """Refuse where the best words are about the opposite of what was asked for."""
    best = evidence.readings[0]
    if not best.opposite:
        return None
    told = messages_for(query.language).opposite_without.format(word=best.opposite)
    return Reason(ReasonCode.NOT_MENTIONED, told)


def kind_not_given(query: Query, evidence: Evidence) -> Reason:
    """Refuse where no words are of the kind that was asked for."""
    messages = messages_for(query.language)
    return _not_given(query, evidence, messages.not_given.format(wanted=messages.wanted[query.target.wanted]))


def _not_given(query: Query, evidence: Evidence, otherwise: str) -> Reason:
    """Say that the report speaks of the topic without the answer; where it does not, `otherwise`."""
    text, topic = evidence.context.report.document.text, query.topic
    meant = [mean for mean in topic.means if mean in text]
    spoken_of = bool(topic.words) and (meant or all(word in text for word in topic.words))
    if not spoken_of:
        return Reason(ReasonCode.NOT_MENTIONED, otherwise)
    named = next((word for word in (*topic.phrases, *topic.words, *meant) if word in text), "")
    messages = messages_for(query.language)
    told = messages.no_direct_answer.format(topic=named, wanted=messages.wanted[query.target.wanted])
    return Reason(ReasonCode.NO_DIRECT_ANSWER, told)


BEFORE: tuple[Check, ...] = (other_place, uncovered_period, judgement)
"""Held against every question before anything answers it: they look at it alone."""

CHECKS: tuple[Check, ...] = (
    false_premise,
    unnamed_subject,
    unlikely_answer,
    place_inside,
    period_not_given,
    opposite_given,
    kind_not_given,
)
"""Held against a question that nothing has answered, in this order; the last one always gives a reason."""


def refuse_outright(query: Query, evidence: Evidence) -> Refusal | None:
    """Return why no passage can answer `query`, or None.

    Each part of a message is asked about itself, and words are counted whatever time or place they name.
    """
    if query.intent is Intent.SEVERAL or query.mention:
        return None
    return _refuse(BEFORE, query, evidence)


def refuse(query: Query, evidence: Evidence) -> Refusal:
    """Return why `query` is not answered."""
    refusal = _refuse(CHECKS, query, evidence)
    if refusal is None:
        raise AssertionError("The last check gave no reason.")
    return refusal


def _refuse(checks: tuple[Check, ...], query: Query, evidence: Evidence) -> Refusal | None:
    for check in checks:
        if reason := check(query, evidence):
            denied = _find_denial(query, evidence) if check is false_premise else None
            closest = find_closest(query.text, evidence, denied)
            return Refusal(reason, closest, query.kind, check.__name__)
    return None


def find_closest(text: str, evidence: Evidence, denied: Contradiction | None = None) -> tuple[Quote, ...]:
    """Return the passages to show when there is no answer; first the one that denies what was asked."""
    hits = [hit for hit in evidence.context.retrieve(text) if is_citable(hit.passage)]
    quotes = [quote_passage(hit) for hit in hits[:CLOSEST]]
    if denied:
        span = trim_quote(evidence.context.report.document.text, denied.span)
        others = [quote for quote in quotes if quote.passage != denied.hit.passage]
        quotes = [Quote(denied.hit.passage, span, denied.hit.score), *others[: CLOSEST - 1]]
    return tuple(quotes)


def _find_denial(query: Query, evidence: Evidence) -> Contradiction | None:
    context = evidence.context
    return find_contradiction(query, context.weights, evidence.readings, context.report.document.text)
