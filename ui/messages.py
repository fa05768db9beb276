"""A conversation as the messages of the chat: questions, replies, what can be done with them, follow-ups."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any

from index.types import IndexedDocument
from rag.types import Status
from ui.answers import AnswerPrinter
from ui.conversation import Conversation, Exchange, Verdict
from ui.found import render_found
from ui.markup import escape_markdown
from ui.sending import Action
from ui.words import Words


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
    states = {"growing": exchange.growing, "edited": exchange is conversation.edited}
    return "".join(f'<span class="{name}"></span>' for name, holds in states.items() if holds)


class ReplyWriter:
    """Writes the replies of a conversation in one language, with at most `sources` sources under each."""

    def __init__(self, documents: Mapping[str, IndexedDocument], words: Words, sources: int) -> None:
        self._documents = documents
        self._words = words
        self._printer = AnswerPrinter(documents, words, sources)

    def grow(self, exchange: Exchange) -> Generator[None, None, bool]:
        """Let the reply grow to its whole answer, one step each time; return whether it came so far."""
        if exchange.answer is None:
            return True
        for shown in self._printer.stream(exchange.answer, exchange.asked):
            if not exchange.growing:
                return False
            exchange.shown = shown
            yield
        return exchange.growing

    def write(self, exchange: Exchange) -> None:
        """Write the whole reply: the answer or what went wrong, and what can be done with it."""
        reply, panel = (
            f'<p class="problem">{escape_markdown(exchange.problem or self._words.stopped)}</p>',
            "",
        )
        if exchange.answer is not None:
            *_, reply = self._printer.stream(exchange.answer, exchange.asked)
            if exchange.answer.status is Status.SMALLTALK:
                exchange.shown = reply
                return
            panel = render_found(exchange.answer, exchange.found, self._documents, self._words)
        exchange.shown = reply + self._render_actions(exchange) + panel

    def stop(self, exchange: Exchange) -> None:
        """Say under what has grown of a reply that it was stopped; it is no answer."""
        exchange.answer = None
        stopped = f'<p class="stopped">{self._words.stopped}</p>'
        exchange.shown += stopped + self._render_actions(exchange)

    def _render_actions(self, exchange: Exchange) -> str:
        words = self._words
        actions = [(Action.RETRY, words.retry, False), (Action.EDIT, words.edit, False)]
        if exchange.answer is not None:
            actions += [
                (Action.UP, words.helpful, exchange.verdict is Verdict.UP),
                (Action.DOWN, words.unhelpful, exchange.verdict is Verdict.DOWN),
            ]
        buttons = "".join(
            f'<button type="button" class="act act-{name}{" chosen" if chosen else ""}">'
            f"{'✓ ' if chosen else ''}{label}</button>"
            for name, label, chosen in actions
        )
        noted = f'<span class="noted">{words.noted}</span>' if exchange.verdict else ""
        return f'<p class="acts exchange-{exchange.id}">{buttons}{noted}</p>'
