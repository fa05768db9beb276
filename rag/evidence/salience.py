"""How telling the words of a report are by themselves, when nothing more is asked than what it says.

A result tells more than a slogan: what counts is a figure, one of the genre's chief indicators most of all, a
name, something finished. Where words stand in the report does not count: reports open with rhetoric.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from index.language.figures import Figure, find_figures
from index.language.lexicon import alternatives, compile_words
from index.language.units import MEASURES, is_unit
from index.types import Passage, Span
from rag.evidence.weights import load_table
from rag.quotation import MAX_QUOTE, trim_quote

SHORT = 40
"""Characters: what goes on with clauses of this length together is detail."""


@dataclass(frozen=True, slots=True)
class Salience:
    """What tells how much: a `figure`, a `total` or `large` one; what is `outstanding`, `named`, `finished`.

    A clause that says nothing without the one before it loses `handed_on` by itself, and any loses `length`
    for each character: of two clauses that tell as much, the shorter leaves room for another.
    """

    figure: float
    total: float
    large: float
    outstanding: float
    named: float
    finished: float
    handed_on: float
    length: float


SALIENCE = Salience(**load_table("salience"))

_TIMES = frozenset(("年", "月", "日", "号", "届", "次", "层", "户次"))
_TOTAL = compile_words("salience", "total")
_OUTSTANDING = compile_words("salience", "outstanding")
_FINISHED = compile_words("salience", "finished")
_NAMED = re.compile(r"[“《「]")
# Clauses that go on with what the one before is about.
_ASIDE = alternatives("clauses", "aside", "amounts", "stands", "joins")
_TELLS = alternatives("clauses", "moves", "stands", "told-of", "is")
_GOES_ON = re.compile(
    rf"(?:{_ASIDE}|比.{{0,8}}年)*(?:[从由].*\d|{_TELLS})|"
    r"[一-鿿]{0,4}\d[.\d]*[^\d，,；;。]{0,3}[，,；;。]?$"
)
_LEADS_IN = (":", "：")


@dataclass(frozen=True, slots=True)
class Telling:
    """Clauses of one sentence that stand by themselves; `family` is the chief indicator in them, or empty."""

    passage: Passage
    span: Span
    score: float
    family: str


@dataclass(frozen=True, slots=True)
class _Family:
    id: str
    weight: float
    pattern: re.Pattern[str]


@cache
def _families() -> tuple[_Family, ...]:
    data = tomllib.loads(
        resources.files("rag.answers").joinpath("chief_indicators.toml").read_text(encoding="utf-8")
    )
    return tuple(_read_family(one) for one in data["family"])


def _read_family(entry: dict[str, Any]) -> _Family:
    words = "|".join(map(re.escape, entry["words"]))
    before = "".join(f"(?<!{re.escape(word)})" for word in entry.get("not_before", ()))
    after = "".join(f"(?!{re.escape(word)})" for word in entry.get("not_after", ()))
    return _Family(entry["id"], entry["weight"], re.compile(f"{before}(?:{words}){after}"))


def find_telling(passage: Passage, text: str) -> Iterator[Telling]:
    """Yield the clauses of `passage` with how telling they are, in reading order.

    A clause that goes on with the one before (“同比增长12%”) is told together with it for as long as that is
    short, and else left out; so is one that leads over to what follows.
    """
    for span in join_clauses(passage, text, SHORT):
        words = span.of(text)
        if words.endswith(_LEADS_IN):
            continue
        span = trim_quote(text, span)
        if span:
            family = _find_family(words)
            yield Telling(passage, span, rate(words), family.id if family else "")


def rate(words: str) -> float:
    """Return how telling `words` are: about 0 for a slogan, 1 for a result, 2 for a chief indicator's."""
    figures = [figure for figure in find_figures(words) if _measures(figure)]
    score = -SALIENCE.length * len(words)
    if figures:
        family = _find_family(words)
        score += SALIENCE.figure + (family.weight if family else 0.0)
        score += SALIENCE.large * any("亿" in figure.scale for figure in figures)
        score += SALIENCE.total * bool(_TOTAL.search(words))
    score += SALIENCE.outstanding * bool(_OUTSTANDING.search(words))
    score += SALIENCE.finished * bool(_FINISHED.search(words))
    score += SALIENCE.named * bool(_NAMED.search(words))
    return score - (SALIENCE.handed_on if _GOES_ON.match(words) else 0.0)


def _measures(figure: Figure) -> bool:
    """Tell whether a figure says how much there is: 1061.65万 does, 100周年 does not."""
    if figure.unit in _TIMES:
        return False
    return figure.unit in MEASURES or is_unit(figure.unit) or any(scale in figure.scale for scale in "万亿")


def _find_family(words: str) -> _Family | None:
    """Return the weightiest family of chief indicators that `words` name with a figure."""
    named = [family for family in _families() if family.pattern.search(words)]
    return max(named, key=lambda family: family.weight, default=None)


def join_clauses(passage: Passage, text: str, most: int = MAX_QUOTE) -> Iterator[Span]:
    """Yield the clauses of `passage`, each with those after it that go on with it, up to `most` characters.

    What goes on beyond is left out; at MAX_QUOTE it stands by itself.
    """
    joined: Span | None = None
    full = False
    for clause in passage.clauses or (passage.span,):
        words = clause.of(text).rstrip()
        follows = joined is not None and not joined.of(text).rstrip().endswith(("；", ";"))
        if joined and follows and _GOES_ON.match(words) and not words.endswith(_LEADS_IN):
            if clause.end - joined.start <= most and not full:
                joined = Span(joined.start, clause.end)
                continue
            full = True
            if most < MAX_QUOTE:
                continue
        if joined:
            yield joined
        joined, full = clause, False
    if joined:
        yield joined
