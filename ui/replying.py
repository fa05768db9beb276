"""Replying to a question: the answer as it grows, its passages, then questions to go on with."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from rag.errors import RagError
from rag.inputs import clean_question
from rag.service import ReportService
from rag.types import Answer, Citation, Question, Status
from ui.conversation import Conversation, Exchange
from ui.messages import ReplyWriter
from ui.suggestions import Suggester
from ui.words import Words

_LOG = logging.getLogger(__name__)
# Passages of the panel that tells how an answer was found.
_RETRIEVED = 10


class Replier:
    """Replies to the questions of all conversations."""

    def __init__(self, service: ReportService) -> None:
        self._service = service
        self._suggester = Suggester()

    def reply(self, conversation: Conversation, exchange: Exchange, words: Words) -> Iterator[None]:
        """Grow the reply to the question of `exchange`, and yield whenever there is more of it to see.

        Ends early when the exchange is stopped or dropped from the conversation. What is worth reading stands
        there first; questions to go on with follow, and leave the finished text as it stands.
        """
        exchange.shown = f'<p class="searching">{words.searching}</p>'
        yield
        answer, problem = self._ask(exchange.asked, conversation, exchange, words)
        if not exchange.growing:
            return
        exchange.answer, exchange.problem = answer, problem
        writer = self.make_writer(conversation, words)
        if not (yield from writer.grow(exchange)):
            return
        found = answer if answer is not None and answer.status is not Status.SMALLTALK else None
        if found:
            exchange.found = self._find_passages(found, conversation.choice.documents)
        exchange.growing = False
        writer.write(exchange)
        yield
        if found and conversation.find(exchange.id):
            exchange.follow_ups = self._find_follow_ups(conversation, exchange, found, words)
            yield

    def make_writer(self, conversation: Conversation, words: Words) -> ReplyWriter:
        """Return what writes the replies of a conversation."""
        documents = self._service.documents if self._service.readiness.ready else {}
        return ReplyWriter(documents, words, conversation.choice.sources)

    def _ask(
        self, asked: str, conversation: Conversation, exchange: Exchange, words: Words
    ) -> tuple[Answer | None, str]:
        """Return the answer, or a sentence on what went wrong."""
        choice = conversation.choice
        try:
            question = Question(
                clean_question(asked), conversation.turns_before(exchange), choice.documents, choice.mode
            )
            return self._service.ask(question), ""
        except RagError as error:
            return None, str(error)
        except Exception:
            _LOG.exception("The question could not be answered.")
            return None, words.broken

    def _find_passages(self, answer: Answer, documents: tuple[str, ...] | None) -> tuple[Citation, ...]:
        """Return the passages that retrieval puts first; the answer stands without them, too."""
        try:
            return tuple(self._service.search(answer.standalone_question, documents, _RETRIEVED))
        except Exception:
            _LOG.exception("No passages could be retrieved for %r.", answer.standalone_question)
            return ()

    def _find_follow_ups(
        self, conversation: Conversation, exchange: Exchange, answer: Answer, words: Words
    ) -> tuple[str, ...]:
        """Return questions to go on with, each of which the service answers; none where that fails."""
        documents = conversation.choice.documents
        history = (*conversation.turns_before(exchange), *exchange.turns)

        def ask(question: str) -> Answer:
            return self._service.ask(Question(question, history, documents))

        asked = {earlier.asked for earlier in conversation.exchanges}
        try:
            return self._suggester.suggest(answer, self._service.documents, words, asked, ask)
        except Exception:
            _LOG.exception("Nothing could be found to go on with after %r.", exchange.asked)
            return ()
