"""Reading: which words of the retrieved passages answer the question, and how well they are supported.

Every run of whole clauses of a passage is a candidate. A candidate is weighed by what retrieval thought of
its passage, by how much of the question's wording it covers, by whether it speaks of the period that was
asked for and holds the kind of words that could answer, and by its length. The passages that come out best
are then read by the trained reader (rag.evidence.reader), which has a say in the final order.
"""

from __future__ import annotations

import heapq
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from statistics import fmean, pstdev

from index.language.lexicon import alternatives
from index.language.opposites import find_opposite
from index.language.periods import remove_times
from index.language.text import join_lines
from index.types import Clause, Document, Hit, IndexedDocument, Passage, PeriodKind, Role, Span
from rag.evidence.answer_types import holds, measures_otherwise
from rag.evidence.groups import counts_group, counts_several
from rag.evidence.reader import Judgement, Pair, Reader, choose_window, describe_place
from rag.evidence.term_weights import TermWeights, WeightedTerms, split_terms
from rag.evidence.weights import load_table
from rag.question.intent import Intent, Target, Wanted
from rag.question.query import Query
from rag.question.scope import Scope, ends_period, is_in_time, remove_own_place
from rag.quotation import MAX_QUOTE

READ = 4
"""Passages that the trained reader reads, which is most of the time of an answer; eight do no better."""
DOUBTFUL, SURE = -6.0, 6.0
"""Logits beyond these tell nothing more; passages that were not read count as DOUBTFUL."""
MAX_FACT = 199
"""Characters of several clauses together: with a closing mark an answer of 200 (REST contract)."""
MOST_OPENINGS = 48
"""Clauses of one passage that candidates begin with: the longest sentence of our reports has fewer clauses.

Of a passage with more (a whole report in one sentence) those likest to the question are taken.
"""
LENGTH_UNIT = 100
"""Characters: a candidate loses the weight of its length for each so many."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """What counts how much in the score of a candidate.

    `retrieval`: the score of its hit; `coverage`, `heading`: the share of the question's wording in it and
    above it; `clause`: the likeness of its likest clause; `period`: that it speaks of a period asked for, of
    which `at_end` is the share for how things stood at the end of a plan, asked for its last year; `planned`:
    that it is a plan, or none, as asked; `target`: that it holds the kind of words asked for; `length`: what
    each LENGTH_UNIT costs; `judged`, `pointed`: what the trained reader thinks of its passage, of its words.

    From the logit `convinced` on the trained reader is believed where words do not look like what was asked
    for. Not where a rate, money, a date, a person, a cause or an investor was asked for: those look like
    nothing else.
    """

    retrieval: float
    coverage: float
    clause: float
    heading: float
    period: float
    at_end: float
    planned: float
    target: float
    length: float
    judged: float
    pointed: float
    convinced: float


RANKING = Ranking(**load_table("ranking"))

# A clause that begins so says of what its figure is one no more: that was said before.
_BARE = re.compile(
    rf"{alternatives('clauses', 'aside')}*(?:[从由].*\d|{alternatives('clauses', 'moves', 'fulfils')})"
)
# Words of any figure.
_ANY_FIGURE = split_terms("增长 下降 完成 达到 实现 提高 增加 减少 预期 目标 计划 力争")


@dataclass(frozen=True, slots=True)
class _Sought:
    """What candidates of `query` are held against: its terms, and the share of them no passage uses."""

    query: Query
    terms: WeightedTerms
    question: str
    timeless: str
    unseen: float

    @property
    def scope(self) -> Scope:
        return self.query.scope

    @property
    def target(self) -> Target:
        return self.query.target


@dataclass(frozen=True, slots=True)
class Reading:
    """Words that may answer: `span` in the document of `hit`; the larger `score` the better, about 0 to 5.

    `opposite` is what of the question they are the opposite of (农村, where they are about 城镇), or empty.
    `covered` is the share of the question's wording in the words themselves, `unseen` that of wording the
    report never uses; `likeness` is how far the likest clause's cosine lies above the mean of all clauses, in
    standard deviations; `certain` tells that nothing but the kind of words asked for can answer, `on_target`
    that these are of that kind; `judged` is the trained reader's logit that the passage answers.
    """

    hit: Hit
    span: Span
    score: float
    covered: float
    likeness: float
    unseen: float
    in_period: bool
    in_place: bool
    on_target: bool
    certain: bool
    opposite: str = ""
    judged: float = DOUBTFUL

    @property
    def fits(self) -> bool:
        """Tell whether the words speak of the right period and place and may be what was asked for."""
        return (
            self.in_period
            and self.in_place
            and not self.opposite
            and (self.on_target or (not self.certain and self.judged >= RANKING.convinced))
        )


def read(
    query: Query, hits: Sequence[Hit], report: IndexedDocument, weights: TermWeights, reader: Reader
) -> list[Reading]:
    """Return the best candidate of each hit's passage, best first."""
    terms = WeightedTerms.from_subject(query.subject, query.background, weights)
    asked = _Sought(
        query,
        terms,
        question=remove_own_place(query.text, report.document),
        timeless=remove_own_place(remove_times(query.text, query.scope.times), report.document),
        unseen=1 - terms.covered_by(weights.weights.keys()),
    )
    likeness = _standardise([clause for hit in hits for clause in hit.clauses])
    passages = [
        candidates
        for hit in hits
        if _says_something(hit.passage, report.document.text, asked.target)
        and (candidates := sorted(_find_candidates(asked, hit, report, likeness), key=_rank))
    ]
    passages.sort(key=lambda candidates: _rank(candidates[0]))
    judged = _judge(asked.question, [candidates[0] for candidates in passages[:READ]], report, reader)
    read = [
        min((_weigh(one, window, judgement) for one in candidates), key=_rank)
        for candidates, (window, judgement) in zip(passages, judged, strict=False)
    ]
    unread = [
        replace(candidates[0], score=candidates[0].score + RANKING.judged * DOUBTFUL)
        for candidates in passages[READ:]
    ]
    return sorted([*read, *unread], key=_rank)


