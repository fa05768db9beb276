"""What one check finds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How a part is: fine, worth knowing of, or in need of mending."""

    GOOD = "ok"
    NOTE = "note"
    WRONG = "WRONG"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found; where something is wrong, the sentence says what to do."""

    state: State
    sentence: str


def good(sentence: str) -> Finding:
    """Return what needs nothing."""
    return Finding(State.GOOD, sentence)


def note(sentence: str) -> Finding:
    """Return what works and might surprise."""
    return Finding(State.NOTE, sentence)


def wrong(sentence: str) -> Finding:
    """Return what has to be mended."""
    return Finding(State.WRONG, sentence)
