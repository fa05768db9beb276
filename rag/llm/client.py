"""The client of a language model: messages in, pieces of a reply out as they come, from a loop of its own."""

from __future__ import annotations

import atexit
import contextlib
import threading
import time
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import asdict, dataclass
from queue import Empty
from typing import TYPE_CHECKING, Any, Protocol

from rag.errors import ModelError, ModelFault, ModeUnavailableError
from rag.llm.breaker import Breaker
from rag.llm.endpoint import Endpoint, ListedModel, show_address
from rag.llm.reply import Reply
from rag.llm.tokens import TokenCounter
from rag.metrics import count_llm_call, count_llm_tokens

if TYPE_CHECKING:
    from anyio.from_thread import BlockingPortal

    from rag.settings import Settings

MOMENT = 0.1
"""Seconds without a piece after which the caller gets a chance to leave."""
PRICED = 1_000_000
"""Tokens that a price is for."""
DONE, CANCELLED = "done", "cancelled"


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation with a model; `role` is "system", "user" or "assistant"."""

    role: str
    content: str


class ChatModel(Protocol):
    """What is asked of a language model."""

    @property
    def name(self) -> str:
        """The model's name."""

    def write(
        self, messages: Sequence[Message], max_tokens: int, seconds: float | None = None
    ) -> Generator[str]:
        """Yield the reply piece by piece, and "" whenever nothing came for a moment.

        It ends within `seconds` (by default those of the settings). Closing the iterator stops the model.
        Raises ModelError.
        """

    def count_tokens(self, text: str) -> int:
        """Return how many tokens `text` takes at most, by a cautious estimate."""


class ChatClient:
    """The `ChatModel` that the settings name, safe from several threads; `close` ends what is under way.

    Nothing is imported, opened or started before the model is first asked.
    """

    def __init__(self, settings: Settings) -> None:
        if settings.llm_base_url is None:
            raise ModeUnavailableError("No language model is configured: set REPORT_RAG_LLM_BASE_URL.")
        self.settings = settings
        self.address = show_address(settings.llm_base_url)
        self._base_url = settings.llm_base_url
        self._breaker = Breaker(f"The language model at {self.address}")
        self._tokens = TokenCounter()
        self._lock = threading.Lock()
        self._opened: tuple[BlockingPortal, Endpoint] | None = None
        self._resources = contextlib.ExitStack()
        self._calls: set[Future[None]] = set()

    @property
    def name(self) -> str:
        """The model's name; the endpoint is asked when the settings leave it open. Raises ModelError."""
        if self.settings.llm_model is not None:
            return self.settings.llm_model
        portal, endpoint = self._open()
        return portal.call(endpoint.choose_model)

    def write(
        self, messages: Sequence[Message], max_tokens: int, seconds: float | None = None
    ) -> Generator[str]:
        """Yield the reply piece by piece; see `ChatModel.write`."""
        yield from self._follow(messages, Reply(max_tokens, seconds or self.settings.llm_timeout))

    def complete(self, messages: Sequence[Message], max_tokens: int) -> Reply:
        """Return a whole reply with its times and what the endpoint reports; raises ModelError."""
        reply = Reply(max_tokens, self.settings.llm_timeout)
        for _ in self._follow(messages, reply):
            pass
        return reply

    def count_tokens(self, text: str) -> int:
        """Return how many tokens `text` takes at most, by a cautious estimate."""
        return self._tokens.count(text)

    def list_models(self) -> list[ListedModel]:
        """Return the models that the endpoint lists; raises ModelError."""
        portal, endpoint = self._open()
        return portal.call(endpoint.list_models)

    def close(self) -> None:
        """Cancel what is under way and close every connection. The next call opens anew."""
        with self._lock:
            for call in tuple(self._calls):
                call.cancel()
            self._resources.close()
            self._opened = None
        atexit.unregister(self.close)

    def _follow(self, messages: Sequence[Message], reply: Reply) -> Iterator[str]:
        try:
            self._breaker.check()
        except ModelError as error:
            count_llm_call(error.fault)
            raise
        portal, endpoint = self._open()
        reply.started = time.monotonic()
        prepared: Any = [asdict(message) for message in messages]
        call = portal.start_task_soon(endpoint.write, prepared, reply)
        self._calls.add(call)
        call.add_done_callback(lambda _: reply.pieces.put(None))
        outcome = CANCELLED
        try:
            yield from _hand_over(reply)
            self._end(call)
            outcome = DONE
        except ModelError as error:
            outcome = error.fault
            raise
        finally:
            call.cancel()
            self._calls.discard(call)
            reply.seconds = time.monotonic() - reply.started
            count_llm_call(outcome, reply.seconds, reply.first)
            if reply.accepted:
                self._count_tokens(messages, reply)

    def _end(self, call: Future[None]) -> None:
        """Note how a call ended; raises its ModelError."""
        try:
            call.result()
        except CancelledError:
            raise ModelError(
                f"The language model at {self.address} was told to stop, as the program ends: ask again.",
                ModelFault.UNAVAILABLE,
            ) from None
        except ModelError as error:
            self._breaker.record(error)
            raise
        self._breaker.record(None)

    def _count_tokens(self, messages: Sequence[Message], reply: Reply) -> None:
        texts = [message.content for message in messages]
        if reply.usage is None:
            sent, received = sum(map(self.count_tokens, texts)), self.count_tokens(reply.text)
        else:
            sent, received = reply.usage
            self._tokens.learn(texts, sent)
        prices = self.settings.llm_input_price, self.settings.llm_output_price
        count_llm_tokens(sent, received, (sent * prices[0] + received * prices[1]) / PRICED)

    def _open(self) -> tuple[BlockingPortal, Endpoint]:
        from anyio.from_thread import start_blocking_portal

        with self._lock:
            if self._opened is None:
                key = self.settings.llm_api_key
                endpoint = Endpoint(
                    self._base_url, key.get_secret_value() if key else None, self.settings.llm_model
                )
                portal = self._resources.enter_context(start_blocking_portal(name="language-model"))
                self._resources.callback(portal.call, endpoint.close)
                atexit.register(self.close)
                self._opened = portal, endpoint
            return self._opened


def _hand_over(reply: Reply) -> Iterator[str]:
    """Yield pieces as they come until None does, and "" when none has come for a moment."""
    while True:
        try:
            piece = reply.pieces.get(timeout=MOMENT)
        except Empty:
            yield ""
            continue
        if piece is None:
            return
        yield piece
