"""The lexicon: rules as data, one TOML file a family of rules, each entry with examples of what it does.

Every entry has an `id`, the words it is about, and examples: `yes` of what it applies to, `no` of what looks
alike and is something else. A test runs them all; an entry without examples is refused when it is loaded.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

Entry = Mapping[str, Any]
"""One entry as it stands in its file."""


class LexiconError(ValueError):
    """A lexicon file that cannot be used: the message names file, entry and remedy."""


def load_entries(path: Traversable, required: Iterable[str]) -> tuple[Entry, ...]:
    """Return the entries (`[[entry]]`) of a lexicon file, checked.

    `required` are the keys that each has to have beside `id`, `yes` and `no`. Raises LexiconError.
    """
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise LexiconError(f"{path.name} is not valid TOML ({error}): correct the line.") from error
    entries = table.get("entry", [])
    if not entries or set(table) != {"entry"}:
        raise LexiconError(f"{path.name} holds {sorted(table)}: write its rules as [[entry]] tables.")
    seen: set[str] = set()
    for number, entry in enumerate(entries, start=1):
        name = entry.get("id")
        where = f"{path.name}, entry {name!r}"
        if not isinstance(name, str) or not name:
            raise LexiconError(f"{path.name}, entry {number}: give it an id.")
        if name in seen:
            raise LexiconError(f"{where}: the id stands there twice; give one of them another.")
        seen.add(name)
        for key in (*required, "yes", "no"):
            if not entry.get(key):
                raise LexiconError(f"{where}: {key!r} is missing or empty; add it.")
    return tuple(entries)


def bundled(name: str) -> Traversable:
    """Return the lexicon file `name` of this package."""
    return files("index.language") / "lexicon" / name


def alternation(words: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern that finds any of `words`, the longest first."""
    return re.compile("|".join(map(re.escape, sorted(set(words), key=lambda word: (-len(word), word)))))
