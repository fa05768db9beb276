"""What a whole report, a time of it, a part or a section says: by structure, never the first sentences.

All that could be told (who spoke, the parts, chief figures, headings with what stands under them) is an item
with a priority. The items are taken by priority for as long as they fit, and told in the report's order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.language.periods import PeriodMention
from index.types import Document, IndexedDocument, Passage, PeriodKind, Role, Section, Span
from rag.answers.delivery import find_delivery
from rag.answers.enumeration import list_quotes
from rag.composition import Draft, Group, Quote, Statement
from rag.evidence.context import ReportContext
from rag.evidence.evidence import Evidence
from rag.evidence.salience import Telling, find_telling
from rag.question.conversation.told import Told
from rag.question.length import Length
from rag.question.openness import NOTHING_TOLD
from rag.question.overview_wish import OverviewWish
from rag.question.query import Query
from rag.question.scope import matches_period
from rag.quotation import flatten, trim_quote
from rag.types import Coverage, Kind, Language

MAX_OVERVIEW = 490
"""Characters of an overview, white space and markers aside; with its leads it stays below 500."""
MAX_SECTION = 300
"""Of one section without parts of its own."""
SENTENCE = 70
"""Characters that a wished sentence may take."""
MANY_SENTENCES = 5
"""Who wishes fewer sentences wants the content as well."""
SHORT_HEADING, SHORTEST_HEADING = 24, 18
"""A longer heading is told up to its first comma; of a whole report there are many, and none may be long."""
LEAST_HEADING = 9
"""Characters: “第二，” and “三年来，” tell nothing yet."""
FEW = 200
"""Characters: whoever wishes less wants the content, not who spoke and where."""

FEW_PASSAGES = 12
"""Sentences: where there are no more, words without a figure are told as well."""

# Priorities. Words have how telling they are, about 0 to 2.5: these set headings among them.
FRAME = 10.0
"""Who spoke, when and where, and the parts: what every overview of a whole report begins with."""
HEADING, HEADING_OF_SHORT = 1.5, 0.9
"""In a short overview figures come first."""
SHORT_OVERVIEW = 300
"""Characters that the longest short overview may take."""
OWN_DUTIES = 0.5
"""Of the sections in which a government speaks of itself."""
AGAIN = 0.55
"""Each further item of a section, or of a time, counts so much of the one before: all get their turn."""
CHIEF_AGAIN = 0.85
"""The same for chief figures, of which a time has several."""
SAME_FAMILY = 0.25
"""A second figure of the same chief indicator in a time: a rate beside an amount."""
AS_GOOD = 0.75
"""The share of the best score from which on the first statement of a chief indicator is taken."""
LEAST = 0.55
"""Less telling words are left out even where there is room: a slogan tells nothing."""

_OWN_DUTIES = (
    "自身建设",
    "政府建设",
    "服务型政府",
    "党风廉政",
    "从严治党",
    "政治建设",
    "依法行政",
    "清正廉洁",
    "实干为民",
)
THIS_YEAR, LAST_YEAR, LONGER = 1.1, 1.0, 0.85
"""What is to be done this year comes first, then last year's results, then what takes several years."""
LINE, JOINED = 2, 1
"""Characters of a bullet and a closing mark, and of the mark between words in one line."""
LONG_SECTIONS = 3
"""Of so few sections each sentence stands in a line of its own: one line a section would be a paragraph."""


@dataclass(frozen=True, slots=True)
class _Unit:
    """A section that is told in one line: its heading and the words under it."""

    section: Section
    heading: Quote
    weight: float


@dataclass(frozen=True, slots=True)
class _Item:
    """Words that may be told; `unit` is the section whose line they stand in, if any."""

    quote: Quote
    priority: float
    unit: _Unit | None = None


