"""How likely the best reading answers the question at all, and from which likelihood on it is shown.

A logistic regression over what was seen in reading, the trained reader's judgement among it (weights.toml),
fitted by `python -m rag.training.calibration` to questions over the bundled and other reports, each asked
twice: as it is, and with the passages that answer it taken away. The trained reader has seen none of them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from rag.evidence.candidates import Reading
from rag.evidence.weights import load_table


@dataclass(frozen=True, slots=True)
class Answerability:
    """The regression; readings less likely than `threshold` are refused.

    One right reading in sixty or so is then refused wrongly.
    """

    intercept: float
    threshold: float
    weights: Mapping[str, float]


REGRESSION = Answerability(**load_table("answerability"))


def estimate_answerability(reading: Reading, best: Reading) -> float:
    """Return the likelihood in [0, 1] that `reading` answers, beside the `best` of any period and kind."""
    features = describe_reading(reading, best)
    total = sum(weight * features[name] for name, weight in REGRESSION.weights.items())
    return 1 / (1 + math.exp(-(REGRESSION.intercept + total)))


def describe_reading(reading: Reading, best: Reading) -> dict[str, float]:
    """Return the features of the regression by name."""
    return {
        "covered": reading.covered,
        "unseen": reading.unseen,
        "retrieval": reading.hit.score,
        "likeness": reading.likeness,
        "judged": reading.judged,
        "lag": best.score - reading.score,
    }
