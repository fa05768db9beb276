"""Replying to a question: the answer as it grows, then the passages behind it and questions to go on with."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from rag.errors import RagError
from rag.inputs import clean_question
from rag.service import ReportService
from rag.types import Answer, Question, Status
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
        there first; the rest of what belongs to it follows.
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
        exchange.growing = False
        writer.write(exchange)
        yield
        if answer is not None and answer.status is not Status.SMALLTALK:
            self._follow_up(conversation, exchange, answer, words)
            if conversation.find(exchange.id):
                writer.write(exchange)
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

    def _follow_up(
        self, conversation: Conversation, exchange: Exchange, answer: Answer, words: Words
    ) -> None:
        """Add the passages that retrieval puts first, and questions to go on with."""
        documents = conversation.choice.documents
        history = (*conversation.turns_before(exchange), *exchange.turns)

        def ask(question: str) -> Answer:
            return self._service.ask(Question(question, history, documents))

        asked = {earlier.asked for earlier in conversation.exchanges}
        try:
            exchange.found = tuple(self._service.search(answer.standalone_question, documents, _RETRIEVED))
            exchange.follow_ups = self._suggester.suggest(answer, self._service.documents, words, asked, ask)
        except Exception:
            # The answer stands; what would have come after it is left out.
            _LOG.exception("Nothing could be found to go on with after %r.", exchange.asked)
