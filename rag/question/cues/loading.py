"""Loads a file of cues and compiles its patterns."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Cue:
    """One pattern, why it is there, and examples that it must (`yes`) and must not (`no`) fit."""

    id: str
    pattern: re.Pattern[str]
    because: str
    yes: tuple[str, ...]
    no: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CueFile:
    """The cues of one kind of question.

    `asks` and `asks_not` are whole questions that are and are not of that kind; `neutral` matches words that
    tell nothing, and `words` are lists by their names.
    """

    cues: tuple[Cue, ...]
    asks: tuple[str, ...]
    asks_not: tuple[str, ...]
    neutral: re.Pattern[str] | None
    words: Mapping[str, frozenset[str]]

    def find(self, question: str, *ids: str) -> re.Match[str] | None:
        """Return the first match of the cues `ids` (none named: of any), or None."""
        found = (cue.pattern.search(question) for cue in self.cues if not ids or cue.id in ids)
        return next((match for match in found if match), None)

    def tells_nothing(self, words: str) -> bool:
        """Tell whether `words` consist of neutral ones."""
        return self.neutral is not None and not self.neutral.sub("", words).strip()


@cache
def load_cues(name: str) -> CueFile:
    """Load `name`.toml of this folder. Raises KeyError for an entry without an example."""
    source = resources.files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8")
    data = tomllib.loads(source)
    return CueFile(
        cues=tuple(_read_cue(entry) for entry in data["cue"]),
        asks=tuple(data["asks"]["yes"]),
        asks_not=tuple(data["asks"]["no"]),
        words={name: frozenset(words.split()) for name, words in data.get("words", {}).items()},
        neutral=_compile_neutral(data["neutral"]["patterns"]) if "neutral" in data else None,
    )


def _read_cue(entry: dict[str, Any]) -> Cue:
    if not entry["yes"] or not entry["no"]:
        raise KeyError(
            f"The cue {entry['id']!r} has no example: give it one that fits and one that does not."
        )
    return Cue(
        entry["id"], re.compile(entry["pattern"]), entry["because"], tuple(entry["yes"]), tuple(entry["no"])
    )


def _compile_neutral(patterns: Sequence[str]) -> re.Pattern[str]:
    """Join the patterns, the longest first; those that ignore case say so for all."""
    bare = sorted((pattern.removeprefix("(?i)") for pattern in patterns), key=len, reverse=True)
    return re.compile("|".join(bare), re.IGNORECASE)
