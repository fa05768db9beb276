"""Fusion prefers what both retrievals prefer, and its score stays comparable."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from index.retrieval.fusion import confidence, fuse, standardise

COUNT = st.integers(1, 40)
COSINES = arrays(np.float32, COUNT, elements=st.floats(-1, 1, width=32))


@st.composite
def candidates(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    dense = draw(COSINES)
    lexical = draw(arrays(np.float32, len(dense), elements=st.floats(0, 1000, width=32)))
    return dense, lexical


@given(candidates())
def test_the_score_lies_between_0_and_1_and_never_reverses_the_order(
    pair: tuple[np.ndarray, np.ndarray],
) -> None:
    fused = fuse(*pair)
    scores = confidence(pair[0], fused)
    assert np.all((scores >= 0) & (scores <= 1))
    assert np.all(np.diff(scores[np.argsort(fused, kind="stable")]) >= 0)


@given(candidates())
def test_a_candidate_no_worse_in_both_is_no_worse_fused(pair: tuple[np.ndarray, np.ndarray]) -> None:
    dense, lexical = pair
    fused = fuse(dense, lexical)
    better = (dense[:, None] >= dense) & (lexical[:, None] >= lexical)
    assert np.all((fused[:, None] >= fused)[better])


@given(candidates(), st.floats(0.5, 100), st.floats(-10, 10))
def test_the_scale_of_bm25_does_not_matter(
    pair: tuple[np.ndarray, np.ndarray], factor: float, offset: float
) -> None:
    dense, lexical = np.float64(pair[0]), np.float64(pair[1].round())
    np.testing.assert_allclose(
        fuse(dense, lexical * factor + offset), fuse(dense, lexical), rtol=1e-3, atol=1e-3
    )


def test_equal_scores_express_no_preference() -> None:
    for scores in (np.zeros(4), np.full(4, 0.1), np.full(1, 7.0)):
        assert not standardise(scores.astype(np.float32)).any()


def test_z_scores_by_hand() -> None:
    np.testing.assert_allclose(standardise(np.array([1, 2, 3], dtype=np.float32)), [-(1.5**0.5), 0, 1.5**0.5])


def test_a_query_whose_candidates_are_nearer_scores_higher() -> None:
    near, far = np.array([0.92, 0.85, 0.84]), np.array([0.84, 0.79, 0.78])
    lexical = np.array([9.0, 1.0, 0.0])
    assert confidence(near, fuse(near, lexical))[0] > confidence(far, fuse(far, lexical))[0]


def test_a_lone_candidate_is_judged_by_its_cosine() -> None:
    lexical = np.array([5.0], dtype=np.float32)
    scores = [confidence(dense, fuse(dense, lexical)) for dense in (np.float32([0.8]), np.float32([0.9]))]
    assert scores[0] < scores[1]
    assert scores[0] == pytest.approx(confidence(np.float32([0.8]), np.float32([0])), rel=1e-5)
