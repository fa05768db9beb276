"""Of what a figure is one: told by the words around it, in the claim as in its sources."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from index.language.figures import Figure
from index.language.lexicon import alternatives, compile_words
from rag.evidence.term_weights import split_terms
from rag.verification.claims.checks.new_words import (
    content_words,
    cut_words,
    drop_neutral,
    find_novelties,
    goes_on,
)
from rag.verification.claims.claim import Claim
from rag.verification.claims.numbers import blank_figures, measures, read_figures
from rag.verification.claims.sources import Source
from rag.verification.claims.verdict import Fault, Problem

CLEARLY = 0.15
"""By how much the words around another figure must be the likelier subject of this one."""
LIKELY = 0.5
"""Words that cover a subject to this share are about it."""
UNRELATED = 0.2
"""Words that cover less than this share have nothing to do with it."""
LEAST_TERMS = 3
"""Fewer terms tell too little to compare."""
_BIGRAM = _PAIR = 2
_TAIL = 14
"""Characters behind a figure that may say what it counts."""
_ROLE_REACH = 40
"""Characters before a figure that may say what it is: more than any of _ROLES looks back."""
_NEAR = 6
"""A term so many characters away from its figure weighs half."""

_ORDERED = re.compile(
    r"^(?>.*?(?:[从由]|\bfrom\b))(?>.*?\d)(?>.*?(?:[到至]|\bto\b)).*\d|分别|respectively", re.IGNORECASE
)
_BECOMES = re.compile(
    r"[由从](?P<first>[一-鿿]{2,6}?)[上下提]?[升降转变调改][整变]?[为到至成](?P<last>[一-鿿]{2})"
)
_RESPECTIVELY = re.compile("分别")
_SENTENCES = re.compile(r"[;。!?]")
_JOINT = re.compile(r"[,、;。和及与的()]|\d")
_CHANGES = alternatives("polarity", "rise", "fall")
_ROLES = {
    "to": re.compile(rf"(?:{_CHANGES}|[升降减增提压])[到至为]$"),
    "from": re.compile(r"[从由]$"),
    "by": re.compile(rf"{_CHANGES}了?(?<!增长)$"),
    "level": re.compile(r"(?<!累计)(?:达到?|[共已拥]有|总数为)$"),
    "new": re.compile(rf"{alternatives('polarity', 'gained')}[^,;。、\d]{{0,16}}$"),
}
"""What the words directly before a figure make of it; others make nothing of it."""
_OTHERS = ({"to", "by"}, {"from", "by"}, {"from", "to"}, {"level", "new"})
"""Roles that are not the same figure: 压缩至1.5天 is not 压缩了1.5天, 新增33家 is not 达到33家."""
_DOING = compile_words("polarity", "works", "under-way")
_QUIET = compile_words("polarity", "quiet")


def check_subjects(claim: Claim, sources: Sequence[Source], support: str) -> Iterator[Problem]:
    """Find figures that the sources state of something else than the claim does."""
    backing = [placed for source in sources for placed in place_figures(source.words)]
    elliptical = not claim.is_english and _names_nothing(claim.words)
    for placed in place_figures(claim.words, carry=False):
        figure = placed.figure
        mine = [other for other in backing if figure.equals(other.figure)]
        if not mine:
            continue
        if all(_differ(placed.role, other.role) for other in mine):
            yield Problem(Fault.SUBJECT, figure.text)
            continue
        own = max(placed.overlap(other.terms) for other in mine)
        said = frozenset[str]().union(*(other.said for other in mine))
        rivals = [
            other
            for other in backing
            if other.figure.measures_like(figure) and not figure.equals(other.figure)
        ]
        rival = max(
            (placed.overlap(one.terms) for one in rivals if one.said & placed.said - said), default=0.0
        )
        if rivals and elliptical:
            yield Problem(Fault.SUBJECT, figure.text)
            continue
        if len(placed.weights) >= LEAST_TERMS and own < rival - CLEARLY and rival >= LIKELY:
            yield Problem(Fault.SUBJECT, figure.text)
            continue
        elsewhere = own < UNRELATED and _stands_elsewhere(placed, sources)
        if elsewhere or (not claim.is_english and _brings_noun(placed.words, support)):
            yield Problem(Fault.SUBJECT, figure.text)
    yield from _check_order(claim, sources)


def _names_nothing(words: str) -> bool:
    """Tell whether a claim says its figures of nothing: “2020年新建5个”."""
    quiet = _QUIET.sub(" ", blank_figures(words, read_figures(words)))
    return all(_DOING.fullmatch(word) for word in content_words(quiet))


def _brings_noun(words: str, support: str) -> bool:
    """Tell whether a noun stands around a figure that the sources do not use."""
    novelties, _ = find_novelties(words, support)
    return any(one.is_noun and len(one.word) > 1 for one in novelties)


def _stands_elsewhere(placed: _Placed, sources: Sequence[Source]) -> bool:
    """Tell whether a clause without the figure covers its subject, and covers it better than one with it."""
    shares = {True: 0.0, False: 0.0}
    for source in sources:
        for clause in source.clauses:
            has = any(placed.figure.equals(one) for one in read_figures(clause))
            shares[has] = max(shares[has], placed.overlap(split_terms(clause)))
    return shares[False] >= LIKELY and shares[False] > shares[True]


def _check_order(claim: Claim, sources: Sequence[Source]) -> Iterator[Problem]:
    """Find pairs (从…到…, 分别…) that the sources state the other way round."""
    turned = {
        (match["last"], match["first"]) for source in sources for match in _BECOMES.finditer(source.words)
    }
    for segment in claim.segments:
        if any((match["first"], match["last"]) in turned for match in _BECOMES.finditer(segment.words)):
            yield Problem(Fault.DIRECTION, segment.written)
        figures = read_figures(segment.words)
        if len(figures) < _PAIR or not _ORDERED.search(segment.written):
            continue
        for source in sources:
            places = [
                next((at for at, other in enumerate(source.figures) if figure.equals(other)), None)
                for figure in figures
            ]
            known = [place for place in places if place is not None]
            if len(known) == len(places) and known != sorted(known):
                yield Problem(Fault.DIRECTION, segment.written)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A figure and the words around it that say of what it is one; the nearer a term the more it weighs."""

    figure: Figure
    words: str
    weights: Mapping[str, float]
    role: str = ""

    @property
    def terms(self) -> Set[str]:
        """The pairs of characters around the figure."""
        return self.weights.keys()

    @property
    def said(self) -> Set[str]:
        """The words around the figure."""
        return content_words(self.words)

    def overlap(self, terms: Set[str]) -> float:
        """Return the share of the weight that `terms` cover."""
        covered = sum(weight for term, weight in self.weights.items() if term in terms)
        return covered / (sum(self.weights.values()) or 1.0)