class OverviewAnswerer:
    """Tells a whole report, a time of it, a part or a section."""

    name = "overview"

    def wants(self, query: Query) -> bool:
        """Take what names no topic, or a part or a section."""
        return query.overview is not None

    def answer(self, query: Query, evidence: Evidence) -> Draft | None:
        """Return None where the report has nothing there."""
        if query.overview is None:
            return None
        return tell_overview(query.overview, query.length, evidence.context, query.language)


def tell_overview(
    wish: OverviewWish, length: Length, context: ReportContext, language: Language, told: Told = NOTHING_TOLD
) -> Draft | None:
    """Tell what `wish` asks for, less what was `told`; None where the report has nothing there."""
    report = context.report
    room = length.characters or (length.sentences or 0) * SENTENCE or _default_room(wish)
    room = min(room, MAX_OVERVIEW)
    text = report.document.text
    passages = [one for one in _find_passages(wish, report) if not (told and told.touches(one.span.of(text)))]
    whole = wish.section is None and not wish.periods and wish.kind is None
    headings = HEADING if room > SHORT_OVERVIEW else HEADING_OF_SHORT
    opens = not told and whole and room > FEW and (length.sentences or MANY_SENTENCES) >= MANY_SENTENCES
    opening = list(_open(context, language)) if opens else []
    room -= sum(len(statement.words) + 1 for statement in opening)
    units = _find_units(wish, report, passages)
    items = _find_items(passages, units, report.document, headings, whole=whole)
    telling = items if room > FEW or not whole else [item for item in items if not item.unit]
    chosen = _choose(telling or items, report.document, room, whole=whole)
    groups = list(_group(chosen, report.document, length, whole=whole))
    if opening:
        groups = [Group("", PeriodKind.OTHER, tuple(opening)), *groups]
    if not groups:
        return None
    shown = {quote.passage.span for group in groups for one in group.statements for quote in one.quotes}
    return Draft.from_groups(
        groups, Kind.OVERVIEW, bullets=True, coverage=Coverage(len(shown), max(len(passages), len(shown)))
    )


def _default_room(wish: OverviewWish) -> int:
    return MAX_SECTION if wish.section and not wish.section.children else MAX_OVERVIEW


def _find_passages(wish: OverviewWish, report: IndexedDocument) -> list[Passage]:
    """Return the sentences that an overview may tell of."""

    def wanted(passage: Passage) -> bool:
        if passage.role is not Role.BODY or passage.period.kind not in (PeriodKind.DONE, PeriodKind.PLANNED):
            return False
        if wish.section:
            return wish.section.start <= passage.span.start < wish.section.end
        if wish.periods:
            return any(_is_of(passage, mention, report.document) for mention in wish.periods)
        return wish.kind is None or passage.period.kind is wish.kind

    found = [passage for passage in report.structure.passages if wanted(passage)]
    if wish.section and not found:  # problems and ceremony: all there is
        return [
            passage
            for passage in report.structure.passages
            if passage.role is Role.BODY and wish.section.start <= passage.span.start < wish.section.end
        ]
    return found


def _is_of(passage: Passage, mention: PeriodMention, document: Document) -> bool:
    return passage.period.label == mention.label or (
        not passage.period.label and matches_period(passage, document, mention)
    )


def _open(context: ReportContext, language: Language) -> Iterator[Statement]:
    """Yield who gave the report, when and where, and what its parts are."""
    report = context.report
    if delivery := find_delivery(report):
        quotes = tuple(Quote(passage, passage.span, 1.0) for passage in delivery)
        yield Statement("；".join(flatten(quote.span.of(report.document.text)) for quote in quotes), quotes)
    headings = [quote for section in report.structure.outline if (quote := _quote_heading(section, report))]
    if len(headings) > 1:
        yield from list_quotes(headings, context, language).statements


