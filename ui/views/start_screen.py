"""What a reader sees before the first question: how far loading has come, and what the reports are."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from rag.service import Readiness
from ui.reports.opening import Opening
from ui.texts import Words
from ui.views.answer import AnswerPrinter
from ui.views.templates import CHAT, PAGE, render


def render_head(words: Words) -> str:
    """Return the name of the page, and the way to the report where only one pane has room.

    The script names what Gradio leaves in English or without a name by it (assets/chat/repairs.js).
    """
    return render(PAGE, "head", words=words)


def render_start(openings: Sequence[Opening], words: Words) -> str:
    """Return the empty conversation: the first report as a good editor would open it, then the others."""
    overview = openings[0].overview if openings else None
    told = Markup()
    if overview is not None:
        document = openings[0].report.document.id
        told = AnswerPrinter({document: openings[0].report}, words).print_text(overview)
    return render(CHAT, "start", openings=openings, overview=told, words=words)


def render_progress(readiness: Readiness, words: Words) -> str:
    """Return how far loading has come, or why it failed."""
    return render(PAGE, "progress", readiness=readiness, words=words)
