"""Checks the lexicon: loads every file, tries every example, and names each fault in a line.

    python -m index.language.lexicon_check

The wheel is not built while there is one. Where the segmentation is not installed, as in the environment that
a wheel is built in, the examples of opposites are held against each other only.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator, Mapping, Sequence

from index.language.lexicon import Entry, LexiconError, bundled, compile_words, load_entries, word_files

RELATIONS: Mapping[str, str] = {
    "opposites.toml": "sides",
    "antonyms.toml": "characters",
    "attributes.toml": "words",
}
"""Files whose entries together say one thing of an example, and the key that each entry has to have."""

OPPOSITES = ("opposites.toml", "antonyms.toml")


def find_faults() -> Iterator[str]:
    """Yield what is wrong with the lexicon, in one line each that names file, entry and remedy."""
    loaded: dict[str, Sequence[Entry]] = {}
    for name, key in (
        *RELATIONS.items(),
        *((f"words/{name}.toml", "words") for name in sorted(word_files())),
    ):
        try:
            loaded[name] = load_entries(bundled(name), [key])
        except LexiconError as error:
            yield str(error)
    opposites = [(name, entry) for name in OPPOSITES for entry in loaded.get(name, ())]
    yield from find_contradictions(opposites)
    yield from find_contradictions([("attributes.toml", one) for one in loaded.get("attributes.toml", ())])
    for name, entries in loaded.items():
        if name.startswith("words/"):
            for entry in entries:
                yield from _try_words(name, entry)
    if importlib.util.find_spec("rjieba"):
        for name, entry in opposites:
            yield from _try_opposites(name, entry)


def find_contradictions(entries: Sequence[tuple[str, Entry]]) -> Iterator[str]:
    """Yield the examples of yes in one of `entries`, with their files, that are examples of no in another."""
    refused = {repr(no): (name, entry["id"]) for name, entry in entries for no in entry["no"]}
    for name, entry in entries:
        for example in entry["yes"]:
            if other := refused.get(repr(example)):
                yield (
                    f"{name}, entry {entry['id']!r}: {example!r} is an example of yes here and of no in "
                    f"{other[0]}, entry {other[1]!r}; take it out of one of them."
                )


def _try_words(name: str, entry: Entry) -> Iterator[str]:
    pattern = compile_words(name.removeprefix("words/").removesuffix(".toml"), entry["id"])
    where = f"{name}, entry {entry['id']!r}"
    for example in entry["yes"]:
        if not pattern.search(example):
            yield f"{where}: none of its words stands in {example!r}, an example of yes; mend either."
    for example in entry["no"]:
        if found := pattern.search(example):
            yield (
                f"{where}: {found.group()!r} stands in {example!r}, an example of no; mend it, or add "
                "what is meant there under 'except'."
            )


def _try_opposites(name: str, entry: Entry) -> Iterator[str]:
    from index.language.opposites import find_rule

    where = f"{name}, entry {entry['id']!r}"
    for example in entry["yes"]:
        if find_rule(*example) is None:
            yield f"{where}: no entry tells the two of {example!r} apart, an example of yes; mend either."
    for example in entry["no"]:
        if (rule := find_rule(*example)) is not None:
            yield (
                f"{where}: entry {rule!r} tells the two of {example!r} apart, an example of no; mend the "
                "example or that entry."
            )


def main() -> int:
    """Print the faults; return 1 where there are any."""
    faults = list(find_faults())
    sys.stderr.write("".join(f"{fault}\n" for fault in faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