def _quote_heading(section: Section, report: IndexedDocument, *, most: int | None = None) -> Quote | None:
    """Return a section's heading as a quote; one longer than `most` up to its first comma."""
    for passage in report.structure.passages:
        if passage.role is Role.HEADING and passage.span.contains(section.heading_span):
            span = section.heading_span
            starts = {clause.start for clause in passage.clauses}
            ends = [clause.end for clause in passage.clauses if clause.end >= span.start + LEAST_HEADING]
            if most and len(span) > most and ends and ends[0] < span.end and span.start in starts:
                span = trim_quote(report.document.text, Span(span.start, ends[0]))
            return Quote(passage, span, 1.0)
    return None


def _find_units(
    wish: OverviewWish, report: IndexedDocument, passages: Sequence[Passage]
) -> dict[Span, _Unit]:
    """Return the section that each of the `passages` is told under, by the passage's span."""
    whole = wish.section is None and not wish.periods and wish.kind is None
    most = SHORTEST_HEADING if whole else SHORT_HEADING
    top = [wish.section] if wish.section else list(report.structure.outline)
    units: dict[Span, _Unit] = {}
    for above, section in ((part, child) for part in top for child in part.children):
        inside = [passage for passage in passages if section.start <= passage.span.start < section.end]
        heading = _quote_heading(section, report, most=most) if inside else None
        if heading:
            unit = _Unit(section, heading, _weigh_section(above) * _weigh_section(section))
            units |= {passage.span: unit for passage in inside if passage.period == heading.passage.period}
    return units


def _find_items(
    passages: Sequence[Passage],
    units: dict[Span, _Unit],
    document: Document,
    headings: float,
    *,
    whole: bool,
) -> list[_Item]:
    """Return everything that could be told, with priorities; `headings` is that of a heading."""
    text = document.text
    telling = [one for passage in passages for one in find_telling(passage, text)]
    year = document.meta.year

    def favour(passage: Passage) -> float:
        label = passage.period.label
        return THIS_YEAR if label == f"{year}年" else LAST_YEAR if label == f"{year - 1}年" else LONGER

    items = [
        _Item(unit.heading, headings * unit.weight * favour(unit.heading.passage), unit)
        for unit in {id(unit): unit for unit in units.values()}.values()
    ]
    chief = _find_chief(telling)
    told_in: dict[object, float] = defaultdict(lambda: 1.0)
    chief_in: dict[str, float] = defaultdict(lambda: 1.0)
    for one in sorted(telling, key=lambda one: (-one.score, one.span)):
        if one.score < LEAST and not _is_only(one, passages):
            continue
        unit, period = units.get(one.passage.span), one.passage.period.label
        place = id(unit) if unit and not whole else period
        turn = told_in[place]
        told_in[place] *= AGAIN
        if one in chief:
            turn = max(turn, chief_in[period])
            chief_in[period] *= CHIEF_AGAIN
        elif one.family:
            turn *= SAME_FAMILY
        priority = one.score * favour(one.passage) * turn * (unit.weight if unit else 1.0)
        items.append(_Item(Quote(one.passage, one.span, 1.0), priority, None if whole else unit))
    return items


def _find_chief(telling: Sequence[Telling]) -> set[Telling]:
    """Return the first good statement of each chief indicator in each time: it is of the whole place."""
    best: dict[tuple[str, str], float] = defaultdict(float)
    for one in telling:
        key = one.passage.period.label, one.family
        best[key] = max(best[key], one.score)
    first: dict[tuple[str, str], Telling] = {}
    for one in telling:
        key = one.passage.period.label, one.family
        if one.family and one.score >= AS_GOOD * best[key]:
            first.setdefault(key, one)
    return set(first.values())


def _weigh_section(section: Section) -> float:
    return OWN_DUTIES if any(word in section.heading for word in _OWN_DUTIES) else 1.0


def _is_only(one: Telling, passages: Sequence[Passage]) -> bool:
    """Tell whether there is little else to tell: a short section may hold no figure."""
    return len(passages) <= FEW_PASSAGES and one.score > -LEAST


