"""Everything that can go wrong at an endpoint, told as a ModelError: what happened there, and what to do."""

from __future__ import annotations

import json
import math
import re
import time
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime

from rag.errors import ModelError, ModelFault

TEMPORARY = frozenset({429, 500, 502, 503, 504})
"""Statuses of a server that is busy, starting or restarting."""
REFUSALS = frozenset({401, 402, 403})
"""Statuses that speak of the key or of the account behind it."""
RATE_LIMITED = 429
WAITING = frozenset({429, 503})
"""Statuses under which a server may say how long to leave it alone."""
NOT_FOUND = 404
OVERFLOW_STATUSES = frozenset({400, 413, 422, 500})
"""Statuses under which servers say that a prompt is too long."""
DAY = 86_400
"""Seconds: who is to wait for longer is not told how long."""
LONGEST_WORDS = 200
"""Characters of the endpoint's own words: most reasons fit, and a page of HTML does not flood a terminal."""
UNSEEN = frozenset({"Cc", "Cf", "Cs"})
"""Categories of control and format characters and of halves of characters, which nothing can print."""

# As OpenAI, vLLM, llama.cpp, LM Studio, SGLang, TGI and DashScope put it.
OVERFLOW = re.compile(
    r"context[ _-]?(?:length|size|window)|context the overflows|maximum context|input length"
    r"|(?:prompt|input)s? (?:is|are) (?:too long|longer)|inputs` tokens",
    re.IGNORECASE,
)
CHECK_ADDRESS = "correct REPORT_RAG_LLM_BASE_URL (it usually ends in /v1)"


