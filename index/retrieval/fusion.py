"""Fusion of dense and lexical retrieval into one order and one score.

Both scores of every candidate are standardised over the candidates (z-scores) and averaged; on CMRC 2018 this
finds the right paragraph first more often than reciprocal rank fusion does.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.floating[Any]]
"""(n candidates,) higher is better."""

LEXICAL_WEIGHT = 0.7
"""Against 1 for dense: amid a plateau from 0.5 to 0.8 that lies above 1.0 on CMRC and our questions alike."""

# The cosines of multilingual-e5 crowd: candidates average 0.86, right first hits come to 0.94 (median, on the
# scale of `confidence`). The logistic rises from 0.07 to 0.93 between them.
_EVEN_COSINE = 0.90
_COSINE_SCALE = 0.015

_NOISE = 1e-6  # a spread this small against the scores is float32's rounding, no preference


def standardise(scores: Scores) -> Scores:
    """Return z-scores; all 0 where every candidate scores the same."""
    exact = scores.astype(np.float64)
    deviation = exact.std()
    if deviation <= _NOISE * np.abs(exact).max():
        return np.zeros_like(exact)
    standard: Scores = (exact - exact.mean()) / deviation
    return standard


def fuse(dense: Scores, lexical: Scores) -> Scores:
    """Return the weighted mean of both z-scores, aligned with the candidates; only its order matters."""
    return (standardise(dense) + LEXICAL_WEIGHT * standardise(lexical)) / (1 + LEXICAL_WEIGHT)


def confidence(dense: Scores, fused: Scores) -> Scores:
    """Map `fused` to [0, 1] without changing its order.

    A z-score cannot be compared between queries, a cosine (`dense`) can: `fused` is put back on the cosines'
    scale, where it reads as the cosine of an equally good candidate on which both retrievals agree, and goes
    through a logistic.
    """
    equivalent = dense.mean() + dense.std() * fused
    likely: Scores = (1 + np.tanh((equivalent - _EVEN_COSINE) / (2 * _COSINE_SCALE))) / 2  # never overflows
    return likely