def _choose(items: Sequence[_Item], document: Document, room: int, *, whole: bool) -> list[_Item]:
    """Return the items that fit into `room` characters, by priority."""
    chosen: list[_Item] = []
    leads: set[str] = set()
    for item in sorted(items, key=lambda item: (-item.priority, item.quote.span)):
        period = item.quote.passage.period
        needed = len(flatten(item.quote.span.of(document.text))) + (JOINED if whole else LINE)
        needed += 0 if period.label in leads else len(period.label) + 5
        if needed <= room:
            chosen.append(item)
            leads.add(period.label)
            room -= needed
    return chosen


def _group(items: Sequence[_Item], document: Document, length: Length, *, whole: bool) -> Iterator[Group]:
    """Yield the chosen items under the leads of their periods, each section's in one line.

    Of a `whole` report all figures of a time stand in one line, and all headings in the next.
    """
    periods: dict[tuple[str, PeriodKind], list[_Item]] = {}
    for item in sorted(items, key=lambda item: item.quote.span):
        period = item.quote.passage.period
        periods.setdefault((period.label, period.kind), []).append(item)
    if length.sentences and length.sentences < len(periods):  # those with the most telling words
        rank = {key: max(item.priority for item in told) for key, told in periods.items()}
        least = sorted(rank.values(), reverse=True)[length.sentences - 1]
        periods = {key: told for key, told in periods.items() if rank[key] >= least}
    alone = len({id(item.unit) for item in items if item.unit}) <= LONG_SECTIONS
    for (label, kind), told in periods.items():
        lines = _put_figures_first(told) if whole else list(_split_lines(told, alone=alone))
        statements = [_state(line, document) for line in lines]
        if length.sentences:
            statements = _merge(statements, max(1, length.sentences // len(periods)))
        yield Group(label, kind, tuple(statements))


def _put_figures_first(items: Sequence[_Item]) -> list[list[_Item]]:
    """Return the words in one line, and the headings in the next."""
    headings = [item for item in items if item.unit]
    return [line for line in ([item for item in items if not item.unit], headings) if line]


def _split_lines(items: Sequence[_Item], *, alone: bool) -> Iterator[list[_Item]]:
    """Yield what stands in one line: a section, or a sentence of none.

    Each sentence after the first of a section stands `alone` where sections are few.
    """
    line: list[_Item] = []
    for item in items:
        same_sentence = line and line[-1].quote.passage == item.quote.passage
        same_unit = line and item.unit is not None and line[-1].unit is item.unit
        opens = same_unit and line[-1].quote.passage.role is Role.HEADING
        if line and not (same_sentence or (same_unit and (opens or not alone))):
            yield line
            line = []
        line.append(item)
    if line:
        yield line


def _state(items: Sequence[_Item], document: Document) -> Statement:
    """Return one line: a heading, then the words chosen under it."""
    quotes = _join_neighbours([item.quote for item in items], document.text)
    words = [flatten(quote.span.of(document.text)) for quote in quotes]
    roles = [item.quote.passage.role for item in items]
    heads = roles[0] is Role.HEADING and Role.BODY in roles
    text = f"{words[0]}：{'；'.join(words[1:])}" if heads else "；".join(words)
    return Statement(text, tuple(quotes))


def _join_neighbours(quotes: Sequence[Quote], text: str) -> list[Quote]:
    """Join quotes of one sentence that nothing but a mark parts."""
    joined: list[Quote] = []
    for quote in quotes:
        last = joined[-1] if joined else None
        if last and last.passage == quote.passage and quote.span.start - last.span.end <= 1:
            joined[-1] = Quote(quote.passage, Span(last.span.start, quote.span.end), 1.0)
        else:
            joined.append(quote)
    return joined


def _merge(statements: Sequence[Statement], count: int) -> list[Statement]:
    """Return the statements as `count` sentences at most."""
    size = -(-len(statements) // count)
    return [
        Statement(
            "；".join(one.words for one in statements[start : start + size]),
            tuple(quote for one in statements[start : start + size] for quote in one.quotes),
        )
        for start in range(0, len(statements), size)
    ]
