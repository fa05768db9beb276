"""Whether, how often and where a report mentions something: counted by its text, each place quoted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.language.words import tag_words
from index.language.words import words as cut_words
from index.types import IndexedDocument, Passage, PeriodKind, Role, Span
from rag.answers.refusal import find_closest
from rag.composition import Draft, Group, Quote, Refusal, Statement, state_mentions
from rag.evidence.evidence import Evidence
from rag.evidence.mentions import Mention, find_mentions
from rag.evidence.salience import join_clauses, rate
from rag.evidence.term_weights import TermWeights
from rag.messages import messages_for
from rag.question.mention_wish import MentionWish
from rag.question.query import Query
from rag.quotation import MAX_QUOTE, flatten, trim_quote
from rag.types import Coverage, Kind, Language, Reason, ReasonCode

MAX_MENTIONS = 190
"""Characters of an answer on one word, white space and markers aside."""
COUNT = 15
"""Characters of the sentence that counts, the word aside."""
FURTHER_WORD = 35
"""Characters more for each further word that is looked for."""
SHORT_PLACE = 10
"""Characters: a shorter clause is quoted with the next one, it says little alone."""
NEARLY = 0.6
"""A sentence speaks of several words that stand nowhere together when it has so much of their weight."""
MOSTLY = 0.6
"""The share of a phrase's characters that its words must make up: 安全 is not what “吃的安全” is about."""
HEAD = 2
"""How much the last word of a phrase weighs beside the others: it says what the phrase is."""
AS_RARE = 0.8
"""The share of a word's weight from which on a word inside it stands for it."""
_SHORTEST = 2


@dataclass(frozen=True, slots=True)
class _Found:
    """A word that was looked for and where it stands; `exact` where the report has it as it was asked."""

    word: str
    mentions: tuple[Mention, ...]
    exact: bool


class MentionAnswerer:
    """Says whether, how often and where a report mentions something."""

    name = "mention"

    def wants(self, query: Query) -> bool:
        """Take what looks for words."""
        return query.mention is not None

    def answer(self, query: Query, evidence: Evidence) -> Draft | Refusal | None:
        """Count and quote; words that the report does not have are refused."""
        return tell_mentions(query.mention, evidence, query.language) if query.mention else None


def tell_mentions(wish: MentionWish, evidence: Evidence, language: Language) -> Draft | Refusal:
    """Say how often the report mentions each word, and quote the places that fit; refuse for none."""
    context = evidence.context
    report, messages = context.report, messages_for(language)
    found = [_look_for(word, report, context.weights) for word in wish.words]
    present = [one for one in found if one.mentions]
    absent = tuple(one.word for one in found if not one.mentions)
    missing = messages.other_subject.format(names=messages.join(absent))
    if not present:
        reason = Reason(ReasonCode.NOT_MENTIONED, missing)
        closest = find_closest("、".join(wish.words), evidence)
        return Refusal(reason, closest, Kind.MENTION, "mention")
    quotes = _choose(present, report)
    counts = [
        state_mentions(one.word, shown, report, language)
        for one in present
        if one.exact and (shown := _showing(one, quotes))
    ]
    groups = list(_group(quotes, report, places=wish.places))
    if counts and groups and not groups[0].label:  # what has no lead stands in one group
        counts += groups.pop(0).statements
    if counts:
        groups.insert(0, Group("", PeriodKind.OTHER, tuple(counts)))
    places = {mention.passage.span for one in present for mention in one.mentions}
    shown_places = {quote.passage.span for quote in quotes}
    return Draft.from_groups(
        groups,
        Kind.MENTION,
        notices=(missing,) if absent else (),
        bullets=True,
        coverage=Coverage(len(shown_places), max(len(places), len(shown_places))),
    )


def _look_for(word: str, report: IndexedDocument, weights: TermWeights) -> _Found:
    """Find a word as it is asked; where the report does not have it so, most of its parts in one sentence."""
    if mentions := find_mentions(word, report):
        return _Found(word, mentions, exact=True)
    parts = _take_apart(word, weights)
    if sum(map(len, parts)) < MOSTLY * len(word):
        return _Found(word, (), exact=False)
    total = sum(parts.values())
    held: dict[Span, dict[str, Mention]] = defaultdict(dict)
    for part in parts:
        for mention in _find_part(part, report, weights):
            held[mention.passage.span].setdefault(part, mention)
    near = [
        inside[max(inside, key=lambda part: parts[part])]
        for inside in held.values()
        if sum(parts[part] for part in inside) >= NEARLY * total
    ]
    return _Found(word, tuple(sorted(near, key=lambda mention: mention.span)), exact=False)