def _judge(
    question: str, readings: Sequence[Reading], report: IndexedDocument, reader: Reader
) -> list[tuple[Span, Judgement]]:
    """Have the passages of `readings` read; return the window that was read of each, and the judgement."""
    passages = [(reading.hit.passage, reading.span) for reading in readings]
    windows = [choose_window(passage, report.document, core) for passage, core in passages]
    judgements = reader.judge(
        [
            Pair(question, describe_place(passage), window.of(report.document.text))
            for (passage, _), window in zip(passages, windows, strict=True)
        ]
    )
    return list(zip(windows, judgements, strict=True))


def _weigh(reading: Reading, window: Span, judgement: Judgement) -> Reading:
    """Return `reading` with what the trained reader thinks of its passage and its words."""
    judged = min(max(judgement.logit, DOUBTFUL), SURE)
    pointed = judgement.weigh(reading.span.start - window.start, reading.span.end - window.start)
    score = reading.score + RANKING.judged * judged + RANKING.pointed * pointed
    return replace(reading, score=score, judged=judged)


def _says_something(passage: Passage, text: str, target: Target) -> bool:
    """Tell whether a passage can answer: headings and lead-ins (“…工作:”) do not, the title names people."""
    if passage.role is Role.TITLE:
        return target.wanted is Wanted.PERSON
    return passage.role is not Role.HEADING and not passage.span.of(text).endswith((":", "："))


def _rank(reading: Reading) -> tuple[float, Span]:
    return -reading.score, reading.span


def _standardise(clauses: Sequence[Clause]) -> dict[Span, float]:
    """Return how far each clause's cosine lies above the mean of all, in standard deviations."""
    if len(clauses) < 2:  # nothing to compare with
        return {clause.span: 0.0 for clause in clauses}
    cosines = [clause.dense for clause in clauses]
    centre, spread = fmean(cosines), pstdev(cosines) or 1.0
    return {clause.span: (clause.dense - centre) / spread for clause in clauses}


