"""What a reader sees before the first question: how far loading has come, and what the reports are."""

from __future__ import annotations

from collections.abc import Sequence

from index.types import DocumentMeta, IndexedDocument
from rag.service import Readiness
from ui.texts import Words
from ui.views.markup import escape_html, escape_markdown
from ui.views.pane import render_switch


def render_head(words: Words) -> str:
    """Return the name of the page, and the way to the report where only one pane has room.

    The script names what Gradio leaves in English or without a name by it (assets/chat/repairs.js).
    """
    return (
        f'<h1 data-send="{words.send}" data-log="{words.conversation}">{words.page_title}</h1>'
        f"<p>{words.tagline}</p>{render_switch(words, 'conversation')}"
    )


def render_placeholder(documents: Sequence[IndexedDocument], words: Words) -> str:
    """Return the empty conversation: title, place, date and source of each report."""
    cards = "".join(
        f'<div class="card"><strong>{escape_markdown(indexed.document.meta.title)}</strong><br>'
        f"{_name_origin(indexed.document.meta)}<br>"
        f"{words.source} · {escape_markdown(indexed.document.meta.source)}</div>"
        for indexed in documents
    )
    return f'<div class="start">{cards or words.no_documents}<p>{words.intro if cards else ""}</p></div>'


def _name_origin(meta: DocumentMeta) -> str:
    return " · ".join(filter(None, (escape_markdown(meta.place), meta.date_text or str(meta.year))))


def render_progress(readiness: Readiness, words: Words) -> str:
    """Return how far loading has come, or why it failed."""
    if readiness.error is not None:
        error = escape_html(readiness.error)
        return f'<div class="progress" role="alert"><p>{words.failed}</p><p>{error}</p></div>'
    counted = readiness.total > 1  # a stage of one step has nothing to count
    count = f" {readiness.done} / {readiness.total}" if counted else ""
    bar = f' value="{readiness.done}" max="{readiness.total}"' if counted else ""
    stage = escape_html(f"{words.of_stage(readiness.stage)}{count}")
    return (
        f'<div class="progress" role="status"><p>{words.loading}</p>'
        f'<progress{bar} aria-label="{words.report}"></progress><p>{stage}</p></div>'
    )