def _take_apart(word: str, weights: TermWeights) -> dict[str, float]:
    """Return the words of a phrase with their weights; the last one, which says what it is, weighs double."""
    parts = [part for part, _ in tag_words(word) if len(part) >= _SHORTEST]
    return {part: weights.weigh_word(part) * (HEAD if part == parts[-1] else 1) for part in parts}


def _find_part(part: str, report: IndexedDocument, weights: TermWeights) -> tuple[Mention, ...]:
    """Find a word and the words in it that are as rare as itself: 运河 of 大运河, 奥运 of 奥运会."""
    rare = AS_RARE * weights.weigh_word(part)
    inner = [one for one in cut_words(part) if _SHORTEST <= len(one) < len(part)]
    alike = [part, *(one for one in inner if weights.weigh_word(one) >= rare)]
    return tuple(mention for one in alike for mention in find_mentions(one, report))


def _choose(found: Sequence[_Found], report: IndexedDocument) -> list[Quote]:
    """Return the places to quote: of each word in turn the most telling, for as long as they fit."""
    room = MAX_MENTIONS + FURTHER_WORD * (len(found) - 1)
    room -= sum(COUNT + len(one.word) for one in found if one.exact)
    text = report.document.text
    waiting = []
    for one in found:
        spans = {_place(mention, text): mention for mention in one.mentions}
        ranked = sorted(spans, key=lambda span: (-_rate_place(spans[span].passage, span, text), span))
        waiting += [(rank, span, spans[span].passage) for rank, span in enumerate(ranked)]
    chosen: list[Quote] = []
    labels: set[str] = set()
    for _, span, passage in sorted(waiting, key=lambda one: (one[0], one[1])):
        if any(quote.span.overlaps(span) for quote in chosen):
            continue
        needed = len(flatten(span.of(text))) + 2
        needed += 0 if passage.period.label in labels else len(passage.period.label) + 5
        if needed <= room or not chosen:
            chosen.append(Quote(passage, span, 1.0))
            labels.add(passage.period.label)
            room -= needed
    chosen.sort(key=lambda quote: quote.span)
    for at, quote in enumerate(chosen):
        longer = _go_on(quote, text)
        following = chosen[at + 1].span.start if at + 1 < len(chosen) else len(text)
        if len(longer) - len(quote.span) <= room and longer.end <= following:
            room -= len(longer) - len(quote.span)
            chosen[at] = Quote(quote.passage, longer, quote.score)
    return chosen


def _go_on(quote: Quote, text: str) -> Span:
    """Return the span of `quote` with the clause after it: what is done about what is mentioned."""
    ends = [clause.end for clause in quote.passage.clauses if clause.end > quote.span.end + 1]
    end = min(ends, default=quote.span.end)
    longer = trim_quote(text, Span(quote.span.start, end))
    return longer if len(longer) <= MAX_QUOTE else quote.span


def _rate_place(passage: Passage, span: Span, text: str) -> float:
    """Return how telling a place is: a heading only names what is said elsewhere."""
    return rate(span.of(text)) - (passage.role is Role.HEADING)


def _place(mention: Mention, text: str) -> Span:
    """Return the clauses around a mention that say something by themselves."""
    passage = mention.passage
    clauses = list(join_clauses(passage, text))
    at = next(
        (at for at, clause in enumerate(clauses) if clause.contains(mention.span)),
        None,
    )
    if at is None:  # across clauses
        return trim_quote(
            text, Span(passage.span.start, min(passage.span.end, passage.span.start + MAX_QUOTE))
        )
    span = clauses[at]
    if len(span) < SHORT_PLACE and at + 1 < len(clauses):
        joined = Span(span.start, clauses[at + 1].end)
        span = joined if len(joined) <= MAX_QUOTE else span
    return trim_quote(text, span)


def _showing(one: _Found, quotes: Sequence[Quote]) -> list[Quote]:
    return [quote for quote in quotes if any(quote.span.contains(mention.span) for mention in one.mentions)]


def _group(quotes: Sequence[Quote], report: IndexedDocument, *, places: bool) -> Iterator[Group]:
    """Yield the quotes under the leads of their periods; with `places` each is set under its heading."""
    text = report.document.text
    periods: dict[tuple[str, PeriodKind], list[Statement]] = defaultdict(list)
    for quote in quotes:
        period = quote.passage.period
        heading = quote.passage.section[-1] if places and quote.passage.section else ""
        words = flatten(quote.span.of(text))
        periods[period.label, period.kind].append(
            Statement(f"{heading}：{words}" if heading else words, (quote,))
        )
    # What has no period cannot stand under a lead, and so comes first.
    for (label, kind), statements in sorted(periods.items(), key=lambda one: bool(one[0][0])):
        yield Group(label, kind, tuple(statements))
