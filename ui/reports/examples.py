"""Questions to begin with, drawn from a report's own figures, outline, glossary and title block."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from index.types import IndexedDocument, PeriodKind, Section
from ui.texts import Words

EXAMPLES = 3
# Candidates of one kind to put before giving the kind up: asking one takes some 20 ms.
_TRIES = 5
# A heading much longer than this is a sentence, and makes a clumsy question.
_LONGEST_HEADING = 30
_NUMBERING = re.compile(r"[(（]?[一二三四五六七八九十百\d]{1,4}[)）、.．]\s*")
_INNER_QUOTES = str.maketrans("“”", "‘’")
# “…,社会消费品零售总额实现194亿元”: a clause that gives one indicator one figure.
_INDICATOR = re.compile(
    r"(?:^|[,，;；])(?P<indicator>[\u4e00-\u9fff]{4,12}?)(?:实现|达到|完成)\d[\d.]*(?P<unit>[万亿]|%)"
)


def suggest_questions(
    documents: Sequence[IndexedDocument], words: Words, is_answered: Callable[[str], bool]
) -> list[str]:
    """Return up to EXAMPLES questions of the first report, of each kind the first that is really answered."""
    kinds = (_ask_of_figures, _ask_of_targets, _ask_of_terms, _ask_of_parts, _ask_of_title, _ask_of_sections)
    found = (
        next(filter(is_answered, islice(kind(indexed, words), _TRIES)), None)
        for indexed in documents[:1]
        for kind in kinds
    )
    return list(islice(filter(None, found), EXAMPLES))


def _ask_of_figures(indexed: IndexedDocument, words: Words) -> Iterator[str]:
    """Ask for results; those of a single year and amounts first, because they read most easily."""
    figures = [
        (passage.period.label, found["indicator"], found["unit"])
        for passage in indexed.structure.passages
        if passage.period.kind is PeriodKind.DONE and passage.period.label
        for found in _INDICATOR.finditer(passage.span.of(indexed.document.text))
    ]
    for period, indicator, _ in sorted(figures, key=lambda one: (not one[0][0].isdigit(), one[2] == "%")):
        yield words.ask_figure.format(period=period, indicator=indicator)


def _ask_of_targets(indexed: IndexedDocument, words: Words) -> Iterator[str]:
    """Ask what is planned: the open question that every such report answers."""
    if any(passage.period.kind is PeriodKind.PLANNED for passage in indexed.structure.passages):
        yield words.ask_targets.format(year=indexed.document.meta.year)


def _ask_of_parts(indexed: IndexedDocument, words: Words) -> Iterator[str]:
    """Ask for the list of a part's sections; the longest list first, because it is worth a question most."""
    parts = [part for part in indexed.structure.outline if part.children and is_short(part)]
    for part in sorted(parts, key=lambda part: -len(part.children)):
        yield words.ask_outline.format(heading=quote_heading(part.heading))


def _ask_of_terms(indexed: IndexedDocument, words: Words) -> Iterator[str]:
    for entry in indexed.structure.glossary:
        yield words.ask_term.format(term=entry.names[0])


def _ask_of_title(indexed: IndexedDocument, words: Words) -> Iterator[str]:
    if indexed.document.meta.speaker:
        yield words.ask_speaker


def _ask_of_sections(indexed: IndexedDocument, words: Words) -> Iterator[str]:
    for part in indexed.structure.outline:
        for section in filter(is_short, part.children):
            yield words.ask_section.format(heading=quote_heading(section.heading))


def is_short(section: Section) -> bool:
    """Tell whether a heading is short enough to ask for."""
    return len(section.heading) <= _LONGEST_HEADING


def quote_heading(heading: str) -> str:
    """Return a heading as it stands inside quotation marks: without its number, its own marks single."""
    return _NUMBERING.sub("", heading, count=1).translate(_INNER_QUOTES)
