"""Whether a sentence says nothing but what its sources say; what is wrong with it otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from index.types import Span
from rag.claims import polarity
from rag.claims.arithmetic import find_shown, is_computed
from rag.claims.numbers import ClaimFigure, blank_figures, read_figures, write_digits
from rag.claims.sources import SEGMENT_MARKS, Source, join_words
from rag.claims.vocabulary import (
    Novelty,
    drop_neutral,
    find_novelties,
    find_replaced,
    find_unknown_quotes,
    is_everyday,
)
from rag.names import find_unnamed
from rag.scope import PeriodMention, find_foreign_places, find_periods, remove_periods
from rag.terms import split_terms
from rag.wording import normalise_question


class Fault(StrEnum):
    """What can be wrong with a claim."""

    FIGURE = "figure"
    UNIT = "unit"
    HEDGE = "hedge"
    PERIOD = "period"
    NAME = "name"
    DIRECTION = "direction"
    NEGATION = "negation"
    MODALITY = "modality"
    SUBJECT = "subject"
    EMPHASIS = "emphasis"
    WORDING = "wording"


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault of a claim, and the words it lies in."""

    fault: Fault
    words: str


MIN_COVERED = 0.5
MIN_SEGMENT = 0.4
MIN_NEW = 3
_NOUN_COST, _VERB_COST = 1.5, 0.75

_LEAD = re.compile(
    r"^(?:根据|按照|依据|据)?(?:本|该|这份|政府工作)?(?:工作)?(?:报告|材料|文件|摘录|原文|资料)(?:的?(?:内容|显示|指出|提到|介绍|披露|中|里|称|说明|点名|列出|列举|提出|明确|所述|记载|认为|承认|坦承|判断|概括|强调))*,?|^(?:另外|此外|其中|同时|而且|并且|总之|因此|所以|首先|其次|最后),?"
)
_ALL = re.compile(r"全部|所有|全体|一律|均(?![等衡值匀])|全面|全覆盖|都(?!市)|全(?=[域部员覆力])|各")
_FIRST = re.compile(r"第一|首位|之首|榜首|居首|最高|最多|最大|首家|首个|首次")
_CAUSE = re.compile(r"因为|由于|导致|得益于|归功于|受益于|原因|因此|所以|使得|造成|受.*(?:影响|冲击)")
_ALIKE = (_ALL, _FIRST, _CAUSE)
_EMPHASIS = re.compile(
    r"首次|首个|首家|首位|第一|最[一-鿿]|唯一|率先|领先|前列|之首|之最|全国|全省|全市|全自治区|全球|世界|国际|"
    r"国家级|省级|自治区级|历史|史上|创新高|新高|翻[一两二三2345]?番|一半|半数|过半|\d倍|"
    r"因为|由于|导致|得益于|归功于|受益于|原因|因此|所以|使得|造成|"
    r"全部|所有|全体|一律|仅|只有|只(?=[有在是用])|每[个名户家条]|全面|远超|大幅|显著|明显|迅速|快速|彻底|完全|"
    r"首要|核心|超额|提前|大约|可能|称号|表彰"
)


CLEARLY = 0.12
UNRELATED = 0.2
REPEATED = 0.6
"""A clause whose terms stand in a part of a claim to this share is what that part repeats."""
_TWO = 2
_TAIL = 8
_NEAR = 6
_JOINT = re.compile(r"[,、;。和及与的()]|\d")
_COMPARES = re.compile(r"[从由].*\d.*[到至].*\d|比|相差|较|than")
_ORDERED = re.compile(r"[从由].*\d.*[到至].*\d|分别|依次")
_RESPECTIVELY = re.compile(r"分别|依次")
_PARTS = re.compile(r"[;。!?]")
_QUIET = re.compile(
    r"达到|实现|完成|增加到|提高到|增长|下降|分别|左右|以上|累计|共计|[由从]|到|为|了|的|将|要"
)
_YEARS = re.compile(r"(?P<first>(?:19|20)\d\d)年?[—–~～至到-](?P<last>(?:19|20)\d\d)年?(?!\d)")


def _find_mentions(claim: str, year: int) -> list[PeriodMention]:
    """Return the periods that `claim` names, “2016—2020年” as one."""
    ranges = [
        PeriodMention(Span(*match.span()), "", int(match["first"]), int(match["last"]))
        for match in _YEARS.finditer(claim)
    ]
    mentions = [
        one for one in find_periods(claim, year) if not any(span.span.overlaps(one.span) for span in ranges)
    ]
    return sorted([*ranges, *mentions], key=lambda mention: mention.span)


def find_problems(claim: str, sources: Sequence[Source]) -> list[Problem]:
    """Return what is wrong with `claim`, a sentence of an answer, if it rests on `sources` alone."""
    if not sources:
        return [Problem(Fault.WORDING, claim)]
    return list(_find_problems(claim, sources))


