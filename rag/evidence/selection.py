"""Choosing what a digest shows: the most telling runs of clauses that fit into its length."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index.types import Passage, Span
from rag.evidence.weights import load_table

LEAD = 8
"""Characters that the lead of one more period takes."""
_WORDS = re.compile(r"\W")


@dataclass(frozen=True, slots=True)
class Selection:
    """What is chosen by.

    From the degree `on_topic` on a run is shown (on reports left out of the fit, precision is then 0.8),
    from `covered` on the best one of a period even where others would tell more. `share_of_topic` is what the
    degree of being on the topic counts beside the weight: it decides between equally telling runs.
    Runs that share `same` of the shorter one's character pairs say the same.
    """

    on_topic: float
    covered: float
    share_of_topic: float
    same: float


SELECTION = Selection(**load_table("selection"))


@dataclass(frozen=True, slots=True)
class Run:
    """Whole clauses of a passage that stand together, with their degrees in [0, 1].

    `on_topic` is the likelihood that they are on the topic, `weight` that an answer without them would be
    incomplete.
    """

    passage: Passage
    span: Span
    words: str
    on_topic: float
    weight: float

    @property
    def length(self) -> int:
        """Characters that the run takes, white space not counted and a closing mark included."""
        return len("".join(self.words.split())) + 1

    @property
    def worth(self) -> float:
        """How much is told."""
        return self.weight + SELECTION.share_of_topic * self.on_topic


def choose(
    runs: Iterable[Run], limit: int, *, items: int | None = None, every_period: bool = False
) -> list[Run]:
    """Return the most telling runs of at most `limit` characters and `items` sentences, in reading order.

    With `every_period` the best run of each period is taken before any second one.
    """
    ranked = sorted(
        (run for run in runs if run.on_topic >= SELECTION.on_topic), key=lambda run: (-run.worth, run.span)
    )
    chosen: list[Run] = []
    if every_period:
        for label in dict.fromkeys(label_of(run) for run in ranked):
            best = next(run for run in ranked if label_of(run) == label)
            if best.on_topic >= SELECTION.covered:
                _add(best, chosen, limit, items)
    for run in ranked:
        _add(run, chosen, limit, items)
    return sorted(chosen, key=lambda run: run.span)


def label_of(run: Run) -> tuple[str, bool]:
    """Return the period of a run as groups tell it: its label, and whether it is planned."""
    period = run.passage.period
    return period.label, period.kind == "planned"


def _add(run: Run, chosen: list[Run], limit: int, items: int | None) -> None:
    if any(run.span.overlaps(other.span) or _says_the_same(run, other) for other in chosen):
        return
    labels = {label_of(other) for other in chosen}
    length = sum(other.length for other in chosen) + LEAD * len(labels | {label_of(run)})
    if length + run.length <= limit and (items is None or len(chosen) < items):
        chosen.append(run)


def _says_the_same(one: Run, other: Run) -> bool:
    """Tell whether two runs of one period use the same words."""
    if label_of(one) != label_of(other):
        return False
    mine, theirs = _pairs(one.words), _pairs(other.words)
    return len(mine & theirs) >= SELECTION.same * min(len(mine), len(theirs))


def _pairs(words: str) -> frozenset[str]:
    letters = _WORDS.sub("", words)
    return frozenset(letters[at : at + 2] for at in range(len(letters) - 1)) or frozenset({letters})


def join_neighbours(runs: Sequence[Run], longest: int) -> list[Run]:
    """Return `runs`, in reading order, with those that stand side by side in one passage made one."""
    joined: list[Run] = []
    for run in runs:
        last = joined[-1] if joined else None
        side_by_side = last is not None and last.passage is run.passage and last.span.end == run.span.start
        if last is None or not side_by_side or run.span.end - last.span.start > longest:
            joined.append(run)
            continue
        joined[-1] = Run(
            run.passage,
            Span(last.span.start, run.span.end),
            last.words + run.words,
            max(last.on_topic, run.on_topic),
            max(last.weight, run.weight),
        )
    return joined
