"""Words of asking (asking.toml), which say nothing of what a question is about; some ask where it stands."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from index.language.lexicon import WordRule, load_entries

ASKING_FILE = Path(__file__).with_name("asking.toml")
_WHERE = "where"


@cache
def asking_rules() -> dict[str, WordRule]:
    """Return the entries of asking.toml by their ids."""
    return {entry["id"]: WordRule.from_entry(entry) for entry in load_entries(ASKING_FILE, ("words",))}


@cache
def asking_words() -> frozenset[str]:
    """Return all words of asking."""
    return frozenset(word for rule in asking_rules().values() for word in rule.words)


def asks_where(question: str) -> bool:
    """Tell whether a normalised question asks at which places of a report something stands."""
    return asking_rules()[_WHERE].applies(question)