def _find_problems(claim: str, sources: Sequence[Source]) -> Iterator[Problem]:
    document = sources[0].document
    literal = _LEAD.sub("", normalise_question(claim))
    support = join_words(sources)
    mentions = _find_mentions(literal, document.meta.year)
    for mention in mentions:
        if mention.span.of(literal) == "年内" and literal[: mention.span.start].endswith(tuple("0123456789")):
            continue  # 2020年内
        if not any(source.speaks_of(mention) for source in sources):
            yield Problem(Fault.PERIOD, mention.span.of(literal))
    timeless = remove_periods(literal, tuple(mentions))
    words = write_digits(timeless)
    stated = [figure for source in sources for figure in (*source.figures, *read_figures(source.place))]
    computed = []
    for shown in reversed(list(find_shown(words))):
        numbers = {figure.number for figure in stated} | {figure.value for figure in stated}
        if not shown.holds or not numbers.issuperset(shown.operands):
            yield Problem(Fault.FIGURE, words[shown.start : shown.end])
        computed.append(shown.result)
        words = words[: shown.start] + words[shown.end :]
    yield from _check_figures(words, stated, computed)
    foreign = (name for name in find_foreign_places(timeless, document) if name[:-1] not in support)
    for name in (*foreign, *find_unknown_quotes(timeless, support)):
        yield Problem(Fault.NAME, name)
    if time := polarity.mixes_up_time(literal, sources):
        yield Problem(Fault.MODALITY, time)
    for match in _EMPHASIS.finditer(timeless):
        alike = next((pattern for pattern in _ALIKE if pattern.search(match.group())), None)
        if match.group() not in support and not (alike and alike.search(support)):
            yield Problem(Fault.EMPHASIS, match.group())
    yield from _check_wording(words, support)
    yield from _check_segments(words, sources)


def _check_figures(
    words: str, stated: Sequence[ClaimFigure], computed: Sequence[Decimal]
) -> Iterator[Problem]:
    figures = read_figures(words)
    backed = [figure for figure in figures if any(figure.equals(other) for other in stated)]
    for figure in figures:
        if figure in backed or is_computed(figure, words, backed) or figure.number in computed:
            continue
        alike = [other for other in stated if other.value == figure.value]
        if not alike:
            yield Problem(Fault.FIGURE, figure.text)
        elif not any(figure.measures_like(other) for other in alike):
            yield Problem(Fault.UNIT, figure.text)
        else:
            yield Problem(Fault.HEDGE, figure.text)


def _check_wording(words: str, support: str) -> Iterator[Problem]:
    words = blank_figures(words, read_figures(words))
    novelties, supported = find_novelties(words, support)
    for name in find_unnamed(words, support):
        if not is_everyday(name) and name[:-1] not in support:
            yield Problem(Fault.NAME, name)
    for novelty in novelties:
        if novelty.is_name:
            yield Problem(Fault.NAME, novelty.word)
    for replaced in find_replaced(words, novelties, support):
        yield Problem(Fault.NAME, replaced)
    new = sum(len(one.word) for one in novelties)
    if new >= MIN_NEW and _share(novelties, supported) < MIN_COVERED:
        yield Problem(Fault.WORDING, words)
    for segment in SEGMENT_MARKS.split(words):
        novelties, supported = find_novelties(segment, support)
        new = sum(len(one.word) for one in novelties)
        if new >= MIN_NEW and _share(novelties, supported) < MIN_SEGMENT:
            yield Problem(Fault.WORDING, segment)


def _share(novelties: Sequence[Novelty], supported: int) -> float:
    cost = sum(len(one.word) * (_NOUN_COST if one.is_noun else _VERB_COST) for one in novelties)
    return supported / (supported + cost) if supported + cost else 0.0


def _check_segments(words: str, sources: Sequence[Source]) -> Iterator[Problem]:
    """Check direction and negation of each part of a claim against the clauses it comes from."""
    falls = _compare(words, sources)
    clauses = [clause for source in sources for clause in source.clauses]
    for segment in SEGMENT_MARKS.split(words):
        if not segment.strip():
            continue
        near = _find_near(segment, clauses)
        if turned := polarity.turns_around(segment, near, falls=falls):
            yield Problem(Fault.DIRECTION, turned)
        if negation := polarity.negates(segment, near):
            yield Problem(Fault.NEGATION, negation)
    yield from _check_subjects(words, sources, join_words(sources))


def _compare(words: str, sources: Sequence[Source]) -> bool | None:
    """Tell whether the two figures that a claim sets side by side fall from first to last, or None."""
    if len(sources) < _TWO and not _COMPARES.search(words):
        return None
    stated = [figure for source in sources for figure in source.figures]
    figures = [figure for figure in read_figures(words) if any(figure.equals(other) for other in stated)]
    if len(figures) != _TWO or not figures[0].measures_like(figures[1]):
        return None
    return figures[0].value > figures[1].value


