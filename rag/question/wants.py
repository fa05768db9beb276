"""What a question wants: a linear classifier over its wording and, where there is one, its vector.

Fitted by `python -m rag.training.wants` to questions that people wrote without seeing any of this code
(rag/training/questions); no list of cues stands here. Its weights are `wants.npz`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.language.periods import Time
from index.language.text import has_chinese

WEIGHTS_FILE = Path(__file__).with_name("wants.npz")
LONGEST_RUN = 4
"""Characters (of English: one fewer words) that a feature of the wording has at most."""
LONGEST_READ = 160
"""Characters of a question that are looked at from either end: what is wanted stands there."""
LENGTH_STEP, LONGEST_STEP = 4, 8
"""Characters that make one step of length, and the last step: beyond 32 characters all questions are long."""
TIME = "时"
"""Stands for every time that a question names: which one it is says nothing of what is wanted."""
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_BLANKS = re.compile(r"\s+")
_ENGLISH = re.compile(r"[a-z']+|\d+|[^\w\s]")
_END = "?？。.!！ "

Vector = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float64]
Encode = Callable[[str], Vector | None]
"""Gives the vector of a question, (dimension,), by the bundled encoder; None where another one is in use."""


def no_vector(_: str) -> None:
    """Give no vector: the wording alone decides."""


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
    by_wording, by_both = _load()
    use = by_wording if vector is None else by_both
    return Wants(dict(zip(Want, map(float, use.estimate(features(question, times), vector)), strict=True)))


def features(question: str, times: Sequence[Time] = ()) -> frozenset[str]:
    """Return the features of the wording: its runs of up to four characters, or three English words."""
    text = question
    for time in sorted(times, key=lambda one: -one.span.start):
        text = text[: time.span.start] + TIME + text[time.span.end :]
    text = _BLANKS.sub(" ", _NUMBER.sub("0", text)).strip()
    asks = "asks:" if question.rstrip().endswith(("?", "？")) else "says:"
    pieces: Sequence[str]
    if has_chinese(text):
        text = text.strip(_END)
        pieces, longest, joint = ["^", *_shorten(text), "$"], LONGEST_RUN, ""
    else:
        pieces, longest, joint = ["^", *_shorten(_ENGLISH.findall(text.lower())), "$"], LONGEST_RUN - 1, " "
    runs = {
        joint.join(pieces[start : start + length])
        for length in range(1, longest + 1)
        for start in range(len(pieces) - length + 1)
    }
    return frozenset(runs | {asks, f"length:{min(len(text) // LENGTH_STEP, LONGEST_STEP)}"})


def _shorten(pieces: Sequence[str]) -> Sequence[str]:
    """Return the two ends of what is too long to be one question."""
    if len(pieces) <= 2 * LONGEST_READ:
        return pieces
    return [*pieces[:LONGEST_READ], *pieces[-LONGEST_READ:]]


@dataclass(frozen=True, slots=True)
class Classifier:
    """A multinomial logistic regression; `wording` has a row a feature, `meaning` a row a dimension."""

    rows: Mapping[str, int]
    wording: Floats
    meaning: Floats | None
    intercept: Floats

    def estimate(self, found: frozenset[str], vector: Vector | None) -> Floats:
        """Return the likelihood of each want, (wants,)."""
        known = [self.rows[one] for one in found if one in self.rows]
        total = self.intercept.copy()
        if known:
            total += self.wording[known].sum(axis=0) / np.sqrt(len(known))
        if self.meaning is not None and vector is not None:
            total += vector.astype(np.float64) @ self.meaning
        likely = np.exp(total - total.max())
        shares: Floats = likely / likely.sum()
        return shares


@cache
def _load() -> tuple[Classifier, Classifier]:
    """Return the classifiers of wording alone, and of wording and vector."""
    with np.load(WEIGHTS_FILE, allow_pickle=False) as stored:
        parts: dict[str, Any] = {name: stored[name] for name in stored.files}
    if parts["wants"].tolist() != [str(want) for want in Want]:
        raise ValueError(f"{WEIGHTS_FILE.name} knows other wants: run python -m rag.training.wants.")
    rows = {name: at for at, name in enumerate(bytes(parts["features"]).decode("utf-8").split("\n"))}

    def read(name: str) -> Floats:
        numbers: Floats = parts[name].astype(np.float64)
        return numbers

    return (
        Classifier(rows, read("alone"), None, read("alone_intercept")),
        Classifier(rows, read("wording"), read("meaning"), read("intercept")),
    )
