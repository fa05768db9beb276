"""The client of a language model: messages in, pieces of a reply out as they come, from a loop of its own."""

from __future__ import annotations

import atexit
import contextlib
import logging
import threading
import time
from collections.abc import Awaitable, Callable, Generator, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import asdict, dataclass
from queue import Empty
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from rag.errors import ModelError, ModeUnavailableError
from rag.llm.breaker import Breaker
from rag.llm.endpoint import LISTING, Endpoint, ListedModel, show_address
from rag.llm.faults import Explainer, make_plain
from rag.llm.reply import Reply
from rag.llm.tokens import TokenCounter
from rag.metrics import count_llm_call, count_llm_tokens

if TYPE_CHECKING:
    from anyio.from_thread import BlockingPortal

    from rag.settings import Settings

logger = logging.getLogger(__name__)
T = TypeVar("T")

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

        It ends within `seconds`, and never after those of the settings. Closing the iterator stops the
        model. Raises ModelError.
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
        where = f"The language model at {self.address}"
        self._breaker = Breaker(where)
        self._explainer = Explainer(where, None)
        self._tokens = TokenCounter()
        self._lock = threading.Lock()
        self._opened: tuple[BlockingPortal, Endpoint] | None = None
        self._resources = contextlib.ExitStack()
        self._calls: set[Future[Any]] = set()

    @property
    def name(self) -> str:
        """The model's name; the endpoint is asked when the settings leave it open. Raises ModelError."""
        if self.settings.llm_model is not None:
            return self.settings.llm_model
        opened = self._opened
        if opened is not None and (chosen := opened[1].chosen) is not None:
            return make_plain(chosen)
        self._check()
        started = time.monotonic()
        try:
            return make_plain(self._ask(Endpoint.choose_model))
        except ModelError as error:
            # Only failures: that it lists its models does not say that they write.
            self._breaker.record(error)
            count_llm_call(error.fault, time.monotonic() - started)
            raise

    def write(
        self, messages: Sequence[Message], max_tokens: int, seconds: float | None = None
    ) -> Generator[str]:
        """Yield the reply piece by piece; see `ChatModel.write`."""
        limit = self.settings.llm_timeout
        yield from self._follow(messages, Reply(max_tokens, min(limit, seconds or limit)))

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
        return self._ask(Endpoint.list_models)

    def close(self) -> None:
        """Cancel what is under way and close every connection. The next call opens anew."""
        with self._lock:
            for call in tuple(self._calls):
                call.cancel()
            self._opened = None
            self._resources.close()
        atexit.unregister(self.close)

    def _check(self) -> None:
        try:
            self._breaker.check()
        except ModelError as error:
            count_llm_call(error.fault)
            raise

    def _follow(self, messages: Sequence[Message], reply: Reply) -> Iterator[str]:
        self._check()
        prepared: Any = [asdict(message) for message in messages]
        outcome: str = CANCELLED
        try:
            with self._start(Endpoint.write, prepared, reply) as call:
                call.add_done_callback(lambda _: reply.pieces.put(None))
                yield from _hand_over(reply)
                call.result()
            self._breaker.record(None)
            outcome = DONE
        except ModelError as error:
            self._breaker.record(error)
            outcome = error.fault
            raise
        finally:
            reply.seconds = time.monotonic() - reply.started
            count_llm_call(outcome, reply.seconds, reply.first)
            if reply.accepted:
                self._count_tokens(messages, reply)

    def _ask(self, method: Callable[[Endpoint], Awaitable[T]]) -> T:
        with self._start(method) as call:
            return call.result()

    @contextlib.contextmanager
    def _start(self, method: Callable[..., Awaitable[T]], *more: Any) -> Iterator[Future[T]]:
        """Call a method of the endpoint, until the block ends; whatever goes wrong is a ModelError."""
        call: Future[T] | None = None
        try:
            with self._lock:  # `close` ends every call that has begun
                portal, endpoint = self._open()
                call = portal.start_task_soon(method, endpoint, *more)
                self._calls.add(call)
            yield call
        except ModelError:
            raise
        except CancelledError:
            raise self._explainer.stopped() from None
        except Exception as error:
            logger.exception("A language model could not be asked.")
            raise self._explainer.unexpected(error) from None  # it is in the log
        finally:
            if call is not None:
                call.cancel()
                self._calls.discard(call)

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

        if self._opened is None:
            key = self.settings.llm_api_key
            endpoint = Endpoint(
                self._base_url,
                key.get_secret_value() if key else None,
                self.settings.llm_model,
                min(LISTING, self.settings.llm_timeout),
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
