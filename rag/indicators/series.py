"""One indicator over several periods: five-year totals, annual results and targets side by side."""

from __future__ import annotations

import re
from collections.abc import Iterable

from index.language.lexicon import alternatives, compile_words
from index.language.periods import read_label
from index.types import Period
from rag.indicators.types import Indicator, Series

# What two reports of one indicator may differ by. Longer forms stand before the ones they contain.
_SAME = (
    (compile_words("indicators", "own-place"), ""),
    (re.compile(r"[“”‘’\"'《》、的]|[(（][^()（）]*[)）]"), ""),
    (re.compile(r"规模以上"), "规上"),
    (compile_words("indicators", "work"), "建"),
    (
        re.compile(
            rf"{alternatives('indicators', 'improving')}(?=改造|整治|治理|修复)|(?<=改造)(?:提升|升级|更新)"
        ),
        "",
    ),
    (re.compile(rf"^{alternatives('indicators', 'carrying')}"), ""),
    (re.compile(r"^年(?=粮食)"), ""),
)


def find_series(indicators: Iterable[Indicator]) -> tuple[Series, ...]:
    """Return the indicators that are given for at least two periods, in the order they are first named.

    Rows of one series have the same unit, and either all are growth rates or none is; of several statements
    about one period the first counts. The shortest name of its rows names the series.
    """
    groups: dict[tuple[str, str, bool], dict[Period, Indicator]] = {}
    for indicator in indicators:
        key = (_normalise(indicator.name), indicator.unit.replace("％", "%"), bool(indicator.change))
        groups.setdefault(key, {}).setdefault(indicator.period, indicator)
    return tuple(
        Series(
            min((row.name for row in rows.values()), key=len),
            unit,
            tuple(sorted(rows.values(), key=lambda row: _order(row.period))),
        )
        for (_, unit, _), rows in groups.items()
        if len(rows) > 1
    )


def _order(period: Period) -> tuple[int, int, str]:
    """Sort by the last year; of periods that end together the longest stands first."""
    first, last = read_label(period.label) or (0, 0)
    return last, first, period.kind


def _normalise(name: str) -> str:
    for pattern, plain in _SAME:
        name = pattern.sub(plain, name)
    return name
