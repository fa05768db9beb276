"""Alternatives of the regular expressions in a module's source, by their places in it."""

from __future__ import annotations

import ast
import io
import tokenize
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_COMPILING = frozenset({"compile"})
_NEGATIVE = ("(?!", "(?<!")
_HOLE = "\ufffc"
"""Stands for what an f-string puts in."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """One branch of an alternation: `start` and `end` in the source, its `|` included, and the line it is on.

    `denied` when it stands in a negative lookaround: without it the pattern may match more.
    """

    start: int
    end: int
    text: str
    line: int
    denied: bool

    def cut_from(self, source: str) -> str:
        """Return `source` without it; quotes and prefixes of a pattern over several lines stay."""
        kept = [char for at, char in _split_string(source, self.start, self.end) if at]
        return source[: self.start] + "".join(kept) + source[self.end :]


def _split_string(source: str, start: int, end: int) -> Iterator[tuple[bool, str]]:
    """Yield the characters of a stretch, and whether each stands outside the texts of string literals."""
    inside = _mark_literals(source)
    for at in range(start, end):
        yield not inside[at], source[at]


_MARKS: dict[str, bytearray] = {}


def _mark_literals(source: str) -> bytearray:
    """Return for every character whether it belongs to the text of a string literal."""
    if source not in _MARKS:
        _MARKS.clear()
        marks = bytearray(len(source))
        for start, text, _ in _literals(source):
            marks[start : start + len(text)] = b"\1" * len(text)
        _MARKS[source] = marks
    return _MARKS[source]


def _line_starts(source: str) -> list[int]:
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    return starts


def _literals(source: str) -> Iterator[tuple[int, str, bool]]:
    """Yield where the text of each string literal begins, the text as written, and whether it has holes."""
    starts = _line_starts(source)
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.STRING:
            at = starts[token.start[0] - 1] + token.start[1]
            quote = min(place for mark in "'\"" if (place := token.string.find(mark)) >= 0)
            width = 3 if token.string[quote : quote + 3] in ('"""', "'''") else 1
            text = token.string[quote + width : -width]
            yield at + quote + width, text, "f" in token.string[:quote].lower()


def find_patterns(source: str) -> Iterator[tuple[int, int]]:
    """Yield the places of the first argument of every re.compile(…) in a source."""
    starts = _line_starts(source)
    lines = [line.encode() for line in source.splitlines(keepends=True)]

    def place(line: int, column: int) -> int:
        return starts[line - 1] + len(lines[line - 1][:column].decode())

    for node in ast.walk(ast.parse(source)):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in _COMPILING
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "re"
            and isinstance(node.args[0], ast.Constant | ast.JoinedStr)
        ):
            first = node.args[0]
            assert first.end_lineno is not None
            assert first.end_col_offset is not None
            yield place(first.lineno, first.col_offset), place(first.end_lineno, first.end_col_offset)


def find_alternatives(source: str) -> list[Alternative]:
    """Return every branch beside another one, the last of the source first."""
    starts = _line_starts(source)
    literals = list(_literals(source))
    found = []
    for start, end in find_patterns(source):
        chars = [
            (at + place, char)
            for at, text, holed in literals
            if start <= at < end
            for place, char in (_fill(text) if holed else enumerate(text))
        ]
        for first, last, denied in _branches(chars):
            at, to = chars[first][0], chars[last - 1][0] + 1
            words = "".join(char for _, char in chars[first:last]).strip("|")
            found.append(Alternative(at, to, words, bisect_right(starts, at), denied))
    return sorted(found, key=lambda one: (-one.start, one.end))


def _fill(text: str) -> Iterator[tuple[int, str]]:
    """Yield the characters of an f-string with their places, what it puts in as a word of its own."""
    depth = at = 0
    while at < len(text):
        char = text[at]
        if char in "{}" and not depth and text[at + 1 : at + 2] == char:
            yield at, char
            yield at + 1, char
            at += 2
            continue
        depth += (char == "{") - (char == "}")
        yield at, _HOLE if depth or char == "}" else char
        at += 1


def _branches(chars: Sequence[tuple[int, str]]) -> Iterator[tuple[int, int, bool]]:
    """Yield first and last place of each branch with one `|`, and whether it stands in a negation."""
    text = "".join(char for _, char in chars)
    stack: list[tuple[list[int], bool]] = [([0], False)]
    at = 0
    while at < len(text):
        char = text[at]
        if char == "\\":
            at += 1
        elif char == "[":
            at = _end_of_class(text, at)
        elif char == "(":
            body = at + _opening(text, at)
            stack.append(([body], stack[-1][1] or text.startswith(_NEGATIVE, at)))
            at = body - 1
        elif char == "|":
            stack[-1][0].append(at + 1)
        elif char == ")":
            yield from _cut(stack.pop(), at)
        at += 1
    yield from _cut(stack.pop(), len(text))


def _cut(group: tuple[list[int], bool], end: int) -> Iterator[tuple[int, int, bool]]:
    begins, denied = group
    if len(begins) > 1:
        for place, begin in enumerate(begins):
            last = place == len(begins) - 1
            yield (begin - 1, end, denied) if last else (begin, begins[place + 1], denied)


def _opening(text: str, at: int) -> int:
    """Return how many characters open the group at `at`."""
    for mark in ("(?<=", "(?<!", "(?:", "(?=", "(?!", "(?>"):
        if text.startswith(mark, at):
            return len(mark)
    if text.startswith("(?P<", at):
        return text.index(">", at) - at + 1
    if text.startswith("(?", at):  # flags, or a condition
        return 2
    return 1


def _end_of_class(text: str, at: int) -> int:
    at += 1
    if text[at : at + 1] == "^":
        at += 1
    if text[at : at + 1] == "]":
        at += 1
    while text[at] != "]":
        at += 2 if text[at] == "\\" else 1
    return at
