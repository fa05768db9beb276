"""What answers a query: the seam between understanding and the kinds of answers."""

from __future__ import annotations

from typing import Protocol

from rag.composition import Draft, Refusal
from rag.evidence.evidence import Evidence
from rag.question.query import Query


class Answerer(Protocol):
    """Makes one kind of answer."""

    name: str
    """Shown by `report-rag explain`, and on the page where it tells how an answer was found."""

    def wants(self, query: Query) -> bool:
        """Tell whether `query` may ask for this kind of answer."""

    def answer(self, query: Query, evidence: Evidence) -> Draft | Refusal | None:
        """Answer `query` from `evidence`; None leaves it to the next answerer, a Refusal is final."""
