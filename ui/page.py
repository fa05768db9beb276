"""The page: conversation left, report right, as a Gradio application around a ReportService."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import gradio as gr

from index.types import IndexedDocument
from rag.errors import RagError
from rag.inputs import MAX_HISTORY, MAX_QUESTION, clean_question
from rag.service import ReportService
from rag.types import Question, Status, Turn
from ui.answers import AnswerPrinter
from ui.examples import suggest_questions
from ui.markup import escape_markdown
from ui.pane import render_pane
from ui.starting import render_head, render_placeholder, render_progress
from ui.words import CHINESE, Words, choose_words

_LOG = logging.getLogger(__name__)
ASSETS = Path(__file__).parent / "assets"
# Gradio lets one visitor at a time into an event by default; a second one waited 5.5 s, with 8 it was 0.2 s.
CONCURRENT_QUESTIONS = 8
# Seconds between two looks at a service that is still loading.
_LOADING_INTERVAL = 0.25

Updates = tuple[Any, ...]


@dataclass(slots=True)
class Conversation:
    """One visitor's conversation: what the service is told of it, and what the chat shows of it.

    It is changed in place, because a visitor may ask on while an answer is still growing: each answer grows
    its own message, and every update shows them all.
    """

    turns: list[Turn] = field(default_factory=list)
    messages: list[dict[str, str]] = field(default_factory=list)

    def say(self, role: str, content: str) -> dict[str, str]:
        """Add a message (`content` is Markdown) and return it, for the caller to grow."""
        self.messages.append({"role": role, "content": content})
        return self.messages[-1]

    def clear(self) -> None:
        """Forget everything; answers that still grow are no longer shown."""
        self.turns, self.messages = [], []


def build_page(service: ReportService) -> gr.Blocks:
    """Return the page. It is built in Chinese; `_Host.open` puts it into the language of each browser."""
    host = _Host(service)
    with gr.Blocks(analytics_enabled=False, title=CHINESE.page_title, fill_width=True) as page:
        conversation = gr.State(Conversation())
        with gr.Row(elem_id="room"):
            with gr.Column(elem_id="conversation", scale=5, min_width=320):
                head = gr.HTML(render_head(CHINESE), elem_id="head", js_on_load=None)
                chat = gr.Chatbot(
                    elem_id="chat",
                    show_label=False,
                    container=False,
                    height="100%",
                    latex_delimiters=[],
                    buttons=[],
                    feedback_options=None,
                    sanitize_html=True,
                )
                question = gr.Textbox(
                    label=CHINESE.question,
                    placeholder=CHINESE.question_hint,
                    elem_id="question",
                    max_lines=4,
                    max_length=MAX_QUESTION,
                    interactive=False,
                    submit_btn=True,
                )
            with gr.Column(elem_id="source", scale=6, min_width=320):
                pane = gr.HTML(elem_id="pane", js_on_load=None)

        quiet = {"api_visibility": "private", "show_progress": "hidden"}
        page.load(host.open, None, [head, chat, pane, question], concurrency_limit=None, **quiet)
        # By default a question that is sent while another is being answered would be dropped.
        asking = {"trigger_mode": "multiple", "concurrency_limit": CONCURRENT_QUESTIONS, **quiet}
        answering = [question, chat]
        question.submit(host.answer, [question, conversation], answering, **asking)
        chat.example_select(host.answer_example, conversation, answering, **asking)
        chat.clear(Conversation.clear, conversation, None, queue=False, **quiet)
    return page


class _Host:
    """What the page does when it is opened and when a question is sent."""

    def __init__(self, service: ReportService) -> None:
        self._service = service
        self._examples: dict[tuple[str, ...], list[str]] = {}

    async def open(self, request: gr.Request) -> AsyncIterator[Updates]:
        """Show how far loading has come, then the start screen; the question box opens with it.

        Yields updates of the head, the chat, the report pane and the question box.
        """
        words = _words(request)
        head = render_head(words)
        box = gr.update(label=words.question, placeholder=words.question_hint)
        while not (readiness := self._service.readiness).ready:
            yield head, gr.update(placeholder=words.loading), render_progress(readiness, words), box
            if readiness.error is not None:
                return
            await asyncio.sleep(_LOADING_INTERVAL)
        documents = self._service.documents
        reports = list(documents.values())
        examples = await asyncio.to_thread(self._find_examples, reports, words)
        yield (
            head,
            gr.update(
                placeholder=render_placeholder(reports, words),
                examples=[{"text": example} for example in examples],
            ),
            render_pane(documents, words),
            box | {"interactive": bool(documents)},
        )

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

    def answer_example(
        self, conversation: Conversation, event: gr.SelectData, request: gr.Request
    ) -> Iterator[Updates]:
        """Answer the example question that was chosen."""
        yield from self.answer(event.value["text"], conversation, request)

    def answer(self, asked: str, conversation: Conversation, request: gr.Request) -> Iterator[Updates]:
        """Answer a question as text that grows.

        Yields updates of the question box (cleared once, so that the next question can be typed meanwhile)
        and of the chat.
        """
        if not asked.strip():
            yield gr.skip(), gr.skip()
            return
        words = _words(request)
        conversation.say("user", escape_markdown(asked))
        reply = conversation.say("assistant", f'<p class="searching">{words.searching}</p>')
        yield "", conversation.messages
        for reply["content"] in self._reply(asked, conversation, words):
            yield gr.skip(), conversation.messages

    def _reply(self, asked: str, conversation: Conversation, words: Words) -> Iterator[str]:
        """Yield the reply to a question as it grows: an answer, or a sentence on what went wrong."""
        try:
            history = tuple(conversation.turns[-MAX_HISTORY:])
            answer = self._service.ask(Question(clean_question(asked), history=history))
            documents = self._service.documents
        except RagError as error:
            yield _render_problem(str(error))
        except Exception:
            _LOG.exception("The question could not be answered.")
            yield _render_problem(words.broken)
        else:
            conversation.turns += Turn("user", asked), Turn("assistant", answer.answer)
            yield from AnswerPrinter(documents, words).stream(answer, asked)


def _render_problem(sentence: str) -> str:
    return f'<p class="problem">{escape_markdown(sentence)}</p>'


def _words(request: gr.Request) -> Words:
    return choose_words(request.headers.get("accept-language"))
