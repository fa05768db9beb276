"""Opening the page: how far loading has come, then the start screen with questions to begin with."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence

import gradio as gr

from index.types import IndexedDocument
from rag.service import ReportService
from rag.types import Question, Status
from ui.conversation.model import Choice
from ui.page.bridge import Parcel, pack
from ui.page.components import Components, Updates
from ui.reports.examples import suggest_questions
from ui.texts import Words
from ui.views.pane import render_pane
from ui.views.start_screen import render_placeholder, render_progress

_LOG = logging.getLogger(__name__)
# Seconds between two looks at a service that is still loading.
_LOADING_INTERVAL = 0.25


class Opener:
    """Opens the page for every visitor; `components` are the page's components."""

    def __init__(self, service: ReportService, components: Components) -> None:
        self._service = service
        self._components = components
        self._examples: dict[tuple[str, ...], list[str]] = {}

    async def open(self, choice: Choice, words: Words) -> AsyncIterator[Updates]:
        """Show how far loading has come, then the start screen; the question box opens with it."""
        components = self._components
        labels = components.label(words)
        while not (readiness := self._service.readiness).ready:
            waiting = {components.chat: gr.update(placeholder=words.loading)}
            yield labels | waiting | {components.pane: render_progress(readiness, words)}
            if readiness.error is not None:
                return
            await asyncio.sleep(_LOADING_INTERVAL)
        documents = self._service.documents
        reports = list(documents.values())
        examples = await asyncio.to_thread(self._find_examples, reports, words)
        yield {
            **labels,
            **components.drawer.describe(choice, documents, words),
            components.chat: gr.update(
                placeholder=render_placeholder(reports, words),
                examples=[{"text": example} for example in examples],
            ),
            components.pane: render_pane(documents, words),
            components.question: labels[components.question] | {"interactive": bool(documents)},
            components.received: pack(Parcel.READY),
        }

    def _find_examples(self, reports: Sequence[IndexedDocument], words: Words) -> list[str]:
        """Return the example questions; they are put to the service once for each state of its reports."""
        state = tuple(indexed.document.sha256 for indexed in reports)
        if state not in self._examples:
            self._examples[state] = suggest_questions(reports, words, self._is_answered)
        return self._examples[state]

    def _is_answered(self, question: str) -> bool:
        try:
            return self._service.ask(Question(question)).status is Status.ANSWERED
        except Exception:
            _LOG.exception("The example question %r could not be answered.", question)
            return False
