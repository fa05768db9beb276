"""What a question wants: a linear classifier over its wording and, where there is one, its vector.

Fitted by `python -m rag.training.wants` to questions that people wrote without seeing any of this code
(rag/training/questions); no list of cues stands here. Its weights are `wants.npz`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from index.language.periods import Time
from rag.question.classifier import Vector, judge

WEIGHTS_FILE = Path(__file__).with_name("wants.npz")
TIMES_FILE = Path(__file__).with_name("times.npz")
RESTRICTS = 0.6
"""From this likelihood on only what was done, or only what is planned, is told: the rest is left out then."""
BOTH = 0.5
"""From this likelihood on a question names a time for one of the things it asks, and asks of others too."""


class Want(StrEnum):
    """What may be wanted of a report."""

    FACT = "fact"
    LIST = "list"
    OUTLINE = "outline"
    DEFINITION = "definition"
    COMPARISON = "comparison"
    THEME = "theme"
    KEYWORD = "keyword"
    SITUATION = "situation"
    AUDIENCE = "audience"
    PROBLEMS = "problems"
    OVERVIEW = "overview"
    MENTION = "mention"
    WHETHER = "whether"
    DELIVERY = "delivery"
    SMALLTALK = "smalltalk"
    JUDGEMENT = "judgement"
    OUTSIDE = "outside"


OPEN = (Want.THEME, Want.KEYWORD, Want.SITUATION, Want.AUDIENCE, Want.PROBLEMS)
"""Wants that are answered by all that a report says on something."""


@dataclass(frozen=True, slots=True)
class Wants:
    """How likely each want is; the likelihoods sum to 1."""

    likelihoods: Mapping[Want, float]

    @property
    def best(self) -> Want:
        """The likeliest want."""
        return self.best_of(self.likelihoods)

    def best_of(self, wants: Iterable[Want]) -> Want:
        """Return the likeliest of `wants`."""
        return max(wants, key=lambda want: self.likelihoods[want])

    def of(self, *wants: Want) -> float:
        """Return how likely one of `wants` is."""
        return sum(self.likelihoods[want] for want in wants)

    def mixed_with(self, other: Wants) -> Wants:
        """Return the mean of two judgements of one question, as in two languages."""
        return Wants(
            {want: (share + other.likelihoods[want]) / 2 for want, share in self.likelihoods.items()}
        )

    @property
    def open(self) -> float:
        """How likely it is that all that a report says on something is wanted."""
        return self.of(*OPEN)


def judge_wants(question: str, times: Sequence[Time] = (), vector: Vector | None = None) -> Wants:
    """Judge what a normalised `question` wants, which names `times`.

    `vector` is its vector, (dimension,), by the bundled encoder; without one the wording alone decides.
    """
    likely = judge(WEIGHTS_FILE, tuple(map(str, Want)), question, times, vector)
    return Wants({want: likely[want] for want in Want})


class TimeWish(StrEnum):
    """Which time of what a report says an open question wants."""

    ALL = "all"
    DONE = "done"
    PLANNED = "planned"
    NAMED = "named"
    """Only the years or periods that it names."""


def judge_time(
    question: str, times: Sequence[Time] = (), vector: Vector | None = None
) -> Mapping[TimeWish, float]:
    """Judge which time a normalised, open `question` wants, which names `times`; the likelihoods sum to 1.

    `vector` is its vector, as for `judge_wants`.
    """
    likely = judge(TIMES_FILE, tuple(map(str, TimeWish)), question, times, vector)
    return {wish: likely[wish] for wish in TimeWish}


def choose_time(
    judged: Sequence[Mapping[TimeWish, float]], *, named: bool, sure: float = RESTRICTS
) -> TimeWish:
    """Return which time is wanted by the mean of several judgements of one question.

    `named` says whether it names any: then that one is wanted, unless others are as well. Only what was done,
    or is planned, is wanted from the likelihood `sure` on.
    """
    likely = {wish: sum(one[wish] for one in judged) / len(judged) for wish in TimeWish}
    if named:
        return TimeWish.ALL if likely[TimeWish.ALL] >= BOTH else TimeWish.NAMED
    best = max((TimeWish.DONE, TimeWish.PLANNED), key=lambda wish: likely[wish])
    return best if likely[best] >= sure else TimeWish.ALL
