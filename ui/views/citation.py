"""The card of a citation: its quote, its place, its period, and buttons to copy it."""

from __future__ import annotations

from index.types import IndexedDocument, Span
from ui.texts import Words
from ui.texts.labels import name_period, name_section
from ui.views.templates import PAGE, render


def render_card(indexed: IndexedDocument, span: Span, words: Words) -> str:
    """Return the card of a cited `span`: quote, badge, section path, and buttons that copy it or its link."""
    document = indexed.document
    passage = next((one for one in indexed.structure.passages if one.span.overlaps(span)), None)
    section = name_section(passage.section) if passage else ""
    quote = span.of(document.text)
    copied = words.copied_quote.format(
        quote=quote, title=document.meta.title, section=section, date=document.meta.date_text
    )
    return render(
        PAGE,
        "card",
        quote=quote,
        badge=name_period(passage.period, words) if passage else "",
        kind=passage.period.kind if passage else "",
        place=section,
        copied=copied,
        words=words,
    )
