"""What the page does for a visitor: opening, asking, and whatever can be pressed."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import AsyncIterator, Iterator, Sequence

import gradio as gr

from index.language.text import has_chinese
from rag.service import ReportService
from ui.conversation.browser_copy import keep, restore
from ui.conversation.export import write_exchange, write_markdown
from ui.conversation.feedback import Feedback, FeedbackError, FeedbackStore
from ui.conversation.model import Choice, Conversation, Exchange, Verdict
from ui.page.bridge import Action, Parcel, pack, read_press
from ui.page.components import Components, Updates
from ui.page.messages import render_messages
from ui.page.opener import Opener
from ui.page.replier import Replier
from ui.page.settings_drawer import offered_modes
from ui.texts import CHINESE, ENGLISH, Words, words_for

_LOG = logging.getLogger(__name__)


class Controller:
    """Looks after every visitor; `components` are the page's components, whose updates every method gives."""

    def __init__(self, service: ReportService, components: Components) -> None:
        self._service = service
        self._components = components
        self._modes = offered_modes(service.settings)
        self._opener = Opener(service, components)
        self._replier = Replier(service)
        self._feedback = FeedbackStore(service.settings.data)
        self._visitors: dict[str | None, Conversation] = {}

    async def open(self, conversation: Conversation, request: gr.Request) -> AsyncIterator[Updates]:
        """Open the page; the browser then sends what it has kept."""
        self._visitors[request.session_hash] = conversation
        conversation.choice = Choice(mode=self._modes[0])
        async for updates in self._opener.open(conversation.choice, words_for(request)):
            yield updates

    def leave(self, request: gr.Request) -> None:
        """Let be what grows for a visitor who has closed the page: a model stops with it."""
        if conversation := self._visitors.pop(request.session_hash, None):
            for _ in conversation.stop():
                pass

    # Asking

    def ask(self, asked: str, conversation: Conversation, request: gr.Request) -> Iterator[Updates]:
        """Answer a question as text that grows; the question box is cleared once, for the next one."""
        if not asked.strip():
            yield self._unchanged
            return
        words = words_for(request)
        withdrawn = self._offer_undo(False) if conversation.cleared else {}
        exchange = conversation.begin(asked)
        first = self._empty_box(words) | withdrawn
        growing = True
        for _ in self._replier.reply(conversation, exchange, words):
            yield first | self._show(conversation)
            first = {}
            if growing and not exchange.growing:
                growing = False
                yield self._keep(conversation)
        # At its end Gradio gives the last update again, which must not bring back what was stopped or cut.
        ended_early = exchange.stopped or conversation.find(exchange.id) is None
        yield (self._show(conversation) if ended_early else {}) | self._keep(conversation)

    def ask_chosen(
        self, conversation: Conversation, event: gr.SelectData, request: gr.Request
    ) -> Iterator[Updates]:
        """Answer the example or follow-up question that was chosen."""
        value = event.value
        yield from self.ask(value["text"] if isinstance(value, dict) else value, conversation, request)

    def stop(self, conversation: Conversation, request: gr.Request) -> Updates:
        """Let every growing answer be."""
        writer = self._replier.make_writer(conversation, words_for(request))
        for exchange in conversation.stop():
            writer.stop(exchange)
        return self._show(conversation) | self._keep(conversation)

    def clear(self, conversation: Conversation, request: gr.Request) -> Updates:
        """Forget the conversation, here and in the browser, and offer to bring it back."""
        conversation.clear()
        boxes = self._empty_box(words_for(request)) | self.close_remark(conversation)
        offered = self._offer_undo(bool(conversation.cleared))
        return self._show(conversation) | self._keep(conversation) | boxes | offered

    def undo(self, conversation: Conversation, request: gr.Request) -> Updates:
        """Bring back what was cleared last."""
        conversation.bring_back()
        self._write_all(conversation, words_for(request))
        return self._show(conversation) | self._keep(conversation) | self._offer_undo(False)

    def _offer_undo(self, offered: bool) -> Updates:
        return {self._components.undo: gr.update(visible=offered)}

    # What is pressed in a message

    def press(self, sent: str, conversation: Conversation, request: gr.Request) -> Iterator[Updates]:
        """Do what the browser asks for (`ui.page.bridge`)."""
        press = read_press(sent)
        words = words_for(request)
        if press is None:
            yield self._unchanged
            return
        if press.action is Action.RESTORE:
            yield self._restore(press.text, conversation, words)
            return
        if press.action is Action.ASK:
            yield from self.ask(press.text, conversation, request)
            return
        exchange = conversation.find(press.exchange)
        if exchange is None or exchange.growing:
            yield self._unchanged
            return
        if press.action is Action.MORE:
            if exchange is not conversation.exchanges[-1]:  # what is asked goes on from the last answer
                yield self._unchanged
                return
            asked_in = CHINESE if has_chinese(exchange.asked) else ENGLISH
            yield from self.ask(asked_in.ask_more, conversation, request)
        elif press.action is Action.RETRY:
            conversation.cut(exchange)
            yield from self.ask(exchange.asked, conversation, request)
        elif press.action is Action.EDIT:
            conversation.edited = exchange
            box = gr.update(value=exchange.asked, label=words.editing)
            yield self._show(conversation) | {self._components.question: box}
        elif press.action is Action.COPY:
            text = write_exchange(exchange, self._service.documents, words, self._find_site(request))
            yield {self._components.handed: pack(Parcel.COPY, text, words.copied)}
        else:
            yield self._judge(exchange, Verdict(press.action.value), conversation, words)

    def cancel_edit(self, conversation: Conversation, request: gr.Request) -> Updates:
        """Empty the question box; the next question is a new one."""
        conversation.edited = None
        return self._show(conversation) | self._empty_box(words_for(request))

    def _empty_box(self, words: Words) -> Updates:
        return {self._components.question: gr.update(value="", label=words.question)}

    # Feedback

    def _judge(
        self, exchange: Exchange, verdict: Verdict, conversation: Conversation, words: Words
    ) -> Updates:
        """Record a verdict and offer to explain it; the same one a second time takes it back."""
        withdrawn = exchange.verdict is verdict
        exchange.verdict = None if withdrawn else verdict
        self._record(exchange, "", words)
        self._replier.make_writer(conversation, words).write(exchange)
        # A box that is empty is let be: this may reach the browser after the first words of a comment.
        remark = {} if conversation.remarked is None else self.close_remark(conversation)
        if not withdrawn:
            conversation.remarked = exchange
            remark |= {self._components.remark: gr.update(visible=True)}
        return self._show(conversation) | self._keep(conversation) | remark

    def remark(self, comment: str, conversation: Conversation, request: gr.Request) -> Updates:
        """Record the comment on the verdict given last."""
        if conversation.remarked is not None:
            self._record(conversation.remarked, comment.strip(), words_for(request))
        return self.close_remark(conversation)

    def close_remark(self, conversation: Conversation) -> Updates:
        """Empty the comment box and put it away."""
        conversation.remarked = None
        return {
            self._components.remark: gr.update(visible=False),
            self._components.comment: gr.update(value=""),
        }

    def _record(self, exchange: Exchange, comment: str, words: Words) -> None:
        answer, verdict = exchange.answer, exchange.verdict
        if answer is None:
            return
        try:
            if verdict is None:
                self._feedback.forget(answer.id)
            else:
                now = dt.datetime.now(dt.UTC)
                self._feedback.save(Feedback(answer, exchange.asked, verdict, comment, now))
        except FeedbackError:
            _LOG.exception("Feedback could not be recorded.")
            exchange.verdict = None
            gr.Warning(words.not_noted)

    # Settings, export, and what the browser keeps

    def choose(
        self,
        documents: Sequence[str],
        mode: str,
        sources: int,
        conversation: Conversation,
        request: gr.Request,
    ) -> Updates:
        """Take over a changed setting, and show the conversation accordingly."""
        conversation.choice = self._components.drawer.read(
            documents, mode, sources, list(self._service.documents)
        )
        self._write_all(conversation, words_for(request))
        return self._show(conversation) | self._keep(conversation)

    def export(self, conversation: Conversation, request: gr.Request) -> Updates:
        """Hand the conversation to the visitor as a file."""
        words = words_for(request)
        text = write_markdown(conversation, self._service.documents, words, self._find_site(request))
        return {self._components.handed: pack(Parcel.FILE, text, f"{words.page_title}.md")}

    def _find_site(self, request: gr.Request) -> str:
        """Return the page's address as the browser knows it, which a proxy need not pass on."""
        origin = request.headers.get("origin", "")
        if origin.startswith("http"):
            return f"{origin}{self._service.settings.root_path}"
        return str(request.request.base_url)

    def _restore(self, kept: str, conversation: Conversation, words: Words) -> Updates:
        """Show what the browser has kept; what makes no sense is forgotten there."""
        if conversation.exchanges:
            return self._unchanged
        documents = self._service.documents
        restored = restore(kept, documents, self._modes, words.outdated)
        if restored is not None:
            conversation.exchanges, conversation.choice = restored.exchanges, restored.choice
            self._write_all(conversation, words)
        drawer = self._components.drawer.describe(conversation.choice, documents, words)
        return self._show(conversation) | self._keep(conversation) | drawer

    def _write_all(self, conversation: Conversation, words: Words) -> None:
        writer = self._replier.make_writer(conversation, words)
        for exchange in conversation.exchanges:
            if not exchange.growing:
                writer.write(exchange)

    @property
    def _unchanged(self) -> Updates:
        """To be yielded where nothing changes: Gradio empties the page after a generator without a yield."""
        return {self._components.received: gr.skip()}

    def _show(self, conversation: Conversation) -> Updates:
        return {self._components.chat: render_messages(conversation)}

    def _keep(self, conversation: Conversation) -> Updates:
        return {self._components.received: pack(Parcel.KEEP, keep(conversation))}
