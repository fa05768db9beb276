"""A backtracking matcher that works as `re` does and counts its steps, which time cannot be in a test.

It walks the tree that `re` itself compiles from, tries alternatives in the same order and gives up at the
same places. What `re` does faster (a whole run of one class at once, a known first character) changes the
constant and not the growth; a run is counted character by character here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import inf
from re import _compiler, _constants, _parser  # type: ignore[attr-defined]
from typing import Any

Items = list[tuple[Any, Any]]

_UNBOUNDED = _constants.MAXREPEAT
_REPEATS = {_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT}
_SINGLE = {_constants.LITERAL, _constants.NOT_LITERAL, _constants.ANY, _constants.IN}


def parse(pattern: re.Pattern[str]) -> Items:
    """Return the tree of a compiled pattern."""
    return list(_parser.parse(pattern.pattern, pattern.flags))


def is_unbounded(items: Items) -> bool:
    """Tell whether anything in a tree repeats without limit."""
    return any(
        (op in _REPEATS and argument[1] == _UNBOUNDED) or any(map(is_unbounded, children(op, argument)))
        for op, argument in items
    )


def children(op: Any, argument: Any) -> list[Items]:
    """Return the trees inside one node."""
    if op in _REPEATS:
        return [list(argument[2])]
    if op is _constants.SUBPATTERN:
        return [list(argument[3])]
    if op is _constants.BRANCH:
        return [list(branch) for branch in argument[1]]
    if op in (_constants.ASSERT, _constants.ASSERT_NOT):
        return [list(argument[1])]
    if op is _constants.ATOMIC_GROUP:
        return [list(argument)]
    return []


class TooManyStepsError(Exception):
    """Matching took more steps than it may."""


class Matcher:
    """Runs one pattern over texts; `steps` is what that took so far, at most about `most_steps`.

    A repeat bounded by more than `most_repeats` is bounded by that: a bound is one whatever its size, and the
    smaller it is the shorter are the texts that show it.
    """

    def __init__(
        self, pattern: re.Pattern[str], *, most_steps: float = inf, most_repeats: float = inf
    ) -> None:
        self.steps = 0
        self._most_steps = most_steps
        self._most_repeats = most_repeats
        self._items = parse(pattern)
        self._flags = pattern.flags
        self._singles: dict[tuple[str, str], bool] = {}
        self._groups: dict[int, tuple[int, int]] = {}
        self._text = ""

    def find_all(self, text: str) -> list[tuple[int, int]]:
        """Return the spans of all matches, as `finditer` does: the most that any use of a pattern does."""
        spans = []
        start = 0
        last_empty = -1
        while start <= len(text):
            end = next((end for end in self._match(text, start) if end != start or start != last_empty), None)
            if end is None:
                start += 1
                continue
            spans.append((start, end))
            last_empty = end if end == start else -1
            start = end
        return spans

    def match(self, text: str) -> tuple[int, int] | None:
        """Return the span of the match at the start, as `match` does."""
        end = next(self._match(text, 0), None)
        return None if end is None else (0, end)

    def _match(self, text: str, start: int) -> Iterator[int]:
        self._text = text
        self._groups = {}
        return self._follow(self._items, 0, start)

    def _follow(self, items: Items, at: int, start: int) -> Iterator[int]:
        """Yield where `items` from the place `at` on may end, in the order in which they are tried."""
        if at == len(items):
            yield start
            return
        op, argument = items[at]
        if at + 1 == len(items):
            yield from self._ends(op, argument, start)
            return
        for end in self._ends(op, argument, start):
            yield from self._follow(items, at + 1, end)

    def _ends(self, op: Any, argument: Any, start: int) -> Iterator[int]:
        self.steps += 1
        if self.steps > self._most_steps:
            raise TooManyStepsError
        if op in _SINGLE:
            if self._fits(op, argument, start):
                yield start + 1
        elif op is _constants.BRANCH:
            for branch in argument[1]:
                yield from self._follow(branch, 0, start)
        elif op is _constants.SUBPATTERN:
            group, _, _, inside = argument
            before = self._groups.get(group)
            for end in self._follow(inside, 0, start):
                if group is not None:
                    self._groups[group] = (start, end)
                yield end
            if group is not None and before is not None:
                self._groups[group] = before
        elif op in _REPEATS:
            yield from self._repeat(op, *argument, start)
        elif op is _constants.ATOMIC_GROUP:
            yield from self._first(argument, start)
        elif op in (_constants.ASSERT, _constants.ASSERT_NOT):
            if self._looks(*argument, start) is (op is _constants.ASSERT):
                yield start
        elif op is _constants.AT:
            if self._stands(argument, start):
                yield start
        elif op is _constants.GROUPREF:
            first, last = self._groups.get(argument, (0, -1))
            if last >= first and self._text.startswith(self._text[first:last], start):
                yield start + last - first
        else:
            raise NotImplementedError(op)

    def _first(self, items: Items, start: int) -> Iterator[int]:
        end = next(self._follow(items, 0, start), None)
        if end is not None:
            yield end

    def _looks(self, direction: int, items: Items, start: int) -> bool:
        if direction < 0:
            width = _width(items)
            start -= width
            return start >= 0 and any(end == start + width for end in self._follow(items, 0, start))
        return next(self._follow(items, 0, start), None) is not None

    def _repeat(self, op: Any, least: int, most: Any, inside: Items, start: int) -> Iterator[int]:
        most = len(self._text) + 1 if most == _UNBOUNDED else max(least, min(most, self._most_repeats))
        if len(inside) == 1 and inside[0][0] in _SINGLE:
            yield from self._repeat_single(op, least, most, *inside[0], start)
        elif op is _constants.POSSESSIVE_REPEAT:
            end = next(self._repeat_greedy(least, most, inside, start, 0), None)
            if end is not None:
                yield end
        elif op is _constants.MAX_REPEAT:
            yield from self._repeat_greedy(least, most, inside, start, 0)
        else:
            yield from self._repeat_lazy(least, most, inside, start, 0)

    def _repeat_single(
        self, op: Any, least: int, most: int, single: Any, argument: Any, start: int
    ) -> Iterator[int]:
        end = start
        if op is _constants.MIN_REPEAT:
            while end - start <= most:
                if end - start >= least:
                    yield end
                self.steps += 1
                if not self._fits(single, argument, end):
                    return
                end += 1
            return
        while end - start < most and self._fits(single, argument, end):
            self.steps += 1
            end += 1
        if op is _constants.POSSESSIVE_REPEAT:
            if end - start >= least:
                yield end
            return
        for possible in range(end, start + least - 1, -1):
            self.steps += 1
            yield possible

    def _repeat_greedy(self, least: int, most: int, inside: Items, start: int, count: int) -> Iterator[int]:
        if count < most:
            for end in self._follow(inside, 0, start):
                if end > start or count < least:
                    yield from self._repeat_greedy(least, most, inside, end, count + 1)
        if count >= least:
            yield start

    def _repeat_lazy(self, least: int, most: int, inside: Items, start: int, count: int) -> Iterator[int]:
        if count >= least:
            yield start
        if count < most:
            for end in self._follow(inside, 0, start):
                if end > start or count < least:
                    yield from self._repeat_lazy(least, most, inside, end, count + 1)

    def takes(self, op: Any, argument: Any, char: str) -> bool:
        """Tell whether a single-character node takes `char`."""
        self._text = char
        return self._fits(op, argument, 0)

    def _fits(self, op: Any, argument: Any, place: int) -> bool:
        """Tell whether the character at `place` is one that a single-character node takes; `re` decides."""
        if place >= len(self._text):
            return False
        char = self._text[place]
        if op is _constants.LITERAL and not self._flags & re.IGNORECASE:
            return ord(char) == argument
        key = (char, repr((op, argument)))
        if key not in self._singles:
            tree = _parser.SubPattern(_parser.State(), [(op, argument)])
            tree.state.flags = self._flags & ~re.VERBOSE
            self._singles[key] = _compiler.compile(tree, self._flags).fullmatch(char) is not None
        return self._singles[key]

    def _stands(self, where: Any, place: int) -> bool:
        text = self._text
        if where in (_constants.AT_BEGINNING_STRING, _constants.AT_BEGINNING):
            lines = where is _constants.AT_BEGINNING and self._flags & re.MULTILINE
            return place == 0 or bool(lines and text[place - 1] == "\n")
        if where is _constants.AT_END_STRING:
            return place == len(text)
        if where is _constants.AT_END:
            lines = self._flags & re.MULTILINE
            last = place == len(text) or (place == len(text) - 1 and text[place] == "\n")
            return last or bool(lines and text[place] == "\n")
        before, after = (0 <= at < len(text) and _is_word(text[at]) for at in (place - 1, place))
        return (before != after) is (where is _constants.AT_BOUNDARY)


def _is_word(char: str) -> bool:
    return char == "_" or char.isalnum()


def _width(items: Items) -> int:
    tree = _parser.SubPattern(_parser.State(), list(items))
    least, most = tree.getwidth()
    if least != most:
        raise ValueError("A look-behind has a fixed width.")
    return int(least)


# What stands for a class of characters in the texts that a pattern is tried on, in Chinese and in English.
_CHINESE = "中、1a ，,。;“”（)一年增\n_A-"
_ENGLISH = " a1,.;A中“”(\n_-"
MOST_BRANCHES = 6
"""Alternatives that are tried one by one: word lists of hundreds are tried by their first words."""
_OTHERS = "".join(chr(code) for code in range(0x20, 0x7F)) + "㐀度①⑳０％—"


def find_units(pattern: re.Pattern[str]) -> list[str]:
    """Return the words that a text against `pattern` is made of.

    They are what its beginnings match, and what each repeat takes. A beginning repeated is where a search
    starts over and over; a word repeated is where a repeat gives back what it took.
    """
    matcher = Matcher(pattern)
    units: list[str] = []
    for samples in (_CHINESE, _ENGLISH):
        units += _Beginnings(matcher, samples + _OTHERS).find(parse(pattern), repeated=False)
    return [unit for unit in dict.fromkeys(units) if unit]


class _Beginnings:
    def __init__(self, matcher: Matcher, samples: str) -> None:
        self._matcher = matcher
        self._samples = samples

    def find(self, items: Items, *, repeated: bool) -> Iterator[str]:
        """Yield what each beginning of a tree matches, and of the trees inside it that may repeat."""
        before = ""
        for op, argument in items:
            for inside in children(op, argument)[:MOST_BRANCHES]:
                again = repeated or (op in _REPEATS and argument[1] == _UNBOUNDED)
                if again or is_unbounded(inside):
                    for words in self.find(inside, repeated=again):
                        yield words
                        yield before + words
            before += self._sample(op, argument)
            yield before

    def _sample(self, op: Any, argument: Any) -> str:
        """Return a short text that a node matches, of a repeat at least one."""
        if op is _constants.LITERAL:
            return chr(argument)
        if op in _SINGLE:
            return next((char for char in self._samples if self._matcher.takes(op, argument, char)), "")
        if op in _REPEATS:
            return "".join(self._sample(*item) for item in argument[2]) * max(argument[0], 1)
        if op in (_constants.SUBPATTERN, _constants.ATOMIC_GROUP, _constants.BRANCH):
            return "".join(self._sample(*item) for item in children(op, argument)[0])
        return ""
