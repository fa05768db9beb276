"""What a report consists of: its headings, walked in order and cited one by one."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from index.language.lexicon import alternatives
from index.language.numerals import NUMERAL, from_numeral
from index.language.periods import remove_times
from index.types import Role, Section
from rag.answers.enumeration import find_points, list_quotes
from rag.composition import Draft, Quote
from rag.evidence.context import ReportContext
from rag.evidence.evidence import Evidence
from rag.evidence.term_weights import split_terms
from rag.question.intent import Intent, strip_interrogatives
from rag.question.query import Query
from rag.question.scope import Scope, is_in_time
from rag.quotation import flatten
from rag.types import Kind, Language

_WHOLE = re.compile(
    rf"(?:报告|文章|全[文篇]).{{0,6}}(?:[部章板]|结构|{alternatives('questions', 'outline')})|几大?部分|"
    rf"{alternatives('questions', 'outline')}"
)
_COUNT = re.compile(rf"[哪几](?P<count>\d+|两|{NUMERAL})")
# “十项工作分别是什么”; “这一条” counts nothing.
_STATED_COUNT = re.compile(rf"(?!一)(?P<count>{NUMERAL})[个项条大](?!年|月|季)")
# “哪五个“坚持””: every one of them says so.
_SHARED_WORD = re.compile(r"[哪几][^“”,，]{1,4}“(?P<word>[^“”]+)”")
_TWO = "两"  # 二 before a measure word
# A fitting count, period or scope weighs as much as one rare term of the heading (whose weight is 1).
_COUNT_WEIGHT = 1.0
_PERIOD_WEIGHT = 1.0
_WHOLE_WEIGHT = 1.0
_LIKENESS_WEIGHT = 0.5
"""A heading found by its meaning counts less than one whose words are named."""
_MIN_SCORE = 0.8
"""Less than this is no match of heading, count or period: the question is not about this outline."""
_COUNTED_SCORE = _MIN_SCORE + _COUNT_WEIGHT


@dataclass(frozen=True, slots=True)
class _Group:
    """Sibling headings that one question may ask for, and the heading above them."""

    heading: str
    sections: tuple[Section, ...]


class ContentsAnswerer:
    """Lists headings: the parts of the report, or the sections of a part."""

    name = "contents"

    def wants(self, query: Query) -> bool:
        """Take what asks for an outline."""
        return query.intent is Intent.OUTLINE

    def answer(self, query: Query, evidence: Evidence) -> Draft | None:
        """Return None where no part of the outline fits."""
        return outline(query, evidence.context)


class CountedContentsAnswerer:
    """Lists as many headings as a question counts, though it does not ask for an outline."""

    name = "counted contents"

    def wants(self, query: Query) -> bool:
        """Take what states how many there are."""
        return _read_count(query.text) is not None

    def answer(self, query: Query, evidence: Evidence) -> Draft | None:
        """Return None where no part of the outline has so many."""
        return outline(query, evidence.context, counted=True)


def outline(query: Query, context: ReportContext, counted: bool = False) -> Draft | None:
    """List the headings that `query` asks for; None when no part of the outline fits it.

    A number of headings that a question states has to fit. One that does not ask for an outline may still
    count its headings (`counted`): then the wording has to fit besides.
    """
    question, scope = query.text, query.scope
    count = _read_count(question)
    subject = split_terms(strip_interrogatives(remove_times(question, scope.times)))

    def score_lead(lead: str, items: int) -> float:
        if count not in (None, items):
            return -math.inf
        covered = split_terms(lead) & subject
        named = sum(context.weights.weigh(term) for term in covered) / context.weights.unseen
        named += _LIKENESS_WEIGHT * likeness.get(lead, 0.0)
        return named + _COUNT_WEIGHT * (count == items)

    headings = (hit for hit in context.retrieve(question) if hit.passage.role is Role.HEADING)
    likeness = {flatten(hit.passage.span.of(context.report.document.text)): hit.score for hit in headings}
    shared = _SHARED_WORD.search(question)

    def fits(items: Iterable[str]) -> bool:
        return shared is None or all(shared["word"] in item for item in items)

    best, best_score = None, _COUNTED_SCORE if counted else _MIN_SCORE
    for group in _find_groups(context.report.structure.outline):
        if not fits(section.heading for section in group.sections):
            continue
        score = score_lead(group.heading, len(group.sections))
        if scope.times and not counted and _speaks_of(group, scope, context):
            score += _PERIOD_WEIGHT
        if not group.heading:
            score += _WHOLE_WEIGHT if _WHOLE.search(question) else -_WHOLE_WEIGHT
        if score > best_score:
            best, best_score = group, score
    text = context.report.document.text
    counted_off = max(
        (points for points in find_points(context) if fits(quote.span.of(text) for quote in points.quotes)),
        key=lambda points: score_lead(points.lead, len(points.quotes)),
        default=None,
    )
    if counted_off and score_lead(counted_off.lead, len(counted_off.quotes)) > best_score:
        return list_quotes(counted_off.quotes, context, query.language)
    return _list_headings(best.sections, context, query.language) if best else None


def _find_groups(outline: Sequence[Section]) -> Iterator[_Group]:
    if len(outline) > 1:
        yield _Group("", tuple(outline))
    for section in outline:
        if section.children:
            for run in _split_runs(section.children):
                yield _Group(section.heading, run)
            yield from (group for group in _find_groups(section.children) if group.heading)


def _split_runs(sections: Sequence[Section]) -> Iterator[tuple[Section, ...]]:
    """Yield the runs of siblings: a new one begins where numbering starts again."""
    run: list[Section] = []
    for section in sections:
        if run and _is_first(section.heading):
            yield tuple(run)
            run = []
        run.append(section)
    yield tuple(run)


def _is_first(heading: str) -> bool:
    return bool(re.match(r"[(（]?[一1][)）、.．]", heading))


def _speaks_of(group: _Group, scope: Scope, context: ReportContext) -> bool:
    span_start, span_end = group.sections[0].start, group.sections[-1].end
    inside = [p for p in context.report.structure.passages if span_start <= p.span.start < span_end]
    speaking = sum(is_in_time(passage, context.report.document, scope) for passage in inside)
    return 2 * speaking > len(inside)


def _read_count(question: str) -> int | None:
    match = _COUNT.search(question) or _STATED_COUNT.search(question)
    if not match:
        return None
    return 2 if match["count"] == _TWO else from_numeral(match["count"])


def _list_headings(sections: Sequence[Section], context: ReportContext, language: Language) -> Draft:
    passages = {p.span.start: p for p in context.report.structure.passages if p.role is Role.HEADING}
    quotes = []
    for section in sections:
        passage = next((p for start, p in passages.items() if start <= section.start < p.span.end), None)
        if passage:
            quotes.append(Quote(passage, section.heading_span, 1.0))
    return list_quotes(quotes, context, language, Kind.OUTLINE)
