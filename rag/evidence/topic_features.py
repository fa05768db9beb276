"""What tells whether a clause is on a topic, and how telling it is: one column of numbers a feature.

Every passage of the report is measured, not only the best hits: what is on a topic shows in its neighbours,
in the first sentence of its paragraph and in the headings above it as much as in itself.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from index.language.figures import find_figures
from index.language.lexicon import alternatives, compile_words
from index.language.units import is_unit
from index.types import Index, IndexedDocument, Passage, PeriodKind, Role, Span
from rag.evidence.reader import Pair, Reader, choose_window, describe_place
from rag.evidence.term_weights import TermWeights, WeightedTerms, split_terms
from rag.evidence.weights import load_table
from rag.question.topic_words import Topic

Column = npt.NDArray[np.float64]

READ = 14
"""Windows that the trained reader reads: half of the time of a digest on two cores."""
DOUBTFUL, SURE = -6.0, 6.0
"""Logits beyond these tell nothing more; passages that were not read count as DOUBTFUL."""
LEXICAL_WEIGHT = 0.7
"""Against 1 for dense, as in index.retrieval.fusion."""
PROMISE: Mapping[str, float] = load_table("promise")
"""What is added to a passage's nearness to say how early it is read."""
NEAR = 2
"""Sentences before and after one that are its neighbours."""
BEST_OF_SECTION = 3
"""Sentences whose mean says how near a section is."""

_NAME = re.compile(r"[“《][^”》]{2,14}[”》]")
_SLOGAN = re.compile(rf"{alternatives('salience', 'slogan')}|以.{{2,20}}为")
_RESULT = compile_words("salience", "result")
_HAZY = re.compile(rf"{alternatives('salience', 'hazy')}|取得.{{0,4}}(?:进展|突破|成绩)")
_SHORT = 7
"""Characters: shorter clauses hardly say anything by themselves."""


@dataclass(frozen=True, slots=True)
class Material:
    """A report to be measured, with what measures it."""

    report: IndexedDocument
    index: Index
    weights: TermWeights
    reader: Reader


@dataclass(frozen=True, slots=True)
class Measured:
    """Every clause of a report, measured against one topic: `columns` are aligned with `clauses`.

    `owners` says which of `passages` each clause stands in.
    """

    passages: tuple[Passage, ...]
    clauses: tuple[Span, ...]
    owners: npt.NDArray[np.int64]
    columns: Mapping[str, Column]


@dataclass(frozen=True, slots=True)
class _Found:
    """What a search says of every passage, and of every clause by its passage."""

    dense: Column
    lexical: Column
    fused: Column
    clauses: Column


def measure(
    question: str, topic: Topic, fits: Sequence[bool], material: Material, read: int = READ
) -> Measured:
    """Measure every clause of a report; `fits` says which passages are of the time that was asked for."""
    report, text = material.report, material.report.document.text
    passages = report.structure.passages
    owners = np.repeat(np.arange(len(passages)), [len(p.clauses or (p.span,)) for p in passages])
    asked = _search(question, passages, material)
    topical = _search(topic.query or question, passages, material)
    fit = np.array(fits, dtype=np.float64)
    near = (asked.fused + topical.fused) / 2
    by_passage = {
        "q_dense": asked.dense,
        "q_lex": asked.lexical,
        "q_fused": asked.fused,
        "t_dense": topical.dense,
        "t_lex": topical.lexical,
        "t_fused": topical.fused,
        "t_rank": _rank(topical.fused),
        "q_rank": _rank(asked.fused),
        "fits": fit,
        **_measure_surroundings(near, passages, text),
        **_measure_words(topic, passages, material),
    }
    promise = near + sum(weight * by_passage[name] for name, weight in PROMISE.items())
    by_passage |= _read(question, promise, topical.clauses, owners, material, read)
    columns = {name: column[owners] for name, column in by_passage.items()}
    columns |= {"cz1": asked.clauses, "cz2": topical.clauses}
    columns |= {"pcz1": _highest(asked.clauses, owners), "pcz2": _highest(topical.clauses, owners)}
    columns |= _measure_clauses(topic, passages, material)
    clauses = tuple(clause for p in passages for clause in p.clauses or (p.span,))
    return Measured(passages, clauses, owners, columns)


