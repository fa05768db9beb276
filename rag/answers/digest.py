"""All that matters of a topic: the most telling clauses that fit, in the report's order, by period."""

from __future__ import annotations

from collections.abc import Sequence

from index.language.opposites import find_opposite
from index.types import PeriodKind, Role
from rag.answers.fact import PHASE, find_fitting, is_likely
from rag.answers.problems import choose_problems, find_problems, split_problems
from rag.composition import Draft, Group, Quote, Statement, state
from rag.evidence.context import ReportContext
from rag.evidence.evidence import Evidence
from rag.evidence.selection import SELECTION, Run, choose, join_neighbours, label_of
from rag.evidence.topic import find_on_topic, speaks_of
from rag.evidence.topic_features import Material
from rag.question.length import Length, remove_length
from rag.question.openness import Form, Openness
from rag.question.query import NO_WISH, Query
from rag.quotation import MAX_QUOTE, trim_quote
from rag.types import Coverage, Kind

NAMED, JUDGED = 0.45, 1.0
"""The share of its wording and the reader's logit from which on a question is about one sentence.

Of 51 open questions of the development sets none reaches both; most of those for a fact with such cues do.
"""
_NEVER_ONE = (Form.PROBLEMS, Form.KEYWORD)
"""Forms that are never about one sentence."""
AS_LIKELY = 0.8
"""Where a question may be for a list alone, sentences are told that are nearly as likely as the best."""
LONG_NAME, FEW = 4, 2
"""Characters of a name, and how often a report may have it: then its sentences are all that is wanted."""
TOLD = 0.35
"""Where no clause is likelier than this to be on the topic, the report does not speak of it."""


class DigestAnswerer:
    """Tells all that matters of a topic; with `certain` only where nothing but that can be wanted."""

    name = "digest"

    def __init__(self, *, certain: bool) -> None:
        self._certain = certain

    def wants(self, query: Query) -> bool:
        """Take an open question; one that states a figure, or asks for one of a kind, wants a detail."""
        if query.openness is None:
            return False
        return query.openness.certain or not (self._certain or query.target.given)

    def answer(self, query: Query, evidence: Evidence) -> Draft | None:
        """Return None where the report has nothing on the topic, or one sentence is asked about."""
        if query.openness is None or (self._certain and _names_one_sentence(query, evidence)):
            return None
        evidence.context.budget.check()
        evidence.context.budget.note_reading(query.text)
        return digest(query.text, query.openness, evidence.context, query.length)


def _names_one_sentence(query: Query, evidence: Evidence) -> bool:
    """Tell whether `query` is about one sentence: it names most of its words, or a term that is explained."""
    if query.openness and query.openness.form in _NEVER_ONE:
        return False
    best = next(iter(find_fitting(query, evidence)), None)
    if best is None or not is_likely(query, best, evidence):
        return False
    if best.hit.passage.role is Role.GLOSSARY:
        return True
    return best.covered >= NAMED and best.judged >= JUDGED


def digest(
    question: str, openness: Openness, context: ReportContext, length: Length = NO_WISH
) -> Draft | None:
    """Answer an open, standalone `question` at the `length` wished; None where nothing is on its topic."""
    problems = _find_problems(openness, context, length) if openness.form is Form.PROBLEMS else []
    if problems:
        return _write(problems, len(problems), context, length)
    if not openness.topic.words or not speaks_of(openness.topic, context.report):
        return None
    document = context.report.document
    material = Material(context.report, context.index, context.weights, context.reader)
    runs = find_on_topic(
        remove_length(question), openness.topic, lambda passage: openness.admits(passage, document), material
    )
    # A problem that is admitted would read as a measure beside measures, and stands under no period.
    admitted = {passage.span for passage in find_problems(context.report)}
    found = [run for run in runs if run.on_topic >= SELECTION.on_topic and run.passage.span not in admitted]
    found = [run for run in found if not find_opposite(question, run.passage.span.of(document.text))]
    found = [run for run in found if not openness.told.has(run.words)]
    phases = PHASE.findall(question)
    found = [run for run in found if all(one in run.passage.span.of(document.text) for one in phases)]
    if found and not openness.certain:
        best = max(run.on_topic for run in found)
        found = [run for run in found if run.on_topic >= AS_LIKELY * best]
    if openness.periods:
        found = _keep_named(found, openness, document.text)
    if max((run.on_topic for run in found), default=0.0) < TOLD:
        return None
    chosen = choose(
        found,
        openness.room(length),
        items=length.sentences,
        every_period=openness.form is Form.SITUATION,
    )
    return _write(chosen, len({run.passage.span for run in found}), context, length) if chosen else None


def _keep_named(runs: list[Run], openness: Openness, text: str) -> list[Run]:
    """Return the runs whose sentences name what is asked about, where hardly any sentence does (人民医院)."""
    passages = {run.passage.span: run.passage.span.of(text) for run in runs}
    for word in sorted({*openness.topic.words, *openness.topic.phrases}, key=len, reverse=True):
        naming = {span for span, words in passages.items() if word in words}
        if len(word) >= LONG_NAME and naming and text.count(word) <= FEW:
            return [run for run in runs if run.passage.span in naming]
    return runs


def _find_problems(openness: Openness, context: ReportContext, length: Length) -> list[Run]:
    """Return the problems that the report admits: those that name the topic, or all where none does."""
    items = split_problems(find_problems(context.report), context.report)
    words = (*openness.topic.words, *openness.topic.means)
    named = [item for item in items if any(word in run.words for run in item for word in words)]
    return choose_problems(named or items, openness.room(length), length.sentences)


def _write(runs: Sequence[Run], found: int, context: ReportContext, length: Length) -> Draft:
    """Put runs, in reading order, under the leads of their periods; those without a period come first."""
    document = context.report.document
    groups: dict[tuple[str, bool], list[Statement]] = {("", False): []}
    for run in join_neighbours(runs, MAX_QUOTE):
        quote = Quote(run.passage, trim_quote(document.text, run.span), run.on_topic)
        groups.setdefault(label_of(run), []).append(state(quote, document))
    shown = len({run.passage.span for run in runs})
    return Draft.from_groups(
        [
            Group(label, PeriodKind.PLANNED if planned else PeriodKind.DONE, tuple(statements))
            for (label, planned), statements in groups.items()
            if statements
        ],
        Kind.DIGEST,
        bullets=length.bullets or None,
        coverage=Coverage(shown, max(found, shown)),
    )
