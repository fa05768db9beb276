"""A conversation as the messages of the chat: questions, replies, what can be done with them, follow-ups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from index.types import IndexedDocument
from rag.types import Answer, Mode, Status
from ui.conversation.model import Conversation, Exchange, Verdict
from ui.page.bridge import Action
from ui.texts import Words
from ui.views.answer import AnswerPrinter
from ui.views.markup import escape_markdown
from ui.views.retrieval import render_found
from ui.views.templates import CHAT, render


def render_messages(conversation: Conversation) -> list[dict[str, Any]]:
    """Return the messages as `gr.Chatbot` takes them; their content is Markdown that holds our HTML."""
    messages: list[dict[str, Any]] = []
    for exchange in conversation.exchanges:
        messages += (
            {"role": "user", "content": escape_markdown(exchange.asked)},
            {
                "role": "assistant",
                "content": exchange.shown + _tell_state(exchange, conversation),
                "options": [{"value": question} for question in exchange.follow_ups],
            },
        )
    return messages


def _tell_state(exchange: Exchange, conversation: Conversation) -> str:
    """Return what tells the style sheet which buttons there is a reason for."""
    states = {
        "growing": exchange.growing,
        "edited": exchange is conversation.edited,
        "latest": exchange is conversation.exchanges[-1],
    }
    return "".join(f'<span class="{name}"></span>' for name, holds in states.items() if holds)


class ReplyWriter:
    """Writes the replies of a conversation in one language, with as many sources under each as it wants."""

    def __init__(
        self, documents: Mapping[str, IndexedDocument], words: Words, conversation: Conversation
    ) -> None:
        self._documents = documents
        self._words = words
        self._lock = conversation.lock
        self._printer = AnswerPrinter(documents, words, conversation.choice.sources)

    def tell(self, exchange: Exchange, progress: str) -> None:
        """Say what is being done for an exchange that grows."""
        with self._lock:
            if exchange.growing:
                exchange.shown = render(CHAT, "told", css="searching", text=progress)

    def grow(self, exchange: Exchange, answer: Answer) -> Iterator[None]:
        """Let the reply grow to `answer`, one step each time, for as long as the exchange grows."""
        writes_on = answer.mode is Mode.LLM and answer.status is Status.ANSWERED
        steps = self._printer.stream(answer, exchange.asked)
        for shown in islice(steps, 1) if writes_on else steps:
            with self._lock:
                if not exchange.growing:
                    return
                exchange.answer, exchange.shown = answer, shown
            yield

    def finish(self, exchange: Exchange) -> bool:
        """Write the whole reply to an exchange that grows, which ends with it; return whether it grew."""
        with self._lock:
            if not exchange.growing:
                return False
            exchange.growing = False
            self.write(exchange)
            return True

    def write(self, exchange: Exchange) -> None:
        """Write the whole reply: the answer or what went wrong, and what can be done with it."""
        problem = exchange.problem or self._words.stopped
        reply, panel = render(CHAT, "told", css="problem", text=problem), ""
        if exchange.answer is not None:
            *_, reply = self._printer.stream(exchange.answer, exchange.asked)
            if exchange.answer.status is Status.SMALLTALK:
                exchange.shown = reply
                return
            reply += self._stopped if exchange.stopped else ""
            panel = render_found(exchange.answer, exchange.found, self._documents, self._words)
        exchange.shown = reply + self._render_actions(exchange) + panel

    def stop(self, exchange: Exchange) -> None:
        """Say under what has grown of a reply that it was stopped.

        What a model wrote was checked sentence by sentence and stays an answer; a part of an extract is none.
        """
        with self._lock:
            if not exchange.growing:
                return
            if exchange.answer is not None and exchange.answer.mode is Mode.LLM:
                self.write(exchange)
            else:
                exchange.answer = None
                exchange.shown += self._stopped + self._render_actions(exchange)
            exchange.growing = False

    @property
    def _stopped(self) -> str:
        return render(CHAT, "told", css="stopped", text=self._words.stopped)

    def _render_actions(self, exchange: Exchange) -> str:
        words = self._words
        actions = [
            (Action.RETRY, words.retry, False, False),
            (Action.EDIT, words.edit, False, False),
        ]
        coverage = exchange.answer.coverage if exchange.answer else None
        if coverage and coverage.found > coverage.shown:
            count = coverage.found - coverage.shown
            actions.insert(0, (Action.MORE, words.show_more.format(count=count), False, False))
        if exchange.answer is not None:
            actions += [
                (Action.COPY, words.copy_answer, False, False),
                (Action.UP, words.helpful, exchange.verdict is Verdict.UP, True),
                (Action.DOWN, words.unhelpful, exchange.verdict is Verdict.DOWN, True),
            ]
        return render(CHAT, "actions", actions=actions, exchange=exchange, words=words)
