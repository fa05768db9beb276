"""Evidence: what a report says on a query, found when it is first asked for."""

from __future__ import annotations

from functools import cached_property

from index.types import Hit, Span
from rag.evidence.candidates import Reading, read
from rag.evidence.context import ReportContext
from rag.question.query import Query


class Evidence:
    """What the report of `context` says on `query`; made for one question, by one thread."""

    def __init__(self, query: Query, context: ReportContext) -> None:
        self.query = query
        self.context = context

    @cached_property
    def hits(self) -> list[Hit]:
        """The passages nearest to the query, each once."""
        found = self.context.retrieve(self.query.text)
        if self.query.is_part:  # a part may leave its subject to the whole: both are searched
            found += self.context.retrieve(self.query.background)
        return _keep_best(found)

    @cached_property
    def readings(self) -> list[Reading]:
        """The words of each passage that answer best, best first."""
        context = self.context
        hits = self.hits
        context.budget.check()
        context.budget.note_reading(self.query.text)
        return read(self.query, hits, context.report, context.weights, context.reader)


def _keep_best(hits: list[Hit]) -> list[Hit]:
    """Return each passage's best hit."""
    best: dict[Span, Hit] = {}
    for hit in hits:
        known = best.get(hit.passage.span)
        if known is None or hit.score > known.score:
            best[hit.passage.span] = hit
    return list(best.values())
