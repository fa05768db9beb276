"""Whether something is so: the words that decide, quoted under their period: no plan reads as done."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from index.language.words import tag_words
from index.types import Passage, PeriodKind, Role, Span
from rag.answers.context import ReportContext
from rag.answers.fact import answer_part
from rag.composition import Draft, Group, Quote, Refusal, Statement, state
from rag.evidence.salience import join_clauses
from rag.evidence.term_weights import WeightedTerms, split_terms
from rag.question.intent import strip_interrogatives
from rag.question.scope import find_periods, matches_period, remove_own_place, remove_periods
from rag.question.subquestions import Part
from rag.quotation import trim_quote
from rag.types import Kind, ReasonCode

AS_MUCH = 0.6
"""What is planned of a thing is told beside what was done when it names so much of it."""
ON_SUBJECT = 0.5
"""The larger part of a question's wording: with less, words speak of something else."""
_WHOLE_NAME = 4
"""Characters of a name that is found word for word (大桥水厂): a shorter one (小学) is any of its kind."""
_NAMES = ("n", "l", "j", "eng")
"""Tags of nouns, of set phrases (有轨电车) and of short forms."""
# How far things have come: there a plan and what was done belong together.
_STAGE = re.compile(r"了(?:吗|没|么)|已经?|完|[建修办]好|开通|建成|竣工|投用|通车|上市|启用|开业|在建")


def answer_whether(part: Part, context: ReportContext) -> Draft | Refusal:
    """Answer with the words that decide; what they plan stands under a lead that says so.

    Where it is asked how far something has come, what is planned of it stands beside what is done.
    """
    outcome = answer_part(part, context)
    if isinstance(outcome, Refusal):
        if outcome.reason.code is not ReasonCode.NOT_MENTIONED:
            return outcome
        named = _find_named(part, context)
        return tell_plans(Draft((state(named, context.report.document),))) if named else outcome
    quotes = [quote for one in outcome.statements for quote in one.quotes]
    staged = len(quotes) == 1 and _STAGE.search(part.text) and _is_done(quotes[0].passage)
    if staged and (plan := _find_plan(part, quotes[0], context)):
        return Draft.from_groups(list(_put_under_leads([quotes[0], plan], context)), Kind.FACT)
    return tell_plans(outcome)


def tell_plans(draft: Draft) -> Draft:
    """Put a draft that plans what it tells under the lead of its period: “2021年(计划):”."""
    periods = {quote.passage.period for one in draft.statements for quote in one.quotes}
    period = next(iter(periods)) if len(periods) == 1 else None
    if draft.groups or period is None or period.kind is not PeriodKind.PLANNED or not period.label:
        return draft
    return Draft.from_groups(
        [Group(period.label, period.kind, draft.statements)],
        draft.kind,
        notices=draft.notices,
        coverage=draft.coverage,
    )


def _put_under_leads(quotes: list[Quote], context: ReportContext) -> Iterator[Group]:
    for period, group in groupby(quotes, key=lambda quote: quote.passage.period):
        statements: tuple[Statement, ...] = tuple(state(one, context.report.document) for one in group)
        yield Group(period.label, period.kind, statements)


def _is_done(passage: Passage) -> bool:
    return passage.period.kind is PeriodKind.DONE and bool(passage.period.label)


def _find_plan(part: Part, found: Quote, context: ReportContext) -> Quote | None:
    """Return the words that plan more of what `found` says is done, or None.

    Nothing done is put beside a plan: it may be of another thing of the kind, and would read as its end.
    """
    text, year = context.report.document.text, context.report.document.meta.year
    names = " ".join(_find_names(_read_subject(part, context)))
    about = WeightedTerms.from_subject(names, "", context.weights)
    least = max(ON_SUBJECT, AS_MUCH * about.covered_by(split_terms(found.span.of(text))))
    periods = find_periods(part.text, year)
    best, best_share = None, 0.0
    for hit in context.retrieve(part.text):
        passage = hit.passage
        if passage.role is not Role.BODY or passage.period.kind is not PeriodKind.PLANNED:
            continue
        if periods and not any(matches_period(passage, text, mention) for mention in periods):
            continue
        for span in join_clauses(passage, text):
            share = about.covered_by(split_terms(span.of(text)))
            if passage.period.label and share >= least and share > best_share:
                best, best_share = Quote(passage, trim_quote(text, span), hit.score), share
    return best


def _find_named(part: Part, context: ReportContext) -> Quote | None:
    """Return the first words that name, letter for letter, all that a question is about, if it is a name."""
    text = context.report.document.text
    names = list(_find_names(_read_subject(part, context)))
    if not any(len(name) >= _WHOLE_NAME for name in names):
        return None
    periods = find_periods(part.text, context.report.document.meta.year)
    for passage in context.report.structure.passages:
        words = passage.span.of(text)
        in_time = not periods or any(matches_period(passage, text, mention) for mention in periods)
        if passage.role is Role.BODY and in_time and all(name in words for name in names):
            return Quote(passage, _clause_of(passage, max(names, key=len), text), ON_SUBJECT)
    return None


def _clause_of(passage: Passage, name: str, text: str) -> Span:
    clauses = list(join_clauses(passage, text))
    span = next((clause for clause in clauses if name in clause.of(text)), passage.span)
    return trim_quote(text, span)


def _find_names(subject: str) -> Iterator[str]:
    """Yield the runs of nouns in `subject`: 大桥水厂 of “大桥 水厂 完工”."""
    for noun, words in groupby(tag_words(subject), key=lambda word: word[1].startswith(_NAMES)):
        name = "".join(word for word, _ in words)
        if noun and len(name) > 1:
            yield name


def _read_subject(part: Part, context: ReportContext) -> str:
    """Return the words of a part that say what it is about, less time and the report's own place."""
    document = context.report.document
    timeless = remove_periods(part.text, tuple(find_periods(part.text, document.meta.year)))
    return strip_interrogatives(remove_own_place(timeless, document))
