"""The cues of open questions (openness.toml): what they tell of a question, and nothing else."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

OPENNESS_FILE = Path(__file__).with_name("openness.toml")


@dataclass(frozen=True, slots=True)
class Cue:
    """One entry of openness.toml."""

    id: str
    says: str
    words: tuple[str, ...]
    not_before: tuple[str, ...]
    not_after: tuple[str, ...]
    yes: tuple[str, ...]
    no: tuple[str, ...]

    def applies(self, question: str) -> bool:
        """Tell whether a normalised question has one of the words."""
        return _pattern(self).search(question) is not None


@cache
def _pattern(cue: Cue) -> re.Pattern[str]:
    before = "".join(f"(?<!{re.escape(word)})" for word in cue.not_after)
    after = f"(?!{alternatives(cue.not_before)})" if cue.not_before else ""
    return re.compile(f"{before}(?:{alternatives(cue.words)}){after}", re.IGNORECASE)


def alternatives(words: Iterable[str]) -> str:
    """Return a regular expression for any of `words`, the longest first."""
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


@cache
def cues() -> tuple[Cue, ...]:
    """Return the entries of openness.toml in their order."""
    entries = tomllib.loads(OPENNESS_FILE.read_text("utf-8"))
    return tuple(
        Cue(
            name,
            entry["says"],
            tuple(entry["words"]),
            tuple(entry.get("not_before", ())),
            tuple(entry.get("not_after", ())),
            tuple(entry["yes"]),
            tuple(entry["no"]),
        )
        for name, entry in entries.items()
    )


@cache
def cue_words() -> frozenset[str]:
    """Return the words of all cues: they say nothing of what a question is about."""
    return frozenset(word for cue in cues() for word in cue.words)


def read_cues(question: str) -> frozenset[str]:
    """Return what the cues of a normalised question say of it."""
    return frozenset(cue.says for cue in cues() if cue.applies(question))
