"""Patterns that remember what they were asked and for which input; modules of other source or words."""

from __future__ import annotations

import ast
import importlib
import inspect
import itertools
import pkgutil
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from index.language import lexicon

FLOORS = ("index", "rag")
_ONE = frozenset({"search", "match", "fullmatch"})
_MANY = {
    "finditer": "finditer",
    "findall": "finditer",
    "split": "finditer",
    "sub": "finditer",
    "subn": "finditer",
}
_compile = re.compile

Place = tuple[str, int, int]
"""A pattern: its module, the line where its statement begins, and its number there."""
Asked = tuple[str, str, tuple[int, ...]]
"""What a pattern was asked: method, text, and from where to where."""


class Log:
    """What every pattern was asked, the answer, and the inputs for which it was asked."""

    def __init__(self) -> None:
        self.input: int | None = None
        self.asked: dict[Place, dict[Asked, set[int]]] = defaultdict(dict)

    def add(self, place: Place, asked: Asked) -> None:
        """Note that a pattern is asked while an input is worked on."""
        if self.input is not None:
            self.asked[place].setdefault(asked, set()).add(self.input)


LOG = Log()


def answer(pattern: re.Pattern[str], asked: Asked) -> Any:
    """Return what comes of asking a pattern, in a form that compares."""
    method, text, bounds = asked
    if method in _ONE:
        match = getattr(pattern, method)(text, *bounds)
        return match and (match.span(), match.groups())
    return [(match.span(), match.groups()) for match in pattern.finditer(text, *bounds)]


class Watched:
    """A compiled pattern that logs what it is asked."""

    def __init__(self, pattern: re.Pattern[str], place: Place) -> None:
        self.inner, self.place = pattern, place

    def __getattr__(self, name: str) -> Any:
        value = getattr(self.inner, name)
        if name not in _ONE and name not in _MANY:
            return value
        replaces = name in ("sub", "subn")
        method = name if name in _ONE else _MANY[name]

        def ask(*arguments: Any, **named: Any) -> Any:
            text = arguments[1] if replaces else arguments[0]
            bounds = arguments[1:] if name in _ONE or name == "finditer" else ()
            LOG.add(self.place, (method, text, bounds))
            return value(*arguments, **named)

        self.__dict__[name] = ask
        return ask


_counts: dict[tuple[str, int], int] = defaultdict(int)
_statements: dict[str, list[int]] = {}


def _compile_watched(pattern: Any, flags: int = 0) -> Any:
    compiled = _compile(pattern, flags)
    frame = inspect.currentframe()
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if frame.f_code.co_name == "<module>" and module.partition(".")[0] in FLOORS:
            line = max(start for start in _lines(module) if start <= frame.f_lineno)
            _counts[module, line] += 1
            return Watched(compiled, (module, line, _counts[module, line] - 1))
        frame = frame.f_back
    return compiled


def _lines(module: str) -> list[int]:
    if module not in _statements:
        _statements[module] = [first_line(node) for node in ast.parse(_read(sys.modules[module])).body]
    return _statements[module]


def _read(module: ModuleType) -> str:
    return Path(module.__file__ or "").read_text("utf-8")


def first_line(node: ast.stmt) -> int:
    decorators = getattr(node, "decorator_list", [])
    return min([node.lineno, *(one.lineno for one in decorators)])


def watch() -> None:
    """Import all modules of the floors so that their patterns log what they are asked."""
    re.compile = _compile_watched  # type: ignore[assignment]
    for floor in FLOORS:
        package = importlib.import_module(floor)
        for found in pkgutil.walk_packages(package.__path__, f"{floor}."):
            if ".training" not in found.name and not found.name.endswith("__main__"):
                importlib.import_module(found.name)


def loaded() -> dict[str, ModuleType]:
    """Return the modules of the floors by name."""
    return {
        name: module
        for name, module in sys.modules.items()
        if module is not None and name.partition(".")[0] in FLOORS
    }


def forget() -> None:
    """Empty the caches of everything that is computed of an argument."""
    for clear in _clearers():
        clear()


_known: list[Callable[[], None]] = []


def _clearers() -> list[Callable[[], None]]:
    if not _known:
        for module in loaded().values():
            _known.extend(
                value.cache_clear
                for value in vars(module).values()
                if hasattr(value, "cache_clear") and inspect.signature(value).parameters
            )
    return _known