def _search(query: str, passages: Sequence[Passage], material: Material) -> _Found:
    """Search for `query`; what is not found counts as the least that is."""
    places = {passage.span.start: at for at, passage in enumerate(passages)}
    dense, lexical = np.full(len(passages), np.nan), np.zeros(len(passages))
    clauses = [np.full(len(passage.clauses or (passage.span,)), np.nan) for passage in passages]
    for hit in material.index.search(query, [material.report.document.id], len(passages)):
        at = places[hit.passage.span.start]
        dense[at], lexical[at] = hit.dense, hit.lexical
        clauses[at] = np.array([clause.dense for clause in hit.clauses])
    dense, lexical = _standardise(dense), _standardise(np.log1p(lexical))
    fused = (dense + LEXICAL_WEIGHT * lexical) / (1 + LEXICAL_WEIGHT)
    return _Found(dense, lexical, fused, _standardise(np.concatenate(clauses)))


def _standardise(column: Column) -> Column:
    known = column[~np.isnan(column)]
    if not len(known):
        return np.zeros(len(column))
    filled = np.where(np.isnan(column), known.min(), column)
    standard: Column = (filled - filled.mean()) / (filled.std() or 1.0)
    return standard


def _rank(column: Column) -> Column:
    """Return the logarithm of each place in the order of `column`, best first."""
    ranks = np.empty(len(column))
    ranks[np.argsort(-column, kind="stable")] = np.arange(len(column))
    logarithm: Column = np.log1p(ranks)
    return logarithm


def _highest(clauses: Column, owners: npt.NDArray[np.int64]) -> Column:
    best = np.full(int(owners.max()) + 1, -np.inf)
    np.maximum.at(best, owners, clauses)
    highest: Column = best[owners]
    return highest


def _measure_surroundings(near: Column, passages: Sequence[Passage], text: str) -> dict[str, Column]:
    """Measure how near the topic a passage's neighbours, its section, its paragraph and its headings are."""
    names = ("smooth", "sect", "para_first", "para_mean", "hz")
    columns = {name: np.full(len(passages), near.min()) for name in names}
    headings = {
        passage.span.of(text).strip("。:： \n"): near[at]
        for at, passage in enumerate(passages)
        if passage.role is Role.HEADING
    }
    for members in _sections(passages):
        scores = near[members]
        columns["sect"][members] = np.sort(scores)[-BEST_OF_SECTION:].mean()
        for place, at in enumerate(members):
            around = np.delete(scores, place)[max(0, place - NEAR) : place + NEAR]
            columns["smooth"][at] = around.mean() if len(around) else scores[place]
    for members in _paragraphs(passages, text):
        columns["para_first"][members] = near[members[0]]
        columns["para_mean"][members] = near[members].mean()
    for at, passage in enumerate(passages):
        above = [headings[name] for name in passage.section[-2:] if name in headings]
        columns["hz"][at] = max(above, default=-1.0)
    return columns


def _sections(passages: Sequence[Passage]) -> list[list[int]]:
    found: dict[tuple[str, ...], list[int]] = {}
    for at, passage in enumerate(passages):
        if passage.role is Role.BODY:
            found.setdefault(passage.section, []).append(at)
    return list(found.values())


def _paragraphs(passages: Sequence[Passage], text: str) -> list[list[int]]:
    """Return the runs of sentences between which no line ends."""
    found: list[list[int]] = []
    for at, passage in enumerate(passages):
        if passage.role is not Role.BODY:
            continue
        last = found[-1][-1] if found else None
        if (
            last == at - 1
            and last is not None
            and "\n" not in text[passages[last].span.end : passage.span.start]
        ):
            found[-1].append(at)
        else:
            found.append([at])
    return found


def _measure_words(topic: Topic, passages: Sequence[Passage], material: Material) -> dict[str, Column]:
    """Measure which words of the topic a passage and its headings use, the rarer the more."""
    text = material.report.document.text
    bodies = [passage.span.of(text) for passage in passages]
    subject = WeightedTerms.from_subject(" ".join(topic.phrases), "", material.weights)
    own, meant = _weigh(topic.words, bodies), _weigh(topic.means, bodies)
    inner = [passage.section[-1] if passage.section else "" for passage in passages]
    paths = [" ".join(passage.section) for passage in passages]
    first = [""] * len(passages)
    for members in _paragraphs(passages, text):
        for at in members:
            first[at] = bodies[members[0]]
    return {
        "hcov": _each(lambda words: subject.covered_by(split_terms(words)), inner),
        "h2cov": _each(lambda words: subject.covered_by(split_terms(words)), paths),
        "hment": _each(lambda words: _uses(topic.words, words), inner),
        "hmean": _each(lambda words: _uses(topic.means, words), inner),
        "firstment": _each(lambda words: _uses(topic.phrases, words), first),
        "pcov": np.array([subject.covered_by(split_terms(body)) for body in bodies]),
        "pment": np.array([_share(own, body) for body in bodies]),
        "pmean": np.array([_share(meant, body) for body in bodies]),
        "pany": np.array([_uses(topic.words, body) for body in bodies]),
        "pmany": np.array([_uses(topic.means, body) for body in bodies]),
        "phrase": np.array([_uses(topic.phrases, body) for body in bodies]),
    }


