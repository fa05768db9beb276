"""Linear classifiers of questions, over their wording and, where there is one, their vector.

Fitted by `rag.training` to questions that people wrote; no list of cues stands here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.language.periods import Time
from index.language.text import has_chinese

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
        """Return the likelihood of each label, (labels,)."""
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
def load_classifiers(file: Path, labels: tuple[str, ...]) -> tuple[Classifier, Classifier]:
    """Return the classifiers that `file` holds: of wording alone, and of wording and vector.

    Raises ValueError where it was fitted to other labels than `labels`.
    """
    with np.load(file, allow_pickle=False) as stored:
        parts: dict[str, Any] = {name: stored[name] for name in stored.files}
    if tuple(parts["labels"].tolist()) != labels:
        raise ValueError(f"{file.name} knows other labels: run python -m rag.training.{file.stem}.")
    rows = {name: at for at, name in enumerate(bytes(parts["features"]).decode("utf-8").split("\n"))}

    def read(name: str) -> Floats:
        numbers: Floats = parts[name].astype(np.float64)
        return numbers

    return (
        Classifier(rows, read("alone"), None, read("alone_intercept")),
        Classifier(rows, read("wording"), read("meaning"), read("intercept")),
    )


def judge(
    file: Path, labels: tuple[str, ...], question: str, times: Sequence[Time], vector: Vector | None
) -> dict[str, float]:
    """Return how likely each of `labels` is for a normalised `question`, which names `times`.

    `vector` is its vector, (dimension,), by the bundled encoder; without one the wording alone decides.
    """
    by_wording, by_both = load_classifiers(file, labels)
    use = by_wording if vector is None else by_both
    return dict(zip(labels, map(float, use.estimate(features(question, times), vector)), strict=True))
