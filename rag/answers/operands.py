"""The two figures that a comparison sets side by side: each is the one that the question names.

They are the same thing in two periods, two things in one, or where one development began and where it
arrived; where it is not plain which figures are meant, there are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import permutations

from index.language.figures import FALLS, Figure, find_figures
from index.language.lexicon import alternatives
from index.language.opposites import find_opposite
from index.language.periods import A_YEAR, PeriodMention, find_periods, read_label
from index.language.units import MEASURES, Kind, kinds_of, measures_alike
from index.types import Document
from rag.composition import Quote
from rag.evidence.term_weights import split_terms
from rag.question.intent import Wanted
from rag.question.query import Query

_CLAUSE_ENDS = re.compile(r"[,，;；](?!\d{3})|、")
_REMAINING = re.compile(r"^(?>.*?(?:还有|剩)).*[没未]")
_RATE = re.compile(r"增[速幅长]|降幅")
_CHANGE = re.compile(
    r"(?P<of>[^,，。;；由从]{0,24}+)[由从](?P<before>[^,，。;；由从]{2,16}?)"
    rf"{alternatives('polarity', 'rise', 'fall')}?"
    r"[到至为](?P<after>[^,，。;；]{2,16})"
)
_STARTING = re.compile(r"[由从][^,，由从]{0,6}$")
GROWS = alternatives("polarity", "rise", "fall")
EARLIER = rf"{A_YEAR}|往年|年初|上季度"
STATED = re.compile(
    rf"(?:(?:[同环]比|[比较](?:{EARLIER})(?:同期|[末底])?)[^\d,，;；。]{{0,4}}(?:{GROWS}|[增减升降多少])|净增|{FALLS})"
    r"[了出]?(?:[近约逾]|超过?)?$"
)
"""What stands before a figure that says by how much there is more, or less, than before."""
_IN_TURN = "分别"
_BARE = re.compile(
    rf"\s*{alternatives('clauses', 'aside')}*(?:[从由]|{alternatives('clauses', 'moves', 'fulfils')})"
)


@dataclass(frozen=True, slots=True)
class Stated:
    """A figure of `quote` and the words that it is told of, without figures."""

    figure: Figure
    label: str
    quote: Quote

    @property
    def place(self) -> int:
        """Where the figure begins in the report."""
        return self.quote.span.start + self.figure.span.start


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two things compared: what is asked of it, and the quotes that answer it."""

    query: Query
    quotes: tuple[Quote, ...]

    @property
    def terms(self) -> Set[str]:
        """The terms that name it, without its period."""
        return split_terms(self.query.subject)


def fits(figure: Figure, unit: str, question: str) -> bool:
    """Tell whether a figure is of the kind asked for."""
    if Kind.SHARE in kinds_of(unit) or (not unit and _RATE.search(question)):
        return figure.is_percentage
    return measures_alike(unit, figure.unit)


def choose_operands(query: Query, sides: Sequence[Side], document: Document) -> tuple[Stated, Stated] | None:
    """Return the two figures that are compared; None when it is not plain which they are."""
    target = query.target
    unit = target.unit if target.wanted in (Wanted.AMOUNT, Wanted.SHARE) else ""

    def read(quotes: Sequence[Quote]) -> list[Stated]:
        return [
            one
            for quote in quotes
            for one in _read_stated(quote, document)
            if not unit or fits(one.figure, unit, "")
        ]

    if len(sides) == 1:
        return _choose_development(query.text, sides[0], read(sides[0].quotes), document)
    left, right = sides[:2]
    named = [{one.label for one in side.query.scope.periods} for side in (left, right)]
    if all(named) and named[0] != named[1]:
        return _choose_by_period(left, right, read(left.quotes), read(right.quotes), document)
    return _choose_by_thing(left, right, read((*left.quotes, *right.quotes)), document)


def _choose_development(
    question: str, side: Side, stated: Sequence[Stated], document: Document
) -> tuple[Stated, Stated] | None:
    """Return where a thing began and where it arrived, or a whole and the part of it that is done."""
    for quote in side.quotes:
        words = quote.span.of(document.text)
        changes = [
            (len(split_terms(match["of"]) & side.terms), before[-1], after[0])
            for match in _CHANGE.finditer(words)
            if (before := _find_exact(match["before"])) and (after := _find_exact(match["after"]))
        ]
        if changes:
            _, began, arrived = max(changes, key=lambda change: change[0])
            if began.unit == arrived.unit:
                return Stated(began, "", quote), Stated(arrived, "", quote)
    match stated:
        case [one, other] if one.figure.unit == other.figure.unit and find_opposite(one.label, other.label):
            return one, other  # 城乡居民收入, of 城镇居民 and 农村居民
    if _REMAINING.search(question):
        match stated:
            case [whole, done] if whole.figure.unit == done.figure.unit:
                return whole, done
    return None


