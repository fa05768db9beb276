"""Whether a question leans on what was said before, and how: judged by its wording and its vector.

Fitted by `python -m rag.training.leaning`; its weights are `leaning.npz`.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from index.language.periods import Time
from rag.question.classifier import Vector, judge

WEIGHTS_FILE = Path(__file__).with_name("leaning.npz")
NAMED, UNNAMED = 0.25, 0.75
"""How likely a question has to be complete to be taken for it: where it names its thing, and where not.

Of 430 complete questions that it was not fitted to one is less likely than 0.75; of 90 that lean, those
between the two stand as well alone where they name something.
"""


class Link(StrEnum):
    """How a question is linked to what was said before."""

    ALONE = "alone"
    """Not at all: it is complete."""
    DETAIL = "detail"
    """It asks something else of the same thing (“在哪里建?”)."""
    OTHER = "other"
    """It asks the same of something else, or of another time (“那绿化呢?”)."""
    MORE = "more"
    """It wants what was not said yet (“还有呢?”)."""
    ITEM = "item"
    """It is about an item of an answer (“第三条具体讲讲”)."""


def judge_link(
    question: str, times: Sequence[Time] = (), vector: Vector | None = None, *, named: bool = True
) -> Link:
    """Judge how a normalised `question` that follows others, and names `times`, leans on them.

    `named` tells whether it names a thing beside times and attributes. `vector` is its vector, (dimension,),
    by the bundled encoder; without one the wording alone decides.
    """
    likely = judge(WEIGHTS_FILE, tuple(map(str, Link)), question, times, vector)
    if likely[Link.ALONE] >= (NAMED if named else UNNAMED):
        return Link.ALONE
    return max((link for link in Link if link is not Link.ALONE), key=lambda link: likely[link])
