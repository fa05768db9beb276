"""The network side of the client: one OpenAI-compatible endpoint, asked on an event loop, within limits."""

from __future__ import annotations

import contextlib
import ipaddress
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import anyio
import stamina

from rag.errors import ModelError
from rag.llm.events import EventReader
from rag.llm.faults import NOT_FOUND, BusyError, Explainer, is_name
from rag.llm.parameters import build_parameters, find_refused
from rag.llm.reply import Reply
from rag.version import read_version

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncStream
    from openai.types.chat import ChatCompletionChunk, ChatCompletionMessageParam

    Messages = Sequence[ChatCompletionMessageParam]

CONNECTING = 5.0
"""Seconds to connect in: a server that is there answers in far less."""
LISTING = 10.0
"""Seconds to list the models in: local servers look through a folder."""
CLOSING = 1.0
"""Seconds to wait for the figures that follow the end of a reply."""
DRAINING = 0.1
"""Seconds to wait for the end of a response whose last event has come: it comes with it or not at all."""
ATTEMPTS = 3
"""Requests for one reply: a hiccup is over by the second or third, and a reader waits for each."""
FIRST_WAIT, LONGEST_WAIT, JITTER = 0.2, 1.0, 0.2
"""Seconds before trying again: two waits, of at most 0.4 and 0.6 seconds."""
NO_KEY = "none"
"""The library insists on a key. The real one is added to the requests where they leave (`_Outfitter`)."""

# It warns of every further attempt; where no logging is set up, that is nothing for a terminal.
logging.getLogger("stamina").addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class ListedModel:
    """A model as an endpoint lists it; `context` is its window in tokens where the endpoint says so."""

    name: str
    context: int | None


