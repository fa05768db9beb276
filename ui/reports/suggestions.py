"""Questions to go on with after an answer, drawn from the report around the words that it cites."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, dropwhile, islice, zip_longest

from index.types import IndexedDocument, Span
from rag.indicators import Indicator, find_indicators
from rag.types import Answer, Status
from ui.reports.examples import is_short, quote_heading
from ui.reports.mentions import find_mentions
from ui.texts import Words

SUGGESTIONS = 3
# Questions put to the service after one answer, at some 20 ms each: the answer is being read meanwhile.
_TRIES = 9


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A question, and the words of a report that an answer to it must cite."""

    question: str
    document: str
    span: Span


class Suggester:
    """Finds questions to go on with; the indicators of each report are read once."""

    def __init__(self) -> None:
        self._indicators: dict[str, tuple[Indicator, ...]] = {}

    def suggest(
        self,
        answer: Answer,
        documents: Mapping[str, IndexedDocument],
        words: Words,
        asked: Collection[str],
        ask: Callable[[str], Answer],
    ) -> tuple[str, ...]:
        """Return up to SUGGESTIONS questions not `asked` yet that `ask` answers from where they come from."""
        cited = answer.citations or answer.closest
        if not cited:
            return ()
        indexed = documents[cited[0].document]
        spans = [citation.span for citation in cited if citation.document == indexed.document.id]
        drawn = draw_questions(indexed, self._read(indexed), spans, words)
        fresh = islice((one for one in drawn if one.question not in asked), _TRIES)
        return tuple(
            islice((one.question for one in fresh if _rests_on(ask(one.question), one)), SUGGESTIONS)
        )

    def _read(self, indexed: IndexedDocument) -> tuple[Indicator, ...]:
        key = indexed.document.sha256
        if key not in self._indicators:
            self._indicators[key] = find_indicators(indexed)
        return self._indicators[key]


def wish_for_summary(answer: Answer, words: Words) -> str | None:
    """Return the wish that a language model summarise the section an answer cites first; None without one."""
    sections = [citation.section for citation in answer.citations if citation.section]
    return words.ask_summary.format(heading=quote_heading(sections[0][-1])) if sections else None


def draw_questions(
    indexed: IndexedDocument, indicators: Sequence[Indicator], cited: Sequence[Span], words: Words
) -> Iterator[Suggestion]:
    """Yield questions around the `cited` words, each once, the kinds taking turns."""
    kinds = (
        _ask_of_other_periods(indicators, cited, words),
        _ask_of_neighbours(indicators, cited, words),
        _ask_of_terms(indexed, cited, words),
        _ask_of_sections(indexed, cited, words),
    )
    in_turn = filter(None, chain.from_iterable(zip_longest(*kinds)))
    seen = set()
    for question, span in chain(in_turn, _ask_of_parts(indexed, words)):
        if question not in seen:
            seen.add(question)
            yield Suggestion(question, indexed.document.id, span)


Drawn = Iterator[tuple[str, Span]]


def _ask_of_other_periods(indicators: Sequence[Indicator], cited: Sequence[Span], words: Words) -> Drawn:
    here = [one for one in indicators if _is_cited(one.span, cited)]
    names = {one.name for one in here}
    periods = {(one.name, one.period) for one in here}
    for one in indicators:
        if one.name in names and (one.name, one.period) not in periods:
            yield _ask(one, words)


def _ask_of_neighbours(indicators: Sequence[Indicator], cited: Sequence[Span], words: Words) -> Drawn:
    """Ask of the other indicators of the same section, the nearest first."""
    here = {one.section for one in indicators if _is_cited(one.span, cited)}
    near = [one for one in indicators if one.section in here and not _is_cited(one.span, cited)]
    for one in sorted(near, key=lambda one: min(abs(one.span.start - span.start) for span in cited)):
        yield _ask(one, words)


def _ask(indicator: Indicator, words: Words) -> tuple[str, Span]:
    wording = words.ask_change if indicator.change else words.ask_figure
    question = wording.format(
        period=indicator.period.label, indicator=indicator.name, change=indicator.change
    )
    return question, indicator.figure


def _ask_of_terms(indexed: IndexedDocument, cited: Sequence[Span], words: Words) -> Drawn:
    """Ask of the terms that the cited words name, and of those that follow a cited term in the glossary."""
    glossary = indexed.structure.glossary
    named = [entry for span in cited for _, entry in find_mentions(span.of(indexed.document.text), glossary)]
    following = dropwhile(lambda entry: not _is_cited(entry.entry, cited), glossary)
    for entry in chain(named, following):
        if not _is_cited(entry.entry, cited):
            yield words.ask_term.format(term=entry.names[0]), entry.definition


def _ask_of_sections(indexed: IndexedDocument, cited: Sequence[Span], words: Words) -> Drawn:
    """Ask what else stands in the sections that are cited, by their headings or from their text."""
    for part in indexed.structure.outline:
        for section in filter(is_short, part.children):
            span = Span(section.start, section.end)
            if _is_cited(span, cited):
                yield words.ask_section.format(heading=quote_heading(section.heading)), span


def _ask_of_parts(indexed: IndexedDocument, words: Words) -> Drawn:
    """Ask what the parts of the report consist of; answers from its title block leave little else to ask."""
    for part in filter(is_short, indexed.structure.outline):
        if part.children:
            question = words.ask_outline.format(heading=quote_heading(part.heading))
            yield question, Span(part.start, part.end)


def _is_cited(span: Span, cited: Iterable[Span]) -> bool:
    return any(span.overlaps(one) for one in cited)


def _rests_on(answer: Answer, suggestion: Suggestion) -> bool:
    """Tell whether `answer` cites the words that the question was drawn from."""
    return answer.status is Status.ANSWERED and any(
        citation.document == suggestion.document and citation.span.overlaps(suggestion.span)
        for citation in answer.citations
    )
