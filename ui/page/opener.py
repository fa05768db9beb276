"""Opening the page: how far loading has come, then the start screen with questions to begin with."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

import gradio as gr

from rag.service import ReportService
from rag.types import Answer, Question
from ui.conversation.model import Choice
from ui.page.bridge import Parcel, pack
from ui.page.components import Components, Updates
from ui.reports.opening import Opening, complete, open_report
from ui.texts import Words
from ui.views.pane import render_pane
from ui.views.start_screen import render_progress, render_start

_LOG = logging.getLogger(__name__)
# Seconds between two looks at a service that is still loading.
_LOADING_INTERVAL = 0.25


class Opener:
    """Opens the page for every visitor; `components` are the page's components."""

    def __init__(self, service: ReportService, components: Components) -> None:
        self._service = service
        self._components = components
        self._openings: dict[tuple[str, str, str], Opening] = {}

    async def open(self, choice: Choice, words: Words) -> AsyncIterator[Updates]:
        """Show how far loading has come, then the start screen; the question box opens with it.

        What takes asking (the overview, the questions worth asking) comes a moment later.
        """
        components = self._components
        labels = components.label(words)
        while not (readiness := self._service.readiness).ready:
            waiting = {components.chat: gr.update(placeholder=words.loading)}
            yield labels | waiting | {components.pane: render_progress(readiness, words)}
            if readiness.error is not None:
                return
            await asyncio.sleep(_LOADING_INTERVAL)
        documents = self._service.documents
        openings = [open_report(report, words) for report in documents.values()]
        yield {
            **labels,
            **components.drawer.describe(choice, documents, words),
            components.chat: gr.update(placeholder=render_start(openings, words)),
            components.pane: render_pane(documents, words),
            components.question: labels[components.question] | {"interactive": bool(documents)},
            components.received: pack(Parcel.READY),
        }
        if not openings:
            return
        openings[0] = await asyncio.to_thread(self._complete, openings[0], words)
        yield {
            components.chat: gr.update(
                placeholder=render_start(openings, words),
                examples=[{"text": question} for question in openings[0].questions],
            )
        }

    def _complete(self, opening: Opening, words: Words) -> Opening:
        """Return the whole opening; what it asks is put to the service once for each report and language."""
        document = opening.report.document
        key = (document.id, document.sha256, words.tag)
        if key not in self._openings:
            whole = complete(opening, words, lambda question: self._ask(question, document.id))
            if whole.overview is None and not whole.questions:
                return whole  # nothing was answered: the next visitor asks again
            self._openings[key] = whole
        return self._openings[key]

    def _ask(self, question: str, document: str) -> Answer | None:
        try:
            return self._service.ask(Question(question, documents=(document,)))
        except Exception:
            _LOG.exception("The question %r of the start screen could not be answered.", question)
            return None
