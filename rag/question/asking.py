"""Words of asking (asking.toml): what they tell of a question, and which say nothing of what it is about."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from index.language.lexicon import WordRule, load_entries

ASKING_FILE = Path(__file__).with_name("asking.toml")


@cache
def asking_rules() -> tuple[tuple[str, WordRule], ...]:
    """Return the entries of asking.toml, each with what it says."""
    entries = load_entries(ASKING_FILE, ("says", "words"))
    return tuple((entry["says"], WordRule.from_entry(entry)) for entry in entries)


@cache
def asking_words() -> frozenset[str]:
    """Return all words of asking."""
    return frozenset(word for _, rule in asking_rules() for word in rule.words)


def read_asking(question: str) -> frozenset[str]:
    """Return what the words of asking in a normalised question tell of it."""
    return frozenset(says for says, rule in asking_rules() if rule.applies(question))