def _find_candidates(
    asked: _Sought, hit: Hit, report: IndexedDocument, likeness: Mapping[Span, float]
) -> Iterator[Reading]:
    """Yield every run of whole clauses of a passage that is short enough to be quoted."""
    text, passage = report.document.text, hit.passage
    headings = split_terms(" ".join(passage.section))
    fit = _fit_period(asked.scope, passage, report.document)
    around = f"{join_lines(passage.span.of(text))} {' '.join(passage.section)}"
    in_place = not asked.scope.inner_places or any(name in around for name in asked.scope.inner_places)
    counted = asked.target.wanted is Wanted.AMOUNT
    measured = counted or asked.target.wanted is Wanted.SHARE
    base = RANKING.retrieval * hit.score + RANKING.heading * asked.terms.covered_by(headings)
    base += RANKING.period * fit * bool(asked.scope.times)
    if asked.scope.planned is not None:
        base += RANKING.planned * (asked.scope.planned == (passage.period.kind is PeriodKind.PLANNED))
    for first in _choose_openings(asked, hit.clauses, text, likeness):
        opening = hit.clauses[first]
        terms: frozenset[str] = frozenset()
        likest = -math.inf
        to_the_point = False
        for closing in islice(hit.clauses, first, None):
            span = Span(opening.span.start, closing.span.end)
            if len(span) > (MAX_FACT if closing is not opening else MAX_QUOTE):
                break
            clause, words = join_lines(closing.span.of(text)), join_lines(span.of(text))
            clause_terms = split_terms(clause)
            terms |= clause_terms
            bare = _BARE.match(clause)
            to_the_point |= _bears(clause, terms if bare else clause_terms, asked)
            likest = max(likest, likeness[closing.span])
            on_target = (closing is opening or to_the_point) and holds(words, asked.target)
            shared = counted and counts_several(words, asked.question)
            on_target &= not (shared or (measured and counts_group(words, asked.terms)))
            covered = asked.terms.covered_by(terms)
            score = (
                base
                + RANKING.coverage * covered
                + RANKING.clause * likest
                + RANKING.target * on_target
                - RANKING.length * len(span) / LENGTH_UNIT
            )
            yield Reading(
                hit,
                span,
                score,
                covered,
                likest,
                asked.unseen,
                fit > 0,
                in_place,
                on_target,
                asked.target.is_certain or shared or measures_otherwise(words, asked.target),
                _find_opposite(asked, passage, span, text),
            )


def _find_opposite(asked: _Sought, passage: Passage, span: Span, text: str) -> str:
    """Return what of the question the words at `span` are the opposite of, or an empty text.

    Words that do not say by themselves what they are about are read with those before them.
    """
    words = join_lines(span.of(text))
    if _BARE.match(words):
        words = join_lines(text[passage.span.start : span.end])
    negated = asked.query.intent is not Intent.OPERAND
    return find_opposite(asked.timeless, words, negated=negated) or ""


def _choose_openings(
    asked: _Sought, clauses: Sequence[Clause], text: str, likeness: Mapping[Span, float]
) -> Sequence[int]:
    """Return the places of the clauses that candidates begin with, in reading order."""
    if len(clauses) <= MOST_OPENINGS:
        return range(len(clauses))
    words = (split_terms(clause.span.of(text)) for clause in clauses)
    scores = [
        RANKING.coverage * asked.terms.covered_by(terms) + RANKING.clause * likeness[clause.span]
        for clause, terms in zip(clauses, words, strict=True)
    ]
    best = heapq.nlargest(MOST_OPENINGS, range(len(clauses)), key=scores.__getitem__)
    return sorted(best)


def _fit_period(scope: Scope, passage: Passage, report: Document) -> float:
    """Return 1 where a passage speaks of a period asked for (or none was), less at its end, else 0."""
    if is_in_time(passage, report, scope):
        return 1.0
    at_end = not scope.unresolved and any(ends_period(passage, report, time) for time in scope.periods)
    return RANKING.at_end if at_end else 0.0


def _bears(words: str, terms: frozenset[str], asked: _Sought) -> bool:
    """Tell whether a clause has a figure that was asked for and `terms` that say of what it is one.

    “零售总额实现88亿元,外贸下降3.5%” has no rate of the retail sales, though it names both.
    """
    if asked.target.wanted not in (Wanted.AMOUNT, Wanted.SHARE):
        return True
    return asked.terms.covered_by(terms - _ANY_FIGURE) > 0 and holds(words, replace(asked.target, count=1))
