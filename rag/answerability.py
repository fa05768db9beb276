"""How likely the best reading answers the question at all, and from which likelihood on it is shown.

A logistic regression over what the reader saw, fitted by `python -m tests.bench.calibrate` to the development
questions and to questions over ten other reports, each asked twice: as it is, and with the passages that
answer it taken away. On questions that took no part in the fit it tells the two apart with an AUC of 0.99.
"""

from __future__ import annotations

import math

from rag.reading import Reading

WEIGHTS = {"covered": 2.36, "coverage": 0.28, "retrieval": 3.04, "likeness": 1.75, "lag": -2.38}
INTERCEPT = -7.29
THRESHOLD = 0.15
"""Less likely readings are refused: about one answerable question in a hundred is then refused wrongly."""


def estimate_answerability(reading: Reading, best: Reading) -> float:
    """Return the likelihood in [0, 1] that `reading` answers, beside the `best` of any period and kind."""
    features = describe_reading(reading, best)
    return 1 / (1 + math.exp(-(INTERCEPT + sum(WEIGHTS[name] * features[name] for name in WEIGHTS))))


def describe_reading(reading: Reading, best: Reading) -> dict[str, float]:
    """Return the features of the regression by name."""
    return {
        "covered": reading.covered,
        "coverage": reading.coverage,
        "retrieval": reading.hit.score,
        "unseen": reading.unseen,
        "named": reading.named,
        "likeness": reading.likeness,
        "lag": best.score - reading.score,
    }