def patterns_of(statements: Sequence[ast.stmt], module: ModuleType) -> list[tuple[int, re.Pattern[str]]]:
    """Return the patterns that statements of a module compile, each with its number in its statement.

    The module is left as it is.
    """
    made: list[tuple[int, re.Pattern[str]]] = []
    numbers = itertools.count()

    def collect(pattern: Any, flags: int = 0) -> Any:
        made.append((next(numbers), _compile(pattern, flags)))
        return made[-1][1]

    now, re.compile = re.compile, collect  # type: ignore[assignment]
    names = dict(vars(module))
    try:
        for statement in statements:
            numbers = itertools.count()
            exec(compile(ast.Module([statement], []), module.__file__ or "", "exec"), names)
            made.append((-1, _END))
    finally:
        re.compile = now
    return made


_END = _compile("")
"""Stands between the patterns of two statements."""


class Patch:
    """A module with one statement from other source, everywhere its names have gone; undone by `undo`."""

    def __init__(self, name: str, statement: ast.stmt) -> None:
        self._undo: list[tuple[ModuleType, str, Any]] = []
        self._name, self._statement = name, statement
        self._run(loaded()[name], statement)
        _known.clear()

    def _run(self, module: ModuleType, statement: ast.stmt) -> None:
        before = dict(vars(module))
        _counts[module.__name__, first_line(statement)] = 0
        exec(compile(ast.Module([statement], []), module.__file__ or "", "exec"), vars(module))
        for name, value in list(vars(module).items()):
            if before.get(name) is not value and not name.startswith("__"):
                self._undo.append((module, name, before.get(name)))
                for other in loaded().values():
                    if other is not module and vars(other).get(name) is before.get(name) is not None:
                        self._undo.append((other, name, before[name]))
                        setattr(other, name, value)
                        self._follow(other, name, 0)
                self._follow(module, name, first_line(statement))

    def _follow(self, module: ModuleType, name: str, line: int) -> None:
        """Run again what a module computes of a name when it is imported."""
        for node in _bodies(module):
            if node.lineno > line and names_in(node) & {name}:
                self._run(module, node)

    def redo(self) -> None:
        """Take it in again."""
        self._undo.clear()
        self._run(loaded()[self._name], self._statement)
        _known.clear()

    def undo(self) -> None:
        """Put back what was there."""
        for module, name, value in reversed(self._undo):
            setattr(module, name, value)
        _known.clear()


SOURCES: dict[str, str] = {}
"""The source of each module as it runs now."""


def source_of(name: str) -> str:
    """Return the source of a module as it runs now."""
    if name not in SOURCES:
        SOURCES[name] = _read(loaded()[name])
    return SOURCES[name]


def _bodies(module: ModuleType) -> Iterator[ast.stmt]:
    yield from ast.parse(source_of(module.__name__)).body


def names_in(statement: ast.stmt) -> set[str]:
    """Return the names and the strings in an assignment of a module; of any other statement none."""
    if not isinstance(statement, ast.Assign | ast.AnnAssign) or statement.value is None:
        return set()
    found = {one.id for one in ast.walk(statement.value) if isinstance(one, ast.Name)}
    return found | {
        one.value
        for one in ast.walk(statement.value)
        if isinstance(one, ast.Constant) and isinstance(one.value, str)
    }


REMOVED: set[tuple[str, str, str]] = set()
"""Words that are left out of their lists: file, id, word."""


def _load_less(name: str) -> dict[str, lexicon.Entry]:
    return {
        key: {**entry, "words": [word for word in entry["words"] if (name, key, word) not in REMOVED]}
        for key, entry in _load_words(name).items()
    }


_load_words = lexicon.load_words
lexicon.load_words = _load_less  # type: ignore[assignment]


def uses_of(key: str) -> Iterator[tuple[str, list[ast.stmt]]]:
    """Yield the modules that compile a list of words, with the statements that do and those that follow."""
    for name in loaded():
        found: list[ast.stmt] = []
        known = {key, "load_words"}
        for node in ast.parse(source_of(name)).body:
            if names_in(node) & known:
                found.append(node)
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]  # type: ignore[attr-defined]
                known |= {one.id for one in targets if isinstance(one, ast.Name)}
        if found and name != lexicon.__name__:
            yield name, found


def statement_at(source: str, line: int) -> ast.stmt:
    """Return the statement of a module on a line."""
    body = ast.parse(source).body
    return max((node for node in body if first_line(node) <= line), key=first_line)
