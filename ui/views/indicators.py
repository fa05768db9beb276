"""A report's indicators as HTML: charts of those given for several periods, and a table of them all.

Every figure is a link by which the page's script shows the words it stands in. The charts are lists of such
links with a bar beside each: whoever does not see the bars reads the same.
"""

from __future__ import annotations

from collections.abc import Iterable

from index.language.periods import read_label
from index.types import IndexedDocument, Period, PeriodKind
from rag.indicators import Indicator, Series, find_indicators, find_series
from ui.texts import Words
from ui.views.markup import class_of_document, escape_html

# Percent of the room there is; the rest is for the outline of the longest bar.
_NARROWEST_BAR, _LONGEST_BAR = 1.0, 99.0
_HATCH = (
    '<svg class="defined" aria-hidden="true" width="0" height="0"><pattern id="hatch" width="6" height="6" '
    'patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0 0V6"/></pattern></svg>'
)


def render_figures(indexed: IndexedDocument, words: Words) -> str:
    """Return the overview of a report's indicators as an HTML fragment."""
    indicators = find_indicators(indexed)
    title = escape_html(indexed.document.meta.title)
    heading = f'<h2>{words.figures}</h2><p class="about">{title} · {words.figures_about}</p>'
    if not indicators:
        return f"{heading}<p>{words.no_figures}</p>"
    return (
        f'<div class="{class_of_document(indexed.document.id)}">{heading}'
        f"{_render_filters(indicators, words)}"
        f"{_render_charts(find_series(indicators), words)}{_render_table(indicators, words)}</div>"
    )


def _render_filters(indicators: Iterable[Indicator], words: Words) -> str:
    periods = sorted({one.period.label for one in indicators if one.period.label}, key=_order)
    kinds = ((str(kind), words.of_kind(kind)) for kind in (PeriodKind.DONE, PeriodKind.PLANNED))
    return (
        f'<div class="filters" role="search" aria-label="{words.filter}">'
        f'<input type="search" name="text" aria-label="{words.filter_text}" '
        f'placeholder="{words.filter_text}" autocomplete="off">'
        f"{_render_choice('period', words.period, words.all_periods, ((label, label) for label in periods))}"
        f"{_render_choice('kind', words.kind, words.all_kinds, kinds)}"
        f'<output data-count="{words.shown_figures}"></output></div>'
    )


def _render_choice(name: str, label: str, everything: str, options: Iterable[tuple[str, str]]) -> str:
    listed = "".join(
        f'<option value="{escape_html(value)}">{escape_html(shown)}</option>' for value, shown in options
    )
    return (
        f'<select name="{name}" aria-label="{label}"><option value="">{everything}</option>{listed}</select>'
    )


def _render_charts(series: Iterable[Series], words: Words) -> str:
    charts = "".join(_render_chart(one, words) for one in series)
    if not charts:
        return ""
    legend = "".join(
        f"<li>{_render_bar(1.0, basis)}{name}</li>"
        for basis, name in (("span", words.whole_period), ("year", words.one_year), ("target", words.target))
    )
    return (
        f'<section class="charts">{_HATCH}<h3>{words.compared}</h3><ul class="legend">{legend}</ul>'
        f'<div class="grid">{charts}</div></section>'
    )


def _render_chart(series: Series, words: Words) -> str:
    """Return one series as a list of figures with bars, the longest for the largest amount."""
    largest = max(abs(row.number) for row in series.rows)
    rows = "".join(
        f'<li><span class="when"><span lang="zh">{escape_html(row.period.label)}</span> · '
        f"{words.of_kind(row.period.kind)}</span>"
        f"{_render_bar(float(abs(row.number) / largest) if largest else 0.0, _basis(row.period))}"
        f"{_render_link(row, words)}</li>"
        for row in series.rows
    )
    change = f"（{words.growth}）" if series.rows[0].change else ""
    return (
        f'<figure data-text="{escape_html(series.name)}"><figcaption lang="zh">{escape_html(series.name)}'
        f"{change}</figcaption><ul>{rows}</ul></figure>"
    )


def _render_bar(share: float, basis: str) -> str:
    """Return a bar that fills `share` of the room; what it stands for shows in its pattern, too."""
    width = max(_NARROWEST_BAR, share * _LONGEST_BAR)
    fill = ' fill="url(#hatch)"' if basis == "span" else ""
    return (
        f'<svg class="bar" aria-hidden="true" focusable="false"><rect class="{basis}"{fill} x="1" y="1" '
        f'width="{width:.1f}%" height="10"/></svg>'
    )


def _render_table(indicators: Iterable[Indicator], words: Words) -> str:
    columns = {
        "name": words.indicator,
        "number": words.value,
        "unit": words.unit,
        "period": words.period,
        "kind": words.kind,
    }
    heads = "".join(
        f'<th scope="col" aria-sort="none"><button type="button" data-sort="{key}">{name}</button></th>'
        for key, name in columns.items()
    )
    rows = "".join(_render_row(row, words) for row in indicators)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{words.figures_table}">'
        f"<table><caption>{words.figures_table}</caption><thead><tr>{heads}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )


def _render_row(row: Indicator, words: Words) -> str:
    kind, label = row.period.kind, escape_html(row.period.label)
    return (
        f'<tr data-period="{label}" data-kind="{kind}" data-number="{row.number}">'
        f'<th scope="row" lang="zh">{escape_html(row.name)}</th>'
        f"<td>{_render_link(row, words)}</td>"
        f'<td lang="zh">{escape_html(row.unit)}</td><td lang="zh">{label}</td>'
        f'<td><span class="period {kind}">{words.of_kind(kind)}</span></td></tr>'
    )


def _render_link(row: Indicator, words: Words) -> str:
    """Return the figure as a link to the clause it stands in; read aloud, it says of what it is."""
    value, name = escape_html(row.shown_value), escape_html(row.name)
    return (
        f'<a class="figure" lang="zh" href="#cite-0-{row.span.start}-{row.span.end}" '
        f'aria-label="{value}，{name}，{words.see_source}">{value}</a>'
    )


def _basis(period: Period) -> str:
    """Return what a figure stands for: a target, one year, or several years together."""
    if period.kind is PeriodKind.PLANNED:
        return "target"
    first, last = read_label(period.label) or (0, 0)
    return "span" if last > first else "year"


def _order(label: str) -> tuple[int, int]:
    first, last = read_label(label) or (0, 0)
    return last, first