def _each(measure: Callable[[str], float], words: Sequence[str]) -> Column:
    """Measure words of which many are the same."""
    known = {one: measure(one) for one in set(words)}
    return np.array([known[one] for one in words])


def _weigh(words: Sequence[str], bodies: Sequence[str]) -> dict[str, float]:
    """Return the inverse document frequency of each of `words`."""
    counts = {word: sum(word in body for body in bodies) for word in words}
    return {word: math.log(1 + len(bodies) / max(1, count)) for word, count in counts.items()}


def _share(weights: Mapping[str, float], words: str) -> float:
    total = sum(weights.values())
    return sum(weight for word, weight in weights.items() if word in words) / total if total else 0.0


def _uses(words: Sequence[str], text: str) -> float:
    return float(any(word in text for word in words))


def _read(
    question: str,
    promise: Column,
    clauses: Column,
    owners: npt.NDArray[np.int64],
    material: Material,
    read: int,
) -> dict[str, Column]:
    """Have the most promising passages read around the clause that is nearest to the topic."""
    report, passages = material.report, material.report.structure.passages
    logits, was_read = np.full(len(passages), DOUBTFUL), np.zeros(len(passages))
    eligible = [at for at in np.argsort(-promise, kind="stable") if passages[at].role is Role.BODY][:read]
    firsts = np.searchsorted(owners, eligible)
    windows = []
    for at, first in zip(eligible, firsts, strict=True):
        own = passages[at].clauses or (passages[at].span,)
        core = own[int(np.argmax(clauses[first : first + len(own)]))]
        windows.append(choose_window(passages[at], report.document, core))
    pairs = [
        Pair(question, describe_place(passages[at]), window.of(report.document.text))
        for at, window in zip(eligible, windows, strict=True)
    ]
    for at, judgement in zip(eligible, material.reader.judge(pairs), strict=True):
        logits[at] = min(max(judgement.logit, DOUBTFUL), SURE)
        was_read[at] = 1.0
    return {"logit": logits, "read": was_read}


def _measure_clauses(topic: Topic, passages: Sequence[Passage], material: Material) -> dict[str, Column]:
    """Measure what clauses say, whatever the topic, and which of its words they use."""
    text = material.report.document.text
    bodies = [passage.span.of(text) for passage in passages]
    subject = WeightedTerms.from_subject(" ".join(topic.phrases), "", material.weights)
    own, meant = _weigh(topic.words, bodies), _weigh(topic.means, bodies)
    rows: list[tuple[float, ...]] = []
    seen: set[str] = set()
    for passage, body in zip(passages, bodies, strict=True):
        clauses = passage.clauses or (passage.span,)
        kind, role = passage.period.kind, passage.role
        whole = _describe(body)
        for place, clause in enumerate(clauses):
            words = clause.of(text)
            rows.append(
                (
                    *_describe(words),
                    whole[1],
                    whole[2],
                    subject.covered_by(split_terms(words)),
                    _share(own, words),
                    _share(meant, words),
                    _uses(topic.words, words),
                    _uses(topic.means, words),
                    _uses(topic.phrases, words),
                    kind is PeriodKind.DONE,
                    kind is PeriodKind.PLANNED,
                    kind is PeriodKind.OTHER,
                    role is Role.GLOSSARY,
                    place == 0,
                    place == len(clauses) - 1,
                    words in seen,
                )
            )
            seen.add(words)
    return dict(zip(_CLAUSE_COLUMNS, np.array(rows, dtype=np.float64).T, strict=True))


_CLAUSE_COLUMNS = (
    *("nfig", "fig", "loglen", "named", "slogan", "result", "hazy", "leadin", "short"),
    *("pfig", "ploglen", "ccov", "cment", "cmean", "cany", "cmany", "cphrase"),
    *("done", "planned", "other", "glossary", "first", "last", "dup"),
)


@lru_cache(maxsize=50_000)  # a report has a thousand clauses, the same for every question
def _describe(words: str) -> tuple[float, ...]:
    """Describe words by themselves, in the order of _CLAUSE_COLUMNS."""
    figures = [one for one in find_figures(words) if one.unit and is_unit(one.unit[-1:]) and one.unit != "年"]
    return (
        min(len(figures), 3),
        float(bool(figures)),
        math.log(len(words)),
        float(bool(_NAME.search(words))),
        float(bool(_SLOGAN.match(words))),
        float(bool(_RESULT.search(words))),
        float(bool(_HAZY.search(words))),
        float(words.rstrip().endswith((":", "："))),
        float(len(words) < _SHORT),
    )