class BusyError(ModelError):
    """The endpoint takes requests again after `wait` seconds, as it says itself."""

    def __init__(self, message: str, fault: ModelFault, wait: float) -> None:
        super().__init__(message, fault, temporary=True)
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Explainer:
    """Words errors of the endpoint `where`, and never says the `secret`."""

    where: str
    secret: str | None = field(repr=False)

    def explain(self, error: Exception, *, accepted: bool) -> ModelError:
        """Return what `error` means; `accepted`: it came after the endpoint began to reply."""
        import openai

        if isinstance(error, openai.APIStatusError):
            wait = read_wait(error.response.headers) if error.status_code in WAITING else None
            return self._explain_status(error.status_code, self._quote(error.body), _details(error), wait)
        if isinstance(error, openai.APIConnectionError):
            if accepted:
                return self.cut()
            why = self._shorten(str(error.__cause__ or "")) or "no connection"
            return ModelError(
                f"{self.where} cannot be reached ({why}): start it, or correct REPORT_RAG_LLM_BASE_URL.",
                ModelFault.UNREACHABLE,
                temporary=not isinstance(error, openai.APITimeoutError),  # it took seconds already
            )
        if accepted and not isinstance(error, ValueError):
            return self.cut()
        return ModelError(
            f"{self.where} sends what is no chat reply ({type(error).__name__}): {CHECK_ADDRESS}.",
            ModelFault.BROKEN,
        )

    def explain_inside(self, told: object) -> ModelError:
        """Return the error that an endpoint `told` inside its stream."""
        said = self._quote(told)
        if OVERFLOW.search(str(told)):
            return self._overflow(said)
        return ModelError(
            f"{self.where} reports an error ({said}): look into its log.", ModelFault.BROKEN, temporary=True
        )

    def cut(self) -> ModelError:
        """Return the error of a reply that broke off."""
        return ModelError(
            f"{self.where} broke off its reply: look into its log, or ask again.",
            ModelFault.BROKEN,
            temporary=True,
        )

    def no_stream(self, kind: str) -> ModelError:
        """Return the error of a reply that is no event stream but of the content type `kind`."""
        shown = self._shorten(kind) or "nothing"
        return ModelError(
            f"{self.where} answers with {shown}, not with an event stream: {CHECK_ADDRESS}.",
            ModelFault.BROKEN,
        )

    def too_slow(self, what: str) -> ModelError:
        """Return the error of a reply that took too long; `what` says what it did for how long."""
        return ModelError(
            f"{self.where} {what}: raise REPORT_RAG_LLM_TIMEOUT, or choose a faster model.",
            ModelFault.TOO_SLOW,
        )

    def empty(self) -> ModelError:
        """Return the error of a reply without a word."""
        return ModelError(
            f"{self.where} ended its reply without a word: choose another model, or one that thinks less.",
            ModelFault.EMPTY,
        )

    def stopped(self) -> ModelError:
        """Return the error of what was under way when the client was closed."""
        return ModelError(
            f"{self.where} was told to stop, as the program ends: ask again.", ModelFault.UNAVAILABLE
        )

    def unexpected(self, error: Exception) -> ModelError:
        """Return the error of a mistake of this program's own."""
        return ModelError(
            f"{self.where} could not be asked ({type(error).__name__}): report what the log says of it.",
            ModelFault.BROKEN,
        )

    def no_proxy(self) -> ModelError:
        """Return the error of an environment whose proxies, which may hold secrets, cannot be used."""
        return ModelError(
            f"{self.where} cannot be asked through the proxy that the environment names, which is of a "
            "kind that cannot be used: name an http proxy (ALL_PROXY), or add the host to NO_PROXY.",
            ModelFault.UNREACHABLE,
        )

    def no_model(self) -> ModelError:
        """Return the error of an endpoint that lists no model."""
        return ModelError(
            f"{self.where} lists no model: load one there, or set REPORT_RAG_LLM_MODEL.", ModelFault.BROKEN
        )

    def _explain_status(self, status: int, said: str, details: str, wait: float | None) -> ModelError:
        reason = f"HTTP {status}{f': {said}' if said else ''}"
        if status in OVERFLOW_STATUSES and OVERFLOW.search(f"{details} {said}"):
            return self._overflow(reason)
        when = _say_when(wait)
        if status == RATE_LIMITED:
            text, fault = f"takes no more requests for now ({{}}): try again {when}", ModelFault.RATE_LIMITED
        elif status in REFUSALS:
            text, fault = "refuses the key ({}): correct REPORT_RAG_LLM_API_KEY", ModelFault.REFUSED
        elif status == NOT_FOUND:
            text = "knows no such address or model ({}): correct REPORT_RAG_LLM_MODEL, or " + CHECK_ADDRESS
            fault = ModelFault.BROKEN
        elif status in TEMPORARY:
            text, fault = f"failed ({{}}): look into its log, or try again {when}", ModelFault.BROKEN
        else:
            text, fault = f"does not take the request ({{}}): {CHECK_ADDRESS}", ModelFault.BROKEN
        message = f"{self.where} {text.format(reason)}."
        if wait is not None:
            return BusyError(message, fault, wait)
        return ModelError(message, fault, temporary=status in TEMPORARY)

    def _overflow(self, reason: str) -> ModelError:
        return ModelError(
            f"{self.where} has no room for the prompt ({reason}): lower REPORT_RAG_LLM_CONTEXT.",
            ModelFault.CONTEXT_EXCEEDED,
        )

    def _quote(self, body: object) -> str:
        """Return the endpoint's own words."""
        if isinstance(body, Mapping):
            body = body.get("message") or body.get("error") or body.get("detail")
        text = str(body or "")
        return "" if text.lstrip().startswith("<") else self._shorten(text)  # a page of HTML says little

    def _shorten(self, text: str) -> str:
        text = make_plain(text)
        for spelling in _spell(self.secret):
            text = text.replace(spelling, "…")
        return text if len(text) <= LONGEST_WORDS else text[: LONGEST_WORDS - 1] + "…"


def make_plain(text: str) -> str:
    """Return `text` on one line and without what nobody sees but a terminal obeys."""
    return "".join(one for one in " ".join(text.split()) if unicodedata.category(one) not in UNSEEN)


def is_name(told: object) -> bool:
    """Tell whether what an endpoint calls a model can be shown, and sent back."""
    return (
        isinstance(told, str) and bool(make_plain(told)) and told == told.encode("utf-8", "replace").decode()
    )


def read_wait(headers: Mapping[str, str]) -> float | None:
    """Return the seconds of a Retry-After, which gives them or a date; None where it is neither."""
    value = headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", value):
        return float(value)
    try:
        date = parsedate_to_datetime(value)
    except ValueError:
        return None
    # A date without a zone is one of GMT, as every date of HTTP.
    return max(0.0, (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp() - time.time())


def _spell(secret: str | None) -> set[str]:
    """Return how `secret` may be spelled in a line: as it is, and as part of an object."""
    if not secret:
        return set()
    return {make_plain(one) for one in (secret, repr(secret)[1:-1], json.dumps(secret)[1:-1])}


def _say_when(wait: float | None) -> str:
    if not wait or wait > DAY:
        return "later"
    return "in a second" if wait <= 1 else f"in {math.ceil(wait)} seconds"


def _details(error: object) -> str:
    return f"{getattr(error, 'code', '')} {getattr(error, 'type', '')}"
