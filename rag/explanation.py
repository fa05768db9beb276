"""How a question was answered: its Query, its evidence, and what answered or refused it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from index.types import Document
from rag.composition import Draft, Refusal
from rag.evidence.answerability import estimate_answerability
from rag.evidence.candidates import Reading
from rag.evidence.evidence import Evidence
from rag.question.query import Query

SHOWN = 5
"""Readings that are told of: the words that answer are among the first ones or nowhere."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A `query` asked of `document`, what came of it, and the `readings` of its words, best first."""

    document: Document
    query: Query
    outcome: Draft | Refusal
    readings: tuple[Reading, ...]

    @classmethod
    def of(cls, query: Query, evidence: Evidence, outcome: Draft | Refusal) -> Explanation:
        """Tell of `outcome`; the passages are read for it where no answerer has read them."""
        return cls(evidence.context.report.document, query, outcome, tuple(evidence.readings))

    def lines(self) -> Iterator[str]:
        """Yield it as lines of text."""
        yield from _tell_query(self.query, "")
        best = self.readings[0] if self.readings else None
        for reading in self.readings[:SHOWN] if best else ():
            yield from _tell_reading(reading, estimate_answerability(reading, best or reading), self.document)
        if isinstance(self.outcome, Draft):
            yield f"answered by: {self.outcome.answerer} ({self.outcome.kind})"
        else:
            yield f"refused by: {self.outcome.check} ({self.outcome.reason.code})"


def _tell_query(query: Query, indent: str) -> Iterator[str]:
    scope, target = query.scope, query.target
    facts = {
        "query": query.text,
        "about": query.subject,
        "intent": query.intent,
        "wanted": " ".join(filter(None, (target.wanted, target.unit))),
        "periods": ", ".join(time.label for time in scope.periods),
        "times not resolved": ", ".join(f"{time.words} ({time.why})" for time in scope.unresolved),
        "planned": "" if scope.planned is None else str(scope.planned),
        "places": ", ".join((*scope.places, *scope.inner_places)),
        "whether": "yes" if query.asks_whether else "",
        "looks for": ", ".join(query.mention.words) if query.mention else "",
    }
    yield from (f"{indent}{name}: {value}" for name, value in facts.items() if value)
    for name, parts in (("part", query.parts), ("clause", query.clauses)):
        for number, part in enumerate(parts, start=1):
            yield f"{indent}{name} {number}"
            yield from _tell_query(part, f"{indent}  ")


def _tell_reading(reading: Reading, likely: float, document: Document) -> Iterator[str]:
    against = [
        name
        for name, holds in {
            "another period": not reading.in_period,
            "another place": not reading.in_place,
            "another kind of words": not reading.on_target,
            f"the opposite of {reading.opposite}": bool(reading.opposite),
        }.items()
        if holds
    ]
    words = " ".join(reading.span.of(document.text).split())
    place = f"{reading.span.start}–{reading.span.end}"
    figures = f"score {reading.score:.2f}, likely {likely:.2f}, covered {reading.covered:.2f}"
    yield f"reading {place}: {words}"
    yield f"  {figures}, judged {reading.judged:.1f}" + (f"; {', '.join(against)}" if against else "")