def _find_near(segment: str, clauses: Sequence[str]) -> list[str]:
    """Return the clauses that say what `segment` says: those with its figures, and those it repeats."""
    figures = read_figures(segment)
    terms = split_terms(segment)
    near = [
        clause
        for clause in clauses
        if any(figure.equals(other) for figure in figures for other in read_figures(clause))
    ]
    if not near and clauses:
        near = [max(clauses, key=lambda clause: len(terms & split_terms(clause)))]
    repeated = [
        clause
        for clause in clauses
        if clause not in near and (own := split_terms(clause)) and len(terms & own) >= REPEATED * len(own)
    ]
    return near + repeated


def _check_subjects(words: str, sources: Sequence[Source], support: str) -> Iterator[Problem]:
    """Find figures that the sources state of something else than the claim does."""
    backing = [placed for source in sources for placed in _place_figures(source.words)]
    for placed in _place_figures(words, carry=False):
        figure = placed.figure
        mine = [other for other in backing if figure.equals(other.figure)]
        if not mine or not placed.weights:
            continue
        own = max(placed.overlap(other.terms) for other in mine)
        others = [
            one for one in backing if not figure.equals(one.figure) and one.figure.measures_like(figure)
        ]
        other = max((placed.overlap(one.terms) for one in others), default=0.0)
        if len(placed.weights) >= MIN_NEW and own < other - CLEARLY and other >= MIN_COVERED:
            yield Problem(Fault.SUBJECT, figure.text)
            continue
        novelties, _ = find_novelties(placed.words, support)
        if any(one.is_noun and len(one.word) > 1 for one in novelties):
            yield Problem(Fault.SUBJECT, figure.text)
        elif own < UNRELATED:
            elsewhere = (
                placed.overlap(split_terms(clause))
                for source in sources
                for clause in source.clauses
                if not any(figure.equals(one) for one in read_figures(clause))
            )
            if max(elsewhere, default=0.0) >= MIN_COVERED:
                yield Problem(Fault.SUBJECT, figure.text)
    yield from _check_order(words, sources)


def _check_order(words: str, sources: Sequence[Source]) -> Iterator[Problem]:
    """Find pairs (从…到…, 分别…) that the sources state the other way round."""
    for segment in SEGMENT_MARKS.split(words):
        figures = read_figures(segment)
        if len(figures) < _TWO or not _ORDERED.search(segment):
            continue
        for source in sources:
            places = [
                next((at for at, other in enumerate(source.figures) if figure.equals(other)), None)
                for figure in figures
            ]
            known = [place for place in places if place is not None]
            if len(known) == len(places) and known != sorted(known):
                yield Problem(Fault.DIRECTION, segment)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A figure and the words around it that say of what it is one; the nearer a term the more it weighs."""

    figure: ClaimFigure
    words: str
    weights: Mapping[str, float]

    @property
    def terms(self) -> Set[str]:
        return self.weights.keys()

    def overlap(self, terms: Set[str]) -> float:
        return sum(weight for term, weight in self.weights.items() if term in terms) / sum(
            self.weights.values()
        )


def _place_figures(words: str, *, carry: bool = True) -> Iterator[_Placed]:
    """Yield each figure with what is said around it.

    What stands between two figures belongs to the first up to a mark or a joint, and to the second behind
    it. A figure with nothing before it is about what the one before is about. Without `carry` nothing before
    a mark counts.
    """
    for part in _PARTS.split(words):
        if _RESPECTIVELY.search(part):
            continue
        at, carried = 0, ""
        for figure in read_figures(part):
            if not figure.measures:
                continue
            before = part[at : figure.span.start]
            tail = _JOINT.split(part[figure.span.end :], maxsplit=1)[0][:_TAIL]
            at = figure.span.end + len(tail)
            if not carry:
                before = re.split(r"[,、]", before)[-1]
            weights = _weigh(before, tail)
            if not weights and carry:
                before = carried
                weights = _weigh(before, tail)
            yield _Placed(figure, f"{before} {tail}", weights)
            carried = before if weights else carried


def _weigh(before: str, tail: str) -> dict[str, float]:
    """Return the terms on both sides of a figure, weighed by how near they stand to it."""
    weights: dict[str, float] = {}
    for side, forward in ((before, False), (tail, True)):
        quiet = drop_neutral(_QUIET.sub(lambda match: " " * len(match.group()), side))
        for start in range(len(quiet) - 1):
            for term in split_terms(quiet[start : start + 2]):
                if len(term) == _TWO:
                    distance = start if forward else len(quiet) - start - 2
                    weights[term] = max(weights.get(term, 0.0), 1 / (1 + distance / _NEAR))
    return weights
