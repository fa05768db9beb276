"""Figures that measure something: those that count years, ranks or names are left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from index.language.figures import find_figures
from index.language.units import MEASURES
from index.types import Span

_NAMES_BEFORE = re.compile(r"(?:第|前|每|首批|\d(?:[.．】]\s?|\s)|[A-Za-z]|[:：/.~-])$")
# What makes the figure part of a name or a rank: 700公斤级, 5千伏, 100周年, 前20强.
_NAMES_AFTER = re.compile(r"[级型式期线号届强版:：/×+]|(?<=人)[民大均才]")
# “签约396个”: the last character of a verb, taken for a hedge.
_VERB_BEFORE = re.compile(r"[签节预制]$")
_QUOTED = re.compile(r"“[^“”]*”|《[^《》]*》|‘[^‘’]*’|「[^「」]*」")
_PARENTHESIS = re.compile(r"[(（][^()（）]{0,6}[)）]")
_JOINS = re.compile(r"[和及与、以并居]")


@dataclass(frozen=True, slots=True)
class Amount:
    """A figure in a clause, with offsets there; `end` stands behind a note such as (条) after `span`."""

    span: Span
    end: int
    text: str
    number: Decimal
    unit: str


def find_amounts(clause: str) -> Iterator[Amount]:
    """Yield the figures of `clause` that measure something, in reading order."""
    quoted = [Span(*match.span()) for match in _QUOTED.finditer(clause)]
    for figure in find_figures(clause):
        span, unit = figure.span, figure.unit
        if unit not in MEASURES:
            # “5500亿和1万亿”: a magnitude without a unit of its own, and the next word taken for one.
            if figure.scale[-1:] != "亿" or (unit and not _JOINS.match(unit)):
                continue
            span, unit = Span(span.start, span.end - len(unit)), ""
        if figure.text.startswith("约") and _VERB_BEFORE.search(clause[: span.start]):
            span = Span(span.start + 1, span.end)
        if any(quote.contains(span) for quote in quoted):
            continue
        if _NAMES_BEFORE.search(clause[: span.start]) or _NAMES_AFTER.match(clause, span.end):
            continue
        note = _PARENTHESIS.match(clause, span.end)
        end = note.end() if note else span.end
        yield Amount(span, end, span.of(clause), figure.value, unit)
