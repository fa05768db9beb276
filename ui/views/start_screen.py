"""What a reader sees before the first question: how far loading has come, and what the reports are."""

from __future__ import annotations

from collections.abc import Sequence

from index.types import IndexedDocument
from rag.service import Readiness
from ui.texts import Words
from ui.views.templates import CHAT, PAGE, render


def render_head(words: Words) -> str:
    """Return the name of the page, and the way to the report where only one pane has room.

    The script names what Gradio leaves in English or without a name by it (assets/chat/repairs.js).
    """
    return render(PAGE, "head", words=words)


def render_placeholder(documents: Sequence[IndexedDocument], words: Words) -> str:
    """Return the empty conversation: title, place, date and source of each report."""
    return render(CHAT, "start", reports=[indexed.document.meta for indexed in documents], words=words)


def render_progress(readiness: Readiness, words: Words) -> str:
    """Return how far loading has come, or why it failed."""
    return render(PAGE, "progress", readiness=readiness, words=words)
