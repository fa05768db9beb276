"""Figures of a claim as they are compared: numerals as digits, years aside, units by one name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from index.language import numerals
from index.language.figures import Figure, find_figures
from index.language.units import canonical, is_unit

_NOT_OVER = re.compile(r"(?:没有|未|不会|不能)超过")
_HALF = re.compile(r"(?<=[到达为占近超过])一半(?![以多])")
_TIMES_OVER = re.compile("倍[多余]")
_YEAR = range(1900, 2100)
_JOINTS = frozenset("、,和及与至到—-~/")
_LATIN = re.compile(r"[A-Za-z]-?$")


def write_digits(text: str) -> str:
    """Return `text` with its Chinese numerals from two on in digits (三成 as 30%, 百分之六点五 as 6.5%)."""
    return numerals.write_digits(_TIMES_OVER.sub("多倍", _HALF.sub("50%", _NOT_OVER.sub("不超过", text))))


def measures(figure: Figure) -> bool:
    """Tell whether a figure measures or counts something; “六稳” does not."""
    return len(figure.unit) != 1 or is_unit(figure.unit)


def read_figures(text: str) -> list[Figure]:
    """Return the figures of a `text` whose numerals are digits, years aside.

    One without a unit takes that of the next one beside it: “14和25平方米”.
    """
    return list(_read_figures(text))


@lru_cache(maxsize=8192)  # the clauses of a source are read again for every sentence that may rest on it
def _read_figures(text: str) -> tuple[Figure, ...]:
    figures = [_prepare(figure, text) for figure in find_figures(text) if not _is_year(figure)]
    for place in range(len(figures) - 2, -1, -1):
        figure, following = figures[place : place + 2]
        between = text[figure.span.end : following.span.start]
        bare = figure.unit in ("", between[:1], *_JOINTS)
        if bare and len(between) <= 1 and set(between or figure.unit) <= _JOINTS:
            scale = following.value / following.number if following.number else 1
            figures[place] = replace(figure, unit=following.unit, value=figure.number * scale)
    return tuple(figures)


def _is_year(figure: Figure) -> bool:
    return figure.unit in ("年", "") and not figure.scale and figure.number in _YEAR


def _prepare(figure: Figure, text: str) -> Figure:
    if _LATIN.search(text[: figure.span.start]):  # the 2.5 of PM2.5 counts nothing
        return replace(figure, text=f"{figure.number:f}", value=figure.number, unit="", hedge="", scale="")
    return replace(figure, unit=canonical(figure.unit))


def blank_figures(text: str, figures: Sequence[Figure]) -> str:
    """Return `text` with a space in place of each of its `figures`; what only looks like a unit stays."""
    for figure in reversed(figures):
        end = figure.span.end
        if len(figure.unit) == 1 and not is_unit(figure.unit) and figure.text.endswith(figure.unit):
            end -= 1
        text = text[: figure.span.start] + " " + text[end:]
    return text
