"""The page: conversation left, report right, as a Gradio application around a ReportService."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from rag.errors import RagError
from rag.service import ReportService
from rag.types import Question, Turn
from ui.answers import AnswerPrinter
from ui.markup import escape_markdown
from ui.starting import render_head, render_pane, render_placeholder, render_progress, suggest_questions
from ui.words import CHINESE, Words, choose_words

ASSETS = Path(__file__).parent / "assets"
# Gradio lets one visitor at a time into an event by default; a second one waited 5.5 s, with 8 it was 0.2 s.
CONCURRENT_QUESTIONS = 8
# Seconds between two looks at a service that is still loading.
_LOADING_INTERVAL = 0.25
# The limits of `POST /api/ask`.
_LONGEST_QUESTION = 2000
_HISTORY_LIMIT = 40

Updates = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Conversation:
    """One visitor's conversation: what the service is told of it, and what the chat shows of it."""

    turns: tuple[Turn, ...] = ()
    messages: tuple[dict[str, str], ...] = ()

    def say(self, role: str, content: str) -> Conversation:
        """Return the conversation with one more message on show; `content` is Markdown."""
        return Conversation(self.turns, (*self.messages, {"role": role, "content": content}))

    def remember(self, question: str, answer: str) -> Conversation:
        """Return the conversation with one more exchange to look back on."""
        turns = (*self.turns, Turn("user", question), Turn("assistant", answer))
        return Conversation(turns[-_HISTORY_LIMIT:], self.messages)


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
                    max_length=_LONGEST_QUESTION,
                    interactive=False,
                    submit_btn=True,
                )
            with gr.Column(elem_id="source", scale=6, min_width=320):
                pane = gr.HTML(elem_id="pane", js_on_load=None)

        quiet = {"api_visibility": "private", "show_progress": "hidden"}
        page.load(host.open, None, [head, chat, pane, question], concurrency_limit=None, **quiet)
        asking = {"concurrency_limit": CONCURRENT_QUESTIONS, "concurrency_id": "ask", **quiet}
        answering = [question, chat, conversation]
        question.submit(host.answer, [question, conversation], answering, **asking)
        chat.example_select(host.answer_example, conversation, answering, **asking)
        chat.clear(Conversation, None, conversation, queue=False, **quiet)
    return page


class _Host:
    """What the page does when it is opened and when a question is sent."""

    def __init__(self, service: ReportService) -> None:
        self._service = service

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
        examples = [{"text": example} for example in suggest_questions(reports, words)]
        yield (
            head,
            gr.update(placeholder=render_placeholder(reports, words), examples=examples),
            render_pane(documents, words),
            box | {"interactive": bool(documents)},
        )

    def answer_example(
        self, conversation: Conversation, event: gr.SelectData, request: gr.Request
    ) -> Iterator[Updates]:
        """Answer the example question that was chosen."""
        yield from self.answer(event.value["text"], conversation, request)

    def answer(self, asked: str, conversation: Conversation, request: gr.Request) -> Iterator[Updates]:
        """Answer a question as text that grows.

        Yields updates of the question box (cleared once, so that the next question can be typed meanwhile),
        the chat and the conversation.
        """
        if not asked.strip():
            yield gr.skip(), gr.skip(), gr.skip()
            return
        words = _words(request)
        history = conversation.turns
        conversation = conversation.say("user", escape_markdown(asked))
        waiting = conversation.say("assistant", f'<p class="searching">{words.searching}</p>')
        yield "", waiting.messages, conversation
        try:
            answer = self._service.ask(Question(asked, history=history))
            metas = {name: indexed.document.meta for name, indexed in self._service.documents.items()}
        except RagError as error:
            failed = conversation.say("assistant", f'<p class="problem">{escape_markdown(str(error))}</p>')
            yield gr.skip(), failed.messages, failed
            return
        for message in AnswerPrinter(metas, words).stream(answer, asked):
            grown = conversation.say("assistant", message)
            yield gr.skip(), grown.messages, gr.skip()
        yield gr.skip(), gr.skip(), grown.remember(asked, answer.answer)


def _words(request: gr.Request) -> Words:
    return choose_words(request.headers.get("accept-language"))
