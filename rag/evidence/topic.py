"""What of a report is on a topic: runs of clauses, each with how likely it is on it and how telling it is.

Two logistic regressions over the columns of rag.evidence.topic_features, fitted by `python -m
rag.training.topic` (weights.toml): is a clause on the topic, and would an answer without it be incomplete?
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from index.types import IndexedDocument, Passage, Role
from rag.evidence.cutting import cut, is_lead_in, span_of
from rag.evidence.selection import Run
from rag.evidence.topic_features import Column, Material, Measured, measure
from rag.evidence.weights import load_table
from rag.question.topic_words import Topic

PRODUCT = "*"
"""“logit*fig” in weights.toml is the product of two columns."""
LEAST = 0.05
"""Passages without any clause of this degree are on no topic: they are not cut."""
SPOKEN_OF = 0.4
"""A report speaks of a topic when it uses words of at least this share of the topic's weight."""


@dataclass(frozen=True, slots=True)
class Regression:
    """A logistic regression over named columns."""

    intercept: float
    weights: Mapping[str, float]

    def estimate(self, columns: Mapping[str, Column]) -> Column:
        """Return the likelihood, (n,), in [0, 1]."""
        total = np.full(len(next(iter(columns.values()))), self.intercept)
        for name, weight in self.weights.items():
            total += weight * column_of(name, columns)
        likelihood: Column = 1 / (1 + np.exp(-total))
        return likelihood


def column_of(name: str, columns: Mapping[str, Column]) -> Column:
    """Return a column by its name in weights.toml: one that was measured, or the product of two."""
    one, _, other = name.partition(PRODUCT)
    return columns[one] * columns[other] if other else columns[one]


@cache
def load_regressions() -> tuple[Regression, Regression]:
    """Return the regressions of weights.toml: on the topic, and telling."""
    on_topic, telling = (Regression(**load_table(name)) for name in ("on_topic", "telling"))
    return on_topic, telling


def find_on_topic(
    question: str, topic: Topic, admits: Callable[[Passage], bool], material: Material
) -> list[Run]:
    """Return the runs of clauses of the report that may be on `topic`, in reading order.

    `admits` says whether a passage is of the time that `question` asks for; others are not returned.
    """
    fits = [admits(passage) for passage in material.report.structure.passages]
    measured = measure(question, topic, fits, material)
    on_topic, telling = (regression.estimate(measured.columns) for regression in load_regressions())
    return cut_runs(measured, fits, on_topic, telling, material.report)


def cut_runs(
    measured: Measured, fits: list[bool], on_topic: Column, telling: Column, report: IndexedDocument
) -> list[Run]:
    """Return the runs of clauses of every passage that fits, with the degrees of their best clauses."""
    text = report.document.text
    firsts = np.searchsorted(measured.owners, np.arange(len(measured.passages)))
    runs = []
    for passage, fit, at in zip(measured.passages, fits, firsts, strict=True):
        count = len(passage.clauses or (passage.span,))
        if not fit or passage.role is not Role.BODY or on_topic[at : at + count].max() < LEAST:
            continue
        for first, end in cut(text, passage):
            span = span_of(passage, (first, end))
            if not is_lead_in(span.of(text)):
                degrees = (float(column[at + first : at + end].max()) for column in (on_topic, telling))
                runs.append(Run(passage, span, span.of(text), *degrees))
    return runs


def speaks_of(topic: Topic, report: IndexedDocument) -> bool:
    """Tell whether `report` uses words of `topic`, or words for what they mean.

    A word that stands in few passages weighs more than one that stands in many.
    """
    text = report.document.text
    if any(mean in text for mean in topic.means):
        return True
    bodies = [passage.span.of(text) for passage in report.structure.passages]
    counts = {word: sum(word in body for body in bodies) for word in topic.words}
    weights = {word: math.log(1 + len(bodies) / max(1, count)) for word, count in counts.items()}
    heard = sum(weight for word, weight in weights.items() if counts[word])
    return heard >= SPOKEN_OF * sum(weights.values())
