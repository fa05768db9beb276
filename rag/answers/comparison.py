"""Two figures set side by side: both quoted, their difference or order shown as arithmetic.

Each operand is the one that the question names: of its thing, its period and its kind. A difference that the
report states itself is quoted and not computed again; where it is not plain what is to be set against what,
both are quoted and nothing is computed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from itertools import permutations

from index.language.figures import FALLS, Figure, find_figures, subtract
from index.language.units import MEASURES, Kind, kinds_of, measures_alike
from index.types import Document
from rag.answers.context import ReportContext
from rag.answers.fact import answer_part, find_doubt, read_part
from rag.composition import Draft, Quote, Refusal, Statement, merge_statements, state
from rag.evidence.answerability import estimate_answerability
from rag.evidence.term_weights import split_terms
from rag.question.followup import Standalone
from rag.question.intent import Wanted, read_target
from rag.question.scope import PeriodMention, find_periods, remove_periods
from rag.question.subquestions import Part, split_question
from rag.quotation import trim_quote

_DIFFERENCE = re.compile(
    r"相差(?:多少|几)?|差(?:多少|几)|差距|再?[高低多少大快慢][一-鿿]?[了出]?(?:多少|几)|"
    r"(?:增加|减少|提高|下降|增长|降低|上升)了?(?:多少|几)|(?:还有|还剩|剩下?)有?多少"
)
_CLAUSE_ENDS = re.compile(r"[,，;；](?!\d{3})|、")
_POINTS = re.compile(r"个?百分点")
# “总额是多少” would ask for money alone.
_AMOUNT = "的数字是多少"
_ORDER = re.compile(r"哪[个一]|更[高低大小多少]")
_REMAINING = re.compile(r"(?:还有|剩下?|还剩).*(?:没|未)")
_RATE = re.compile(r"增速|增幅|增长率|降幅|增长")
_CHANGE = re.compile(
    r"(?P<of>[^,，。;；]*?)[由从](?P<before>[^,，。;；由从]{2,16})(?:增加|提高|增长|上升|减少|下降|降低|缩减)?"
    r"[到至为](?P<after>[^,，。;；]{2,16})"
)
_STARTING = re.compile(r"[由从][^,，由从]{0,6}$")
_EARLIER = r"上年|上一年|去年|前一年|前年|往年|年初|上季度|(?:19|20)\d\d年"
_VERSUS = re.compile(rf"(?:比|较)(?P<earlier>{_EARLIER})(?:同期)?")
_PLANNED = re.compile(r"计划|要|打算|准备|目标")
_SINCE = re.compile(rf"同比|环比|(?:比|较|与|同|跟|和)(?:{_EARLIER})|净增|[增减多少]收")
"""How a question asks for a change against an earlier time without saying that it wants both figures."""
_STATED = re.compile(
    rf"(?:(?:同比|环比|(?:比|较)(?:{_EARLIER})(?:同期|[末底])?)[^\d,，;；。]{{0,4}}"
    rf"(?:增加|增长|净增|增收|增|减|提高|上升|升|降|多|少|{FALLS})|净增|{FALLS})[了出]?(?:近|约|超过|超|逾)?$"
)
"""What stands before a figure that says by how much there is more, or less, than before."""
_IN_TURN = "分别"
_BARE = re.compile(
    r"\s*(?:同比|比上年|较上年|年均|分别|预计|均)*(?:[从由]|增长|增加|提高|达到?|完成|实现|" + FALLS + ")"
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
    """One of the two things compared: its part of the question, the quotes that answer it, and its terms.

    `terms` name the thing without its period.
    """

    part: Part
    quotes: tuple[Quote, ...]
    terms: Set[str]


def compare(question: Standalone, context: ReportContext) -> Draft | Refusal:
    """Quote what is compared and show how the two figures relate, where that can be computed."""
    document = context.report.document
    year = document.meta.year
    parts = split_question(question, year)
    if stated := _quote_stated(question.text, parts, context):
        return stated
    parts = _split_years(parts[0], year) if len(parts) == 1 else parts
    statements: list[Statement] = []
    sides: list[Side] = []
    for part in parts:
        outcome = answer_part(_ask_amount(part), context)
        if isinstance(outcome, Refusal):
            # What went up or down may be told without an amount: “会议减少三分之一”.
            return outcome if len(parts) > 1 else answer_part(part, context)
        statements += outcome.statements
        quotes = tuple(quote for one in outcome.statements for quote in one.quotes)
        thing = remove_periods(part.subject, tuple(find_periods(part.subject, year)))
        sides.append(Side(part, quotes, split_terms(thing)))
    operands = _choose_operands(question.text, sides, document)
    relation = relate(question.text, operands) if operands else None
    if not operands or not relation:
        return Draft(tuple(merge_statements(statements)))
    quotes = tuple({one.quote.span: one.quote for one in operands}.values())
    kept = merge_statements([state(quote, document) for quote in quotes])
    return Draft((*kept, Statement(relation, tuple(quote for one in kept for quote in one.quotes))))


def _split_years(part: Part, report_year: int) -> list[Part]:
    """Return the two years that “今年…比去年多几个” sets against each other as parts; else the part alone."""
    versus = _VERSUS.search(part.text)
    if not versus or len(part.periods) != 1 or part.periods[0].first != part.periods[0].last:
        return [part]
    mention = part.periods[0]
    named = find_periods(versus["earlier"], report_year)
    earlier = named[0].first if named and named[0].first != mention.first else mention.first - 1
    start, end = mention.span.start, mention.span.end
    rest = part.text[: versus.start()] + part.text[versus.end() :]
    texts = (rest, f"{rest[:start]}{earlier}年{_PLANNED.sub('', rest[end:])}")
    return [Part(text, text, text, part.context, tuple(find_periods(text, report_year))) for text in texts]


def _ask_amount(part: Part) -> Part:
    """Return `part` asking for the amount itself: the difference is computed, no passage has to state it."""
    focus = _DIFFERENCE.sub(_AMOUNT, _POINTS.sub("", part.focus))
    return replace(part, focus=focus if _AMOUNT in focus else f"{part.focus}{_AMOUNT}")


def _quote_stated(question: str, parts: Sequence[Part], context: ReportContext) -> Draft | None:
    """Return the words in which the report states a change against an earlier time, if asked for one."""
    if not _SINCE.search(question):
        return None
    part, document = parts[0], context.report.document
    target = read_target(question)
    readings = read_part(part, context)
    for reading in readings:
        words = reading.span.of(document.text)
        told = any(
            _STATED.search(words[: figure.span.start]) and _fits(figure, target.unit, question)
            for figure in find_figures(words)
        )
        if reading.fits and told and find_doubt(part, readings, [reading], document) is None:
            span = trim_quote(document.text, reading.span)
            quote = Quote(reading.hit.passage, span, estimate_answerability(reading, readings[0]))
            return Draft((state(quote, document),))
    return None


def _fits(figure: Figure, unit: str, question: str) -> bool:
    """Tell whether a figure is of the kind asked for."""
    if Kind.SHARE in kinds_of(unit) or (not unit and _RATE.search(question)):
        return figure.is_percentage
    return measures_alike(unit, figure.unit)


def relate(question: str, operands: Sequence[Stated]) -> str | None:
    """Return the arithmetic that answers `question` from two operands, or None."""
    one, other = (operand.figure for operand in operands)
    signed = one.is_percentage and one.falls is not other.falls
    larger, smaller = sorted(
        (one, other), key=lambda figure: figure.change if signed else figure.value, reverse=True
    )
    if _DIFFERENCE.search(question):
        difference = subtract(larger, smaller, signed=signed)
        unit = "个百分点" if larger.is_percentage else smaller.scale + larger.unit
        about = larger.hedge or smaller.hedge
        return f"{_show(larger, signed)} − {_show(smaller, signed)} = {difference:f}{unit}{about}"
    if _ORDER.search(question) and larger.value != smaller.value:
        return f"{_show(larger, signed)} > {_show(smaller, signed)}"
    return None


def _show(figure: Figure, signed: bool) -> str:
    shown = replace(figure, number=-figure.number).shown if signed and figure.falls else figure.shown
    return f"({shown})" if shown.startswith("−") else shown


def _choose_operands(
    question: str, sides: Sequence[Side], document: Document
) -> tuple[Stated, Stated] | None:
    """Return the two figures that are compared; None when it is not plain which they are."""
    target = read_target(question)
    unit = target.unit if target.wanted in (Wanted.AMOUNT, Wanted.SHARE) else ""

    def read(quotes: Sequence[Quote]) -> list[Stated]:
        return [
            one
            for quote in quotes
            for one in _read_stated(quote, document)
            if not unit or _fits(one.figure, unit, "")
        ]

    if len(sides) == 1:
        return _choose_development(question, sides[0], read(sides[0].quotes), document)
    left, right = sides[:2]
    named = [{one.label for one in side.part.periods} for side in (left, right)]
    if all(named) and named[0] != named[1]:
        return _choose_by_period(left, right, read(left.quotes), read(right.quotes), document)
    return _choose_by_thing(left, right, read((*left.quotes, *right.quotes)))


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
        for one in _keep_period(ours, left.part.periods, document)
        for other in _keep_period(theirs, right.part.periods, document)
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


def _choose_by_thing(left: Side, right: Side, stated: Sequence[Stated]) -> tuple[Stated, Stated] | None:
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
        pairs.append(((together, here + there, len(shared)), (one, other)))
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
            change = _STATED.search(so_far) and not figure.is_percentage
            if figure.is_exact and figure.unit in MEASURES and not change and not _STARTING.search(so_far):
                yield Stated(figure, f"{before} {between} {words[figure.span.end : following]}", quote)
        carried = before
        at = end


def _find_exact(words: str) -> list[Figure]:
    """Return the figures of `words` that can be reckoned with: exact ones, and those that are about right."""
    return [figure for figure in find_figures(words) if figure.is_exact and figure.unit in MEASURES]