def _choose_by_period(
    left: Side, right: Side, ours: Sequence[Stated], theirs: Sequence[Stated], document: Document
) -> tuple[Stated, Stated] | None:
    """Return the figures of one thing in two periods, or of two things in one each."""
    asked = left.terms | right.terms
    pairs = [
        (len(split_terms(one.label) & asked) + len(split_terms(other.label) & asked), (one, other))
        for one in _keep_period(ours, left.query.scope.periods, document)
        for other in _keep_period(theirs, right.query.scope.periods, document)
        if one.figure.unit == other.figure.unit and one.place != other.place
    ]
    return max(reversed(pairs), key=lambda pair: pair[0])[1] if pairs else None


def _keep_period(
    stated: Sequence[Stated], periods: Sequence[PeriodMention], document: Document
) -> Iterator[Stated]:
    """Yield the figures whose own words name no other year than the one asked for."""
    wanted = {(one.first, one.last) for one in periods}
    for one in stated:
        named = {(own.first, own.last) for own in find_periods(one.label, document.meta.year)}
        if not named or named & wanted:
            yield one


def _is_of_another_year(stated: Stated, document: Document) -> bool:
    """Tell whether the words of a figure name another year than the sentence is about."""
    named = {one.years for one in find_periods(stated.label, document.meta.year)}
    return bool(named) and read_label(stated.quote.passage.period.label) not in named


def _choose_by_thing(
    left: Side, right: Side, stated: Sequence[Stated], document: Document
) -> tuple[Stated, Stated] | None:
    """Return the figures of two things: each told of its own, both results or both plans."""
    pairs = []
    for one, other in permutations(stated, 2):
        own_quotes = one.quote in left.quotes and other.quote in right.quotes
        together = one.quote == other.quote
        alike = one.quote.passage.period.kind == other.quote.passage.period.kind
        if one.place == other.place or one.figure.unit != other.figure.unit:
            continue
        if not alike or not (together or own_quotes):
            continue
        here, there = _weigh(one, other, left, right), _weigh(other, one, right, left)
        if min(here, there) < 0 or (together and not (here and there) and not _in_turn(one, other, stated)):
            continue
        shared = split_terms(f"{one.label} {other.label}") & (left.terms | right.terms)
        current = sum(not _is_of_another_year(each, document) for each in (one, other))
        pairs.append(((together, here + there, len(shared), current), (one, other)))
    return max(reversed(pairs), key=lambda pair: pair[0])[1] if pairs else None


def _in_turn(one: Stated, other: Stated, stated: Sequence[Stated]) -> bool:
    """Tell whether the two are the only figures that their words give to two things in turn (分别)."""
    alike = [place for place in stated if place.quote == one.quote and place.figure.unit == one.figure.unit]
    return len(alike) == len((one, other)) and all(_IN_TURN in stated.label for stated in (one, other))


def _weigh(one: Stated, other: Stated, side: Side, opposite: Side) -> int:
    """Return how many terms of its own `side`, less those of the `opposite` one, tell a figure apart."""
    terms = split_terms(one.label) - split_terms(other.label)
    return len(terms & (side.terms - opposite.terms)) - len(terms & (opposite.terms - side.terms))


def _read_stated(quote: Quote, document: Document) -> Iterator[Stated]:
    """Yield the figures of a quote that say how much there is of something, each with what it is told of.

    A clause that begins with its verb goes on with the thing before. Not among them is where something
    began (由4.1万元…) and by how much it changed since (较上年增加150张); a rate of growth is.
    """
    words = quote.span.of(document.text)
    figures = list(find_figures(words))
    carried, at = "", 0
    for end in [*(match.start() for match in _CLAUSE_ENDS.finditer(words)), len(words)]:
        own = [figure for figure in figures if at <= figure.span.start < end]
        opening = words[at : own[0].span.start if own else end]
        before = f"{carried} {opening}" if _BARE.match(opening) or not opening.strip() else opening
        for place, figure in enumerate(own):
            following = own[place + 1].span.start if place + 1 < len(own) else end
            so_far = words[at : figure.span.start]
            between = words[own[0].span.end : figure.span.start] if place else ""
            change = STATED.search(so_far) and not figure.is_percentage
            if figure.is_exact and figure.unit in MEASURES and not change and not _STARTING.search(so_far):
                yield Stated(figure, f"{before} {between} {words[figure.span.end : following]}", quote)
        carried = before
        at = end


def _find_exact(words: str) -> list[Figure]:
    """Return the figures of `words` that can be reckoned with: exact ones, and those that are about right."""
    return [figure for figure in find_figures(words) if figure.is_exact and figure.unit in MEASURES]