def place_figures(words: str, *, carry: bool = True) -> Iterator[_Placed]:
    """Yield each figure with what is said around it.

    What stands between two figures belongs to the first up to a mark or a joint, and to the second behind
    it. A figure with nothing before it is about what the one before is about. Without `carry` nothing before
    a mark counts.
    """
    for sentence in _SENTENCES.split(words):
        at, carried = 0, ""
        for figure in read_figures(sentence):
            if not measures(figure):
                continue
            before = sentence[at : figure.span.start]
            tail = _JOINT.split(sentence[figure.span.end :], maxsplit=1)[0][:_TAIL]
            at = figure.span.end + len(tail)
            clause = sentence[sentence.rfind(",", 0, figure.span.start) + 1 : figure.span.start]
            if _RESPECTIVELY.search(clause):
                continue  # checked by its order
            if not carry:
                before = re.split(r"[,、]", before)[-1]
            weights = _weigh(before, tail)
            if carry and (_only_does(before) or goes_on(before.lstrip(",、"))):
                before = f"{carried} {before}"
                weights = _weigh(before, tail)
            role = _read_role(sentence[max(0, figure.span.start - _ROLE_REACH) : figure.span.start])
            yield _Placed(figure, f"{before} {tail}", weights, role)
            carried = before if weights else carried


def _only_does(before: str) -> bool:
    """Tell whether the words before a figure name nothing: “，新开工建设”."""
    quiet = _QUIET.sub(" ", before)
    return all(
        tag.startswith("v") or _DOING.search(word)
        for word, tag in cut_words(quiet)
        if word in content_words(quiet)
    )


def _read_role(before: str) -> str:
    """Return what the words before a figure make of it, if anything."""
    return next((role for role, words in _ROLES.items() if words.search(before)), "")


def _differ(one: str, other: str) -> bool:
    return {one, other} in _OTHERS


def _weigh(before: str, tail: str) -> dict[str, float]:
    """Return the terms on both sides of a figure, weighed by how near they stand to it."""
    weights: dict[str, float] = {}
    for side, forward in ((before, False), (tail, True)):
        quiet = drop_neutral(_QUIET.sub(lambda match: " " * len(match.group()), side))
        for start in range(len(quiet) - 1):
            for term in split_terms(quiet[start : start + _BIGRAM]):
                if len(term) == _BIGRAM:
                    distance = start if forward else len(quiet) - start - _BIGRAM
                    weights[term] = max(weights.get(term, 0.0), 1 / (1 + distance / _NEAR))
    return weights