class Endpoint:
    """An endpoint at `address`; `model` None takes the first that it lists. Its methods are for one loop.

    Raises ModelError where the environment's proxies cannot be used.
    """

    def __init__(self, address: str, key: str | None, model: str | None, listing: float = LISTING) -> None:
        import openai

        self.model = model
        self.chosen = model  # None: to be found out
        self._listing = listing
        self._refused: frozenset[str] = frozenset()  # parameters without which it took a request
        self._explainer = Explainer(f"The language model at {show_address(address)}", key)
        try:
            http_client = openai.DefaultAsyncHttpxClient(
                # A redirect would take questions and key to another machine.
                follow_redirects=False,
                # A proxy has no business between this machine and itself.
                trust_env=not _is_this_machine(address),
                event_hooks={"request": [_Outfitter(key)]},
            )
        except Exception:  # a scheme that the library does not know, or needs another package for
            raise self._explainer.no_proxy() from None
        self._client = openai.AsyncOpenAI(
            api_key=NO_KEY,
            base_url=address,
            max_retries=0,
            timeout=openai.Timeout(None, connect=CONNECTING),  # the other limits are ours
            http_client=http_client,
        )

    async def close(self) -> None:
        """Close every connection."""
        await self._client.close()

    async def write(self, messages: Messages, reply: Reply) -> None:
        """Have the model write `reply` to `messages`, within its limit; raises ModelError."""
        reply.start()
        end = anyio.current_time() + reply.limit
        refused = set(self._refused)
        with anyio.CancelScope(deadline=end - reply.limit + reply.first_limit) as scope:
            async for attempt in stamina.retry_context(
                on=lambda error: _when_again(error, reply, scope),
                attempts=ATTEMPTS,
                timeout=None,  # the scope's
                wait_initial=FIRST_WAIT,
                wait_max=LONGEST_WAIT,
                wait_jitter=JITTER,
            ):
                with attempt:
                    await self._write_once(messages, reply, refused, scope, end)
        if scope.cancelled_caught and not reply.finished:
            raise self._explainer.too_slow(reply.say_what_took_long())
        if not reply.text.strip():
            raise self._explainer.empty()

    async def choose_model(self) -> str:
        """Return the model's name; raises ModelError."""
        if self.chosen is None:
            listed = await self.list_models()
            if not listed:
                raise self._explainer.no_model()
            self.chosen = listed[0].name
        return self.chosen

    async def list_models(self) -> list[ListedModel]:
        """Return the models that the endpoint lists; raises ModelError."""
        with anyio.move_on_after(self._listing):
            try:
                page = await self._client.models.list()
                named = [model for model in page.data if is_name(getattr(model, "id", None))]
                return [ListedModel(model.id, _read_context(model.model_extra)) for model in named]
            except Exception as error:
                raise self._explainer.explain(error, accepted=False) from None
        raise self._explainer.too_slow(f"listed no models within {self._listing:g} seconds")

    async def _write_once(
        self, messages: Messages, reply: Reply, refused: set[str], scope: anyio.CancelScope, end: float
    ) -> None:
        model = await self.choose_model()
        reply.accepted = False
        try:
            stream = await self._request(model, messages, reply.max_tokens, refused)
            reply.accepted = True
            async with stream:
                await self._read(stream.response, reply, scope, end)
        except ModelError:
            raise
        except Exception as error:
            if reply.finished:
                return  # what followed the reply was lost, not the reply
            if getattr(error, "status_code", None) == NOT_FOUND:
                # The server may have loaded another one, which takes other parameters.
                self.chosen, self._refused = self.model, frozenset()
            # Without its cause: an endpoint may repeat the key in what it says.
            raise self._explainer.explain(error, accepted=reply.accepted) from None

    async def _request(
        self, model: str, messages: Messages, max_tokens: int, refused: set[str]
    ) -> AsyncStream[ChatCompletionChunk]:
        """Return the opened stream; what the endpoint will not take is added to `refused` and left out."""
        import openai

        while True:
            try:
                stream: AsyncStream[ChatCompletionChunk] = await self._client.chat.completions.create(
                    model=model,
                    messages=list(messages),
                    stream=True,
                    **build_parameters(max_tokens, refused),
                )
            except openai.APIStatusError as error:
                named = find_refused(error, refused)
                if not named:
                    raise
                refused |= named  # at most once for each of them
            else:
                self._refused |= refused
                return stream

    async def _read(
        self, response: httpx2.Response, reply: Reply, scope: anyio.CancelScope, end: float
    ) -> None:
        reader, came = EventReader(), False
        async with contextlib.aclosing(response.aiter_bytes()) as pieces:
            async for data in pieces:
                if reply.complete:
                    continue  # to the end, so that the connection can be used again
                for event in reader.read(data):
                    came = True
                    if event.error is not None and not reply.finished:
                        raise self._explainer.explain_inside(event.error)
                    was_finished = reply.finished
                    reply.add(event)
                    if reply.overruns:
                        return
                    if event.last:
                        scope.deadline = min(end, anyio.current_time() + DRAINING)
                        break
                    if reply.finished and not was_finished:
                        scope.deadline = min(end, anyio.current_time() + CLOSING)
                    elif reply.written and not reply.finished:
                        scope.deadline = min(end, anyio.current_time() + reply.pause_limit)
        if not came:
            raise self._explainer.no_stream(response.headers.get("content-type", ""))
        if not reply.finished:
            raise self._explainer.cut()


def _when_again(error: Exception, reply: Reply, scope: anyio.CancelScope) -> bool | float:
    """Return whether to ask again, or after how many seconds where the endpoint says so."""
    if reply.written or not isinstance(error, ModelError) or not error.temporary:
        return False
    if isinstance(error, BusyError):
        return error.wait if error.wait < scope.deadline - anyio.current_time() else False
    return True


class _Outfitter:
    """Gives a request its headers: none that the environment (OPENAI_…) or the library would add."""

    def __init__(self, key: str | None) -> None:
        self._key = key

    async def __call__(self, request: httpx2.Request) -> None:
        headers = {
            "Host": request.url.netloc.decode("ascii"),
            "Accept": "application/json, text/event-stream",
            "User-Agent": f"report-rag/{read_version()}",
        }
        for name in ("Content-Type", "Content-Length"):
            if name in request.headers:
                headers[name] = request.headers[name]
        if self._key is not None:
            headers["Authorization"] = f"Bearer {self._key}"
        request.headers.clear()
        request.headers.update(headers)


def show_address(address: str) -> str:
    """Return `address` without the parts that may hold a secret."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _is_this_machine(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _read_context(extra: dict[str, Any] | None) -> int | None:
    """Return the context window that vLLM, OpenRouter, LM Studio or llama.cpp add to a model."""
    extra = extra or {}
    meta = extra.get("meta")
    values = [extra.get(key) for key in ("max_model_len", "context_length", "max_context_length")]
    values.append(meta.get("n_ctx") if isinstance(meta, dict) else None)
    return next((value for value in values if isinstance(value, int) and value > 0), None)
