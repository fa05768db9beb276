"""What a conversation goes on with: what was not told yet of its theme, or an item of the answer before."""

from __future__ import annotations

from dataclasses import replace

from index.types import IndexedDocument, PeriodKind, Role, Section, Span
from rag.answers.digest import digest
from rag.answers.overview import tell_overview
from rag.composition import Draft, Group, Quote, Refusal, state
from rag.evidence.context import ReportContext
from rag.evidence.evidence import Evidence
from rag.messages import messages_for
from rag.question.conversation.leaning import Link
from rag.question.conversation.told import Told, strip
from rag.question.intent import Intent, Wanted
from rag.question.overview_wish import OverviewWish
from rag.question.query import Query
from rag.quotation import MAX_QUOTE, trim_quote
from rag.types import Reason, ReasonCode

_NAMED = ":："
"""What parts the heading of an item from what stands under it."""


class ContinuationAnswerer:
    """Goes on with what was not told yet, or tells an item of the last answer."""

    name = "continuation"

    def wants(self, query: Query) -> bool:
        """Take what asks for more, or for an item."""
        return query.thread.link in (Link.MORE, Link.ITEM)

    def answer(self, query: Query, evidence: Evidence) -> Draft | Refusal | None:
        """Return a Refusal where all was told, or where the answer has no such item."""
        context, messages = evidence.context, messages_for(query.language)
        context.budget.check()
        context.budget.note_reading(query.text)
        if query.thread.absent is not None:
            told = messages.no_such_item.format(count=query.thread.items, place=query.thread.absent)
            return _refuse(query, told, "no_such_item")
        if query.thread.link is Link.ITEM:
            return _tell_item(query, context)
        if query.overview:
            more = tell_overview(query.overview, query.length, context, query.language, query.thread.told)
        else:
            more = _digest(query, context)
        if more or not query.thread.told:
            return more
        return _refuse(query, messages.all_told, "all_told")


def refuse_repeating(query: Query, draft: Draft) -> Refusal | None:
    """Return why `draft` is none where it only says again what was said before something else was asked.

    Words of a kind that was asked for (“是哪几条?”) may stand in what was said.
    """
    if query.thread.link is not Link.DETAIL or not query.thread.told:
        return None
    kind_known = query.target.wanted is not Wanted.ANYTHING and query.intent is not Intent.COMPARISON
    if kind_known or not all(query.thread.told.has(one.words) for one in draft.statements):
        return None
    messages = messages_for(query.language)
    quotes = tuple(quote for one in draft.statements for quote in one.quotes)
    return _refuse(query, messages.only_told, "only_told", quotes)


def _refuse(query: Query, told: str, check: str, closest: tuple[Quote, ...] = ()) -> Refusal:
    return Refusal(Reason(ReasonCode.NO_DIRECT_ANSWER, told), closest, query.kind, check)


def _digest(query: Query, context: ReportContext) -> Draft | None:
    return digest(query.text, query.openness, context, query.length) if query.openness else None


def _tell_item(query: Query, context: ReportContext) -> Draft | None:
    """Tell the item that `query` is: what stands under it if a heading; else itself, and what is new."""
    head = query.text
    for mark in _NAMED:
        head = head.partition(mark)[0]
    if section := _find_section(head, context.report):
        wish = OverviewWish(section)
        return tell_overview(wish, query.length, context, query.language, query.thread.told) or tell_overview(
            wish, query.length, context, query.language, Told()
        )
    more = _digest(query, context)
    quote = _find_quote(head, context.report)
    if quote is None:
        return more
    own = state(quote, context.report.document)
    if more is None:
        return Draft((own,))
    groups = more.groups or (Group("", PeriodKind.OTHER, more.statements),)
    first, *others = groups if not groups[0].label else (Group("", PeriodKind.OTHER, ()), *groups)
    first = replace(first, statements=(own, *first.statements))
    return Draft.from_groups([first, *others], more.kind, bullets=more.bullets, coverage=more.coverage)


def _find_section(words: str, report: IndexedDocument) -> Section | None:
    """Return the section whose heading is `words`, numbering or what follows its first comma aside."""
    wanted = strip(words)
    sections = list(report.structure.outline)
    while sections:
        section = sections.pop(0)
        heading = strip(section.heading)
        if wanted and (heading.startswith(wanted) or heading.endswith(wanted)):
            return section
        sections += section.children
    return None


def _find_quote(words: str, report: IndexedDocument) -> Quote | None:
    """Return the clauses of the report in which `words` stand."""
    wanted, text = strip(words), report.document.text
    for passage in report.structure.passages:
        if passage.role is not Role.BODY or wanted not in strip(passage.span.of(text)):
            continue
        clauses = passage.clauses or (passage.span,)
        for first, clause in enumerate(clauses):
            for last in clauses[first:]:
                span = Span(clause.start, last.end)
                if len(span) > MAX_QUOTE:
                    break
                if wanted in strip(span.of(text)) and wanted not in strip(
                    text[clauses[first + 1].start : last.end] if first + 1 < len(clauses) else ""
                ):
                    return Quote(passage, trim_quote(text, span), 1.0)
    return None
