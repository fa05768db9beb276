"""How likely the best reading answers the question at all, and from which likelihood on it is shown.

A logistic regression over what was seen in reading, the trained reader's judgement among it, fitted by
`python -m rag.training.calibration` to questions over the bundled and other reports, each asked twice: as
it is, and with the passages that answer it taken away. The trained reader has seen none of these questions.
"""

from __future__ import annotations

import math

from rag.evidence.candidates import Reading

WEIGHTS = {
    "covered": 4.93,
    "unseen": 5.2,
    "retrieval": 2.23,
    "likeness": 0.95,
    "judged": 0.56,
    "lag": -0.67,
}
INTERCEPT = -7.39
THRESHOLD = 0.18
"""Less likely readings are refused: one right reading in sixty or so is then refused wrongly."""


def estimate_answerability(reading: Reading, best: Reading) -> float:
    """Return the likelihood in [0, 1] that `reading` answers, beside the `best` of any period and kind."""
    features = describe_reading(reading, best)
    return 1 / (1 + math.exp(-(INTERCEPT + sum(WEIGHTS[name] * features[name] for name in WEIGHTS))))


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
