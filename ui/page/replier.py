"""Replying to a question: the answer as it grows, its passages, then questions to go on with."""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterator
from contextlib import closing

from rag.budget import Budget
from rag.errors import AbandonedError, RagError
from rag.limits import clean_question
from rag.observation.logs import Private
from rag.service import ReportService
from rag.types import Answer, Citation, Mode, Question, Stage, Status
from ui.conversation.model import Conversation, Exchange
from ui.page.messages import ReplyWriter
from ui.reports.suggestions import SUGGESTIONS, Suggester, wish_for_summary
from ui.texts import Words

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

        Ends early when the exchange is stopped or dropped from the conversation, and a model that is writing
        stops with it. What is worth reading stands there first; questions to go on with follow, and leave the
        finished text as it stands.
        """
        problem = yield from self._ask(conversation, exchange, words)
        if not exchange.growing:
            return
        if problem:
            exchange.answer, exchange.problem = None, problem
        answer = exchange.answer
        found = answer if answer is not None and answer.status is not Status.SMALLTALK else None
        if found:
            exchange.found = self._find_passages(found, conversation.choice.documents)
        if not self.make_writer(conversation, words).finish(exchange):
            return
        yield
        if found and conversation.find(exchange.id):
            exchange.follow_ups = self._find_follow_ups(conversation, exchange, found, words)
            yield

    def make_writer(self, conversation: Conversation, words: Words) -> ReplyWriter:
        """Return what writes the replies of a conversation."""
        documents = self._service.documents if self._service.readiness.ready else {}
        return ReplyWriter(documents, words, conversation)

    def _ask(
        self, conversation: Conversation, exchange: Exchange, words: Words
    ) -> Generator[None, None, str]:
        """Let the answer grow as the service gives it; return a sentence on what went wrong, if anything."""
        choice = conversation.choice
        self.make_writer(conversation, words).tell(exchange, words.searching)
        yield
        try:
            question = Question(
                clean_question(exchange.asked),
                conversation.turns_before(exchange),
                choice.documents,
                choice.mode,
                Budget(lambda: exchange.growing),
            )
            with closing(self._service.stream(question)) as items:
                yield from self._follow(items, conversation, exchange, words)
        except AbandonedError:
            return ""
        except RagError as error:
            return str(error)
        except Exception:
            _LOG.exception("The question could not be answered.")
            return words.broken
        return ""

    def _follow(
        self, items: Iterator[Stage | Answer], conversation: Conversation, exchange: Exchange, words: Words
    ) -> Iterator[None]:
        """Show what comes; each item, also one that tells nothing new, is a chance to leave."""
        told = Stage.SEARCHING
        for item in items:
            if not exchange.growing:
                return
            writer = self.make_writer(conversation, words)
            if isinstance(item, Answer):
                yield from writer.grow(exchange, item)
            elif exchange.answer is None and item is not told:
                told = item
                writer.tell(exchange, words.writing)
                yield

    def _find_passages(self, answer: Answer, documents: tuple[str, ...] | None) -> tuple[Citation, ...]:
        """Return the passages that retrieval puts first; the answer stands without them, too."""
        try:
            return tuple(self._service.search(answer.standalone_question, documents, _RETRIEVED))
        except Exception:
            _LOG.exception("No passages could be retrieved for %r.", Private(answer.standalone_question))
            return ()

    def _find_follow_ups(
        self, conversation: Conversation, exchange: Exchange, answer: Answer, words: Words
    ) -> tuple[str, ...]:
        """Return questions to go on with, each of which the service answers; none where that fails.

        Where a language model words answers, one of them asks for a summary.
        """
        documents = conversation.choice.documents
        history = (*conversation.turns_before(exchange), *exchange.turns)

        def ask(question: str) -> Answer:
            return self._service.ask(Question(question, history, documents))

        # What was offered before is not offered again: the same three under every answer lead nowhere.
        asked = {one for earlier in conversation.exchanges for one in (earlier.asked, *earlier.follow_ups)}
        try:
            drawn = self._suggester.suggest(answer, self._service.documents, words, asked, ask)
        except Exception:
            _LOG.exception("Nothing could be found to go on with after %r.", Private(exchange.asked))
            return ()
        wish = wish_for_summary(answer, words) if conversation.choice.mode is Mode.LLM else None
        return drawn if wish is None or wish in asked else (*drawn[: SUGGESTIONS - 1], wish)
