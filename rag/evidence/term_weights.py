"""How much of a question's wording a stretch of text covers, weighted by how telling each term is."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from functools import lru_cache

from index.language.text import join_lines, normalise
from index.language.words import bigrams
from rag.evidence.weights import load_table

CONTEXT_WEIGHT: float = load_table("terms")["context"]
"""What a term of the rest of the question counts beside one of the part that is being answered."""


@lru_cache(maxsize=50_000)  # clauses are asked for again with every question; a report has about a thousand
def split_terms(text: str) -> frozenset[str]:
    """Return the terms of `text`: the same character bigrams, numbers and Latin words that BM25 compares."""
    return frozenset(bigrams(normalise(join_lines(text))))


@dataclass(frozen=True, slots=True)
class TermWeights:
    """Inverse document frequencies of the terms of a report, counted over its passages."""

    weights: Mapping[str, float]
    unseen: float

    @classmethod
    def from_passages(cls, passages: Iterable[str]) -> TermWeights:
        """Count the passages of one report."""
        counts: Counter[str] = Counter()
        total = 0
        for passage in passages:
            counts.update(split_terms(passage))
            total += 1
        # The usual smoothed form, log(1 + N / df), so that a term of every passage still counts a little.
        weights = {term: math.log(1 + total / count) for term, count in counts.items()}
        return cls(weights, unseen=math.log(1 + total))

    def weigh(self, term: str) -> float:
        """Return the weight of one term; a term the report never uses weighs most."""
        return self.weights.get(term, self.unseen)

    def weigh_word(self, word: str) -> float:
        """Return the weight of a word: that of its rarest term."""
        return max((self.weigh(term) for term in split_terms(word)), default=0.0)


@dataclass(frozen=True, slots=True)
class WeightedTerms:
    """The terms of a question with their weights, and the sum of these."""

    weights: Mapping[str, float]
    total: float

    @classmethod
    def from_subject(cls, subject: str, context: str, weights: TermWeights) -> WeightedTerms:
        """Weigh the terms of a question's `subject` as the report does, those of its `context` less."""
        terms = {term: CONTEXT_WEIGHT * weights.weigh(term) for term in split_terms(context)}
        terms |= {term: weights.weigh(term) for term in split_terms(subject)}
        return cls(terms, math.fsum(terms.values()))

    def covered_by(self, terms: Set[str]) -> float:
        """Return the share of the weight that `terms` cover, in [0, 1]; 0 for a question without terms."""
        # Exact sums do not depend on the order of a set.
        shared = self.weights.keys() & terms if len(terms) < len(self.weights) else self.weights.keys()
        covered = math.fsum(self.weights[term] for term in shared if term in terms)
        return covered / (self.total or 1.0)
