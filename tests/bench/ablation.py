"""Deletes one alternative of a pattern after the other, or word of a list, and tells which change nothing.

    python -m tests.bench.ablation SCENARIO[,SCENARIO…] WHAT… [--write] [--kept]

SCENARIO is claims (verdicts over the written and the made claims), questions (Queries, and answers where one
changed), answers (whole answers), indicators or structure (what is read of every report at hand). WHAT is a
module, a package (rag.verification.claims) or a list of words (words/emphasis). What changes nothing stays
deleted while the rest is tried, so that all that is printed can go together; `--write` deletes it from the
modules. `--questions FILE…` adds questions, `--corpus FOLDER` takes the reports that they are asked of.

Nothing is run for an alternative without which its pattern answers everything it was asked as before; others
are run on the inputs for which it answers otherwise. What changes nothing on our sets may still be needed on
questions that nobody has asked: the numeral eight beside the other nine is kept, and moved into a lexicon.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
import time
from collections.abc import Hashable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench import watching
from tests.bench.alternatives import Alternative, find_alternatives
from tests.bench.watching import (
    LOG,
    REMOVED,
    Patch,
    answer,
    first_line,
    forget,
    patterns_of,
    source_of,
    statement_at,
    uses_of,
)

if TYPE_CHECKING:
    from tests.bench.scenarios import Scenario


LONGEST = 160
"""Characters of an input that are printed."""


class Ablation:
    """One run: the inputs of the scenarios with their outcomes, and what has been deleted so far."""

    def __init__(self, scenarios: Sequence[Scenario]) -> None:
        self.runs = [(one, item) for one in scenarios for item in one.inputs]
        self.outcomes = {at: self.run(at) for at in range(len(self.runs))}
        self.afterwards: dict[int, Hashable] = {}

    def run(self, at: int, *, further: bool = False) -> Hashable:
        """Return the outcome of an input, noting what the patterns are asked for it."""
        scenario, item = self.runs[at]
        run = scenario.then if further and scenario.then else scenario.run
        forget()
        LOG.input = at
        try:
            return run(item)
        except Exception as error:  # a broken pattern may raise anything: that is another outcome
            return repr(error)
        finally:
            LOG.input = None

    def try_without(self, module: str, one: Alternative) -> str | None:
        """Return what changes without an alternative; where nothing does, it stays deleted."""
        old = source_of(module)
        new = one.cut_from(old)
        line = old[: one.start].count("\n") + 1
        before, after = statement_at(old, line), statement_at(new, line)
        mine = watching.loaded()[module]
        try:
            touched = _find_touched(
                module, [before], patterns_of([before], mine), patterns_of([after], mine), denied=one.denied
            )
        except (re.error, IndexError) as error:
            return f"no pattern without it: {error}"
        patches = [Patch(module, after)]
        change = self._find_change(sorted(touched), patches)
        if change is None:
            watching.SOURCES[module] = new
        return change

    def try_without_word(self, name: str, key: str, word: str) -> str | None:
        """Return what changes without a word of a list; where nothing does, it stays deleted."""
        uses = [(module, watching.loaded()[module], found) for module, found in uses_of(key)]
        before = [patterns_of(found, mine) for _, mine, found in uses]
        REMOVED.add((name, key, word))
        touched: set[int] = set()
        for (module, mine, found), old in zip(uses, before, strict=True):
            touched |= _find_touched(module, found, old, patterns_of(found, mine), denied=True)
        if not touched:
            return None
        patches = [Patch(module, one) for module, _, found in uses for one in found]
        change = self._find_change(sorted(touched), patches)
        if change is not None:
            REMOVED.discard((name, key, word))
        return change

    def _find_change(self, touched: Iterable[int], patches: Sequence[Patch]) -> str | None:
        """Return the first of the inputs `touched` that comes out otherwise, and undo `patches` for one."""
        different: dict[int, Hashable] = {}
        for at in touched:
            outcome = self.run(at)
            if outcome != self.outcomes[at]:
                different[at] = outcome
                if self.runs[at][0].then is None:
                    _undo(patches)
                    return f"{self.runs[at][1]}"[:LONGEST]
        afterwards = {at: self.run(at, further=True) for at in different}
        unknown = [at for at in afterwards if at not in self.afterwards]
        if unknown:
            _undo(patches)
            self.afterwards |= {at: self.run(at, further=True) for at in unknown}
            for patch in patches:
                patch.redo()
        for at, outcome in afterwards.items():
            if outcome != self.afterwards[at]:
                _undo(patches)
                return f"{self.runs[at][1]}"[:LONGEST]
        self.outcomes |= different
        return None


def _undo(patches: Sequence[Patch]) -> None:
    for patch in reversed(patches):
        patch.undo()


def _find_touched(
    module: str,
    statements: Sequence[ast.stmt],
    before: Sequence[tuple[int, re.Pattern[str]]],
    after: Sequence[tuple[int, re.Pattern[str]]],
    *,
    denied: bool,
) -> set[int]:
    """Return the inputs for which a pattern of `statements` answers otherwise than before."""
    touched: set[int] = set()
    left = iter(statements)
    statement = next(left)
    for (number, old), (_, new) in zip(before, after, strict=True):
        if number < 0:
            statement = next(left, statement)
            continue
        if old.pattern == new.pattern:
            continue
        place = (module, first_line(statement), number)
        for asked, inputs in LOG.asked.get(place, {}).items():
            if not inputs <= touched:
                known = answer(old, asked)
                if (known or denied) and answer(new, asked) != known:
                    touched |= inputs
    return touched


def try_all(ablation: Ablation, modules: list[str]) -> Iterator[tuple[str, Alternative, str | None]]:
    """Yield every alternative of `modules` with what changes without it."""
    for module in modules:
        at = len(source_of(module))
        tried: set[tuple[int, int]] = set()
        while True:
            left = [
                one
                for one in find_alternatives(source_of(module))
                if one.start <= at and (one.start, len(one.text)) not in tried
            ]
            if not left:
                break
            one = left[0]
            at = one.start
            tried.add((one.start, len(one.text)))
            yield module, one, ablation.try_without(module, one)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("scenarios", help="claims, questions, answers, indicators, structure")
    parser.add_argument("modules", nargs="+")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--kept", action="store_true", help="print what is needed, too")
    parser.add_argument("--questions", nargs="*", type=Path, default=[])
    parser.add_argument(
        "--corpus", type=Path, help="the reports that are asked, in place of those of the sets"
    )
    options = parser.parse_args()
    watching.watch()
    from tests.bench import scenarios

    began = time.monotonic()
    chosen = [
        scenarios.load(name, options.questions, options.corpus) for name in options.scenarios.split(",")
    ]
    ablation = Ablation(chosen)
    sys.stdout.write(f"{len(ablation.runs)} inputs run in {time.monotonic() - began:.0f} s\n")
    modules = [
        name
        for name, module in sorted(watching.loaded().items())
        if any(name == one or name.startswith(f"{one}.") for one in options.modules) and module.__file__
    ]
    counts = [0, 0]
    for name in (one.removeprefix("words/") for one in options.modules if one.startswith("words/")):
        for key, entry in watching.lexicon.load_words(name).items():
            for word in entry["words"]:
                change = ablation.try_without_word(name, key, word)
                counts[change is not None] += 1
                if change is None or options.kept:
                    kept = f"  kept: {change}" if change else ""
                    sys.stdout.write(f"words/{name}.toml {key} {word!r}{kept}\n")
                    sys.stdout.flush()
    for module, one, change in try_all(ablation, modules):
        counts[change is not None] += 1
        if change is None or options.kept:
            sys.stdout.write(f"{module}:{one.line} {one.text!r}{f'  kept: {change}' if change else ''}\n")
            sys.stdout.flush()
        if change is None and options.write:
            Path(watching.loaded()[module].__file__ or "").write_text(source_of(module), "utf-8")
    sys.stdout.write(f"{counts[0]} change nothing, {counts[1]} do; {time.monotonic() - began:.0f} s\n")


if __name__ == "__main__":
    main()
