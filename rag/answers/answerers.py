"""The answerers in their order, which is the only place where order is meaning."""

from __future__ import annotations

import logging
from dataclasses import replace

from rag.answers.answerer import Answerer
from rag.answers.comparison import ComparisonAnswerer
from rag.answers.contents import ContentsAnswerer, CountedContentsAnswerer
from rag.answers.continuation import ContinuationAnswerer, refuse_repeating
from rag.answers.definition import DefinitionAnswerer
from rag.answers.delivery import DeliveryAnswerer
from rag.answers.digest import DigestAnswerer
from rag.answers.enumeration import EnumerationAnswerer
from rag.answers.fact import FactAnswerer
from rag.answers.mention import MentionAnswerer
from rag.answers.overview import OverviewAnswerer
from rag.answers.refusal import refuse, refuse_outright
from rag.answers.several import ClausesAnswerer, PartsAnswerer, SeveralAnswerer
from rag.composition import Draft, Refusal
from rag.evidence.context import ReportContext
from rag.evidence.evidence import Evidence
from rag.question.query import Query

logger = logging.getLogger(__name__)


def answer(query: Query, context: ReportContext) -> Draft | Refusal:
    """Answer `query` from one report, or say why not; the outcome names the answerer or the check."""
    outcome = _ask(query, Evidence(query, context))
    repeated = refuse_repeating(query, outcome) if isinstance(outcome, Draft) else None
    return _log(repeated) if repeated else outcome


def _ask(query: Query, evidence: Evidence) -> Draft | Refusal:
    if refusal := refuse_outright(query, evidence):
        return _log(refusal)
    for answerer in ANSWERERS:
        if not answerer.wants(query):
            continue
        outcome = answerer.answer(query, evidence)
        if isinstance(outcome, Draft):
            return replace(outcome, answerer=outcome.answerer or answerer.name)
        if outcome is not None:
            return outcome
    return _log(refuse(query, evidence))


def _log(refusal: Refusal) -> Refusal:
    logger.debug("Refused by %s: %s", refusal.check, refusal.reason.code)
    return refusal


ANSWERERS: tuple[Answerer, ...] = (
    ContinuationAnswerer(),
    SeveralAnswerer(_ask),
    MentionAnswerer(),
    ContentsAnswerer(),
    OverviewAnswerer(),
    DeliveryAnswerer(),
    ComparisonAnswerer(),
    EnumerationAnswerer(),
    CountedContentsAnswerer(),
    DigestAnswerer(certain=True),
    PartsAnswerer(_ask),
    DefinitionAnswerer(),
    FactAnswerer(),
    ClausesAnswerer(_ask),
    DigestAnswerer(certain=False),
)
