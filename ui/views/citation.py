"""A citation as the page tells it: its link, its place, its period, and a card to copy it from."""

from __future__ import annotations

from index.types import GlossaryEntry, IndexedDocument, Span
from rag.types import Citation
from ui.texts import Words
from ui.texts.labels import name_period, name_section
from ui.views.markup import escape_html


def link_citation(citation: Citation) -> str:
    """Return the address of a marker, by which the page's script finds the cited words."""
    return f"#cite-{citation.n}-{citation.span.start}-{citation.span.end}"


def render_term(name: str, entry: GlossaryEntry, css: str = "") -> str:
    """Return a term, `name` being escaped already, as a link by which the script finds its definition."""
    address = f"#term-{entry.definition.start}-{entry.definition.end}"
    return f'<a class="{" ".join(filter(None, ("gloss", css)))}" href="{address}">{name}</a>'


def render_card(indexed: IndexedDocument, span: Span, words: Words) -> str:
    """Return the card of a cited `span`: quote, badge, section path, and buttons that copy it or its link."""
    document = indexed.document
    passage = next((one for one in indexed.structure.passages if one.span.overlaps(span)), None)
    section = name_section(passage.section) if passage else ""
    badge = name_period(passage.period, words) if passage else ""
    chip = (
        f'<span class="period {passage.period.kind}">{escape_html(badge)}</span>' if passage and badge else ""
    )
    quote = span.of(document.text)
    copied = words.copied_quote.format(
        quote=quote, title=document.meta.title, section=section, date=document.meta.date_text
    )
    return (
        f'<blockquote lang="zh">{escape_html(quote)}</blockquote>'
        f'<p class="where">{chip}<span lang="zh">{escape_html(section)}</span></p>'
        f'<p class="actions">'
        f'<button type="button" data-copy="{escape_html(copied)}">{words.copy_quote}</button>'
        f'<button type="button" data-permalink>{words.copy_link}</button>'
        f'<output data-copied="{words.copied}" data-failed="{words.not_copied}"></output></p>'
    )
