"""No pattern takes more than linear time, whatever it is given: a stalled search stalls everybody.

`re` holds the interpreter's lock while it searches, so that one question for which a pattern backtracks keeps
every other visitor waiting. Time cannot be asserted; steps can: tests.backtracking does what `re` does and
counts. Each pattern is tried on texts made of what its own beginnings match, repeated. Of a linear pattern,
equal additions to a text cost equal numbers of steps; of any other each costs more than the one before.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import random
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from itertools import islice
from pathlib import Path

import pytest

from tests.backtracking import Matcher, TooManyStepsError, find_units, is_unbounded, parse

FLOORS = ("index", "rag", "ui")
LENGTH = 30
"""Characters of the first text; the others have two and three times as many."""
MOST_REPEATS = 4
"""Bounded repeats are tried with no larger bound, so that several in a row fill no text."""
MOST_STEPS = 60_000
"""No linear pattern of ours comes near with so few characters; cubic ones would go on for minutes."""
GROWTH = 0.5
"""Steps a character: what is more than this more for the same addition is growth."""
ROUND = 12
MIXES = 2
MOST_UNITS = 16
"""Words of one pattern that are tried, spread evenly over those it has."""
COMPARED = 12
"""Texts of each pattern on which the matcher that counts is held against `re`."""
GENERIC = ("中", "1", "a", " ", "“", "、", ",")
ANCHORED = frozenset({"match", "fullmatch"})
METHODS = ANCHORED | {"search", "finditer", "findall", "sub", "subn", "split"}
DEEP = 20_000
"""Frames: each node that is being matched takes a few."""


@dataclass(frozen=True, slots=True)
class Named:
    """A pattern, and where it stands; `anchored` when it is only ever tried at one place of a text."""

    name: str
    pattern: re.Pattern[str]
    anchored: bool


def _modules() -> Iterator[str]:
    for floor in FLOORS:
        package = importlib.import_module(floor)
        yield floor
        for found in pkgutil.walk_packages(package.__path__, f"{floor}."):
            if ".training" not in found.name and not found.name.endswith("__main__"):
                yield found.name


def _patterns(value: object) -> Iterator[re.Pattern[str]]:
    """Yield the patterns in `value`, a pattern or anything that holds some."""
    if isinstance(value, re.Pattern) and isinstance(value.pattern, str):  # bytes are our own page
        yield value
    elif isinstance(value, Mapping):
        for one in (*value.keys(), *value.values()):
            yield from _patterns(one)
    elif isinstance(value, (tuple, list, set, frozenset)):
        for one in value:
            yield from _patterns(one)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _patterns(getattr(value, field.name, None))


@cache
def _uses() -> Mapping[tuple[str, str], frozenset[str]]:
    """Return what is called on each global, by file and name; one used in any other way has "" too."""
    uses: dict[tuple[str, str], set[str]] = defaultdict(set)
    for floor in FLOORS:
        for path in Path(importlib.import_module(floor).__path__[0]).rglob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            called = set()
            for node in ast.walk(tree):
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                    called.add(id(node.value))
                    uses[str(path), node.value.id].add(node.attr)
            for node in ast.walk(tree):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and id(node) not in called:
                    uses[str(path), node.id].add("")
    return {place: frozenset(found) for place, found in uses.items()}


def _inline(path: Path) -> Iterator[tuple[int, str, re.Pattern[str]]]:
    """Yield line, method and pattern of calls like re.search("…", text) whose pattern is a plain string."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "re"
            and node.func.attr in METHODS
            and isinstance(node.args[0], ast.Constant)
        ):
            yield node.lineno, node.func.attr, re.compile(node.args[0].value)


def _collect() -> list[Named]:
    found: dict[tuple[str, int], Named] = {}
    for name in _modules():
        module = importlib.import_module(name)
        path = Path(module.__file__ or "")
        for key, value in vars(module).items():
            for place, pattern in enumerate(_patterns(value)):
                used = _uses().get((str(path), key), frozenset())
                anchored = isinstance(value, re.Pattern) and bool(used) and used <= ANCHORED | {"pattern"}
                known = found.get((pattern.pattern, pattern.flags))
                if known is None or (known.anchored and used and not anchored):
                    where = f"{name}.{key}" + (f"[{place}]" if place else "")
                    found[pattern.pattern, pattern.flags] = Named(where, pattern, anchored)
        for line, method, pattern in _inline(path):
            found.setdefault(
                (pattern.pattern, pattern.flags), Named(f"{name}:{line}", pattern, method in ANCHORED)
            )
    return list(found.values())


PATTERNS = _collect()
REPEATING = [one for one in PATTERNS if is_unbounded(parse(one.pattern))]
"""The others look no further from any place than their own length."""


@pytest.fixture(autouse=True)
def deep_recursion() -> Iterator[None]:
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(DEEP)
    yield
    sys.setrecursionlimit(limit)


def _texts(pattern: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """Yield what to repeat and what to end with: a pattern may give up only at the end."""
    units = find_units(pattern)
    units = units[:: -(-len(units) // MOST_UNITS)] if units else []
    choose = random.Random(pattern.pattern)
    mixes = ["".join(choose.choices([*units, *GENERIC], k=3)) for _ in range(MIXES)]
    for unit in dict.fromkeys([*units, *mixes, *GENERIC]):
        yield unit, ""
        yield unit, "中a"


def _count(named: Named, text: str) -> int:
    matcher = Matcher(named.pattern, most_steps=MOST_STEPS, most_repeats=MOST_REPEATS)
    try:
        if named.anchored:
            matcher.match(text)
        else:
            matcher.find_all(text)
    except TooManyStepsError:
        return MOST_STEPS
    return matcher.steps


def find_growth(named: Named) -> str | None:
    """Return what to repeat so that `named` takes more than linear time, or None."""
    for unit, end in _texts(named.pattern):
        count = -(-LENGTH // len(unit))
        # A match may take two or three units, whose number it then depends on how many are left at the end.
        if _grows(named, unit, count, end) and _grows(named, unit, -(-count // ROUND) * ROUND, end):
            return f"{unit!r}, {count} times and more, then {end!r}"
    return None


def _grows(named: Named, unit: str, count: int, end: str) -> bool:
    one, two, three = (_count(named, unit * (count * times) + end) for times in (1, 2, 3))
    return three >= MOST_STEPS or (three - two) - (two - one) > GROWTH * count * len(unit)


@pytest.mark.parametrize("named", REPEATING, ids=lambda named: named.name)
def test_a_pattern_takes_linear_time(named: Named) -> None:
    assert find_growth(named) is None


@pytest.mark.parametrize(
    "slow",
    [
        r"(?P<left>[^,]+?)(?:和|与)(?P<right>[^,]+?)(?P<tail>相差.*)$",  # cubic, in a question once
        r"从.*到.*增加",
        r"“[^”]+”",
        r"(?:a|aa)*b",
        r"(?:<!--.*?-->|\s)+$",
        r"\s*,",
        r"\d+月",
        r"\b(?:which|what)\b.*?\bhigher\b",
    ],
)
def test_a_slow_pattern_is_found(slow: str) -> None:
    assert find_growth(Named(slow, re.compile(slow), anchored=False))


@pytest.mark.parametrize("named", PATTERNS, ids=lambda named: named.name)
def test_the_matcher_that_counts_finds_what_re_finds(named: Named) -> None:
    for unit, end in islice(_texts(named.pattern), COMPARED):
        text = unit * 2 + end
        assert Matcher(named.pattern).find_all(text) == [
            match.span() for match in named.pattern.finditer(text)
        ]
