"""What can be wrong with a sentence that claims to rest on given words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """The kinds of mistakes."""

    FIGURE = "figure"
    UNIT = "unit"
    HEDGE = "hedge"
    PERIOD = "period"
    NAME = "name"
    DIRECTION = "direction"
    NEGATION = "negation"
    MODALITY = "modality"
    SUBJECT = "subject"
    EMPHASIS = "emphasis"
    WORDING = "wording"


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault of a claim, and the words it lies in."""

    fault: Fault
    words: str
