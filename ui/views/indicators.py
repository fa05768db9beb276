"""A report's indicators as HTML: charts of those given for several periods, and a table of them all.

Every figure is a link by which the page's script shows the words it stands in. The charts are lists of such
links with a bar beside each: whoever does not see the bars reads the same.
"""

from __future__ import annotations

from typing import NamedTuple

from index.language.periods import read_label
from index.types import IndexedDocument, Period, PeriodKind
from rag.indicators import Indicator, Series, find_indicators, find_series
from ui.texts import Words
from ui.views.markup import class_of_document
from ui.views.templates import PAGE, render

# Percent of the room there is; the rest is for the outline of the longest bar.
_NARROWEST_BAR, _LONGEST_BAR = 1.0, 99.0


def render_figures(indexed: IndexedDocument, words: Words) -> str:
    """Return the overview of a report's indicators as an HTML fragment."""
    indicators = find_indicators(indexed)
    periods = sorted({one.period.label for one in indicators if one.period.label}, key=_order)
    return render(
        PAGE,
        "indicators",
        css=class_of_document(indexed.document.id),
        title=indexed.document.meta.title,
        indicators=indicators,
        periods=[(label, label) for label in periods],
        kinds=[(str(kind), words.of_kind(kind)) for kind in (PeriodKind.DONE, PeriodKind.PLANNED)],
        charts=[_Chart.of(series) for series in find_series(indicators)],
        columns=(
            ("name", words.indicator),
            ("number", words.value),
            ("unit", words.unit),
            ("period", words.period),
            ("kind", words.kind),
        ),
        width=_measure_bar,
        words=words,
    )


class _Chart(NamedTuple):
    """One series: each figure with the share of the longest bar that its own takes, and its basis."""

    name: str
    change: str
    rows: list[tuple[Indicator, float, str]]

    @classmethod
    def of(cls, series: Series) -> _Chart:
        largest = max(abs(row.number) for row in series.rows)
        rows = [
            (row, float(abs(row.number) / largest) if largest else 0.0, _basis(row.period))
            for row in series.rows
        ]
        return cls(series.name, series.rows[0].change, rows)


def _measure_bar(share: float) -> float:
    """Return percent of the room: a bar that fills `share` of it, never so narrow that it is not seen."""
    return max(_NARROWEST_BAR, share * _LONGEST_BAR)


def _basis(period: Period) -> str:
    """Return what a figure stands for: a target, one year, or several years together."""
    if period.kind is PeriodKind.PLANNED:
        return "target"
    first, last = read_label(period.label) or (0, 0)
    return "span" if last > first else "year"


def _order(label: str) -> tuple[int, int]:
    first, last = read_label(label) or (0, 0)
    return last, first
