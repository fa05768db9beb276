"""What a client sends and what comes back means, without the network: shared by both clients."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

import httpx2

from rag.client.decoding import MALFORMED, read_answer, read_citation
from rag.client.errors import (
    AccessError,
    ClientError,
    ReplyError,
    RequestError,
    TryLaterError,
    UnreachableError,
)
from rag.client.types import Event, Token
from rag.errors import InputError
from rag.types import Mode, Stage, Turn
from rag.version import read_version

CONNECTING = 5.0
"""Seconds until a connection must stand: a server that is there takes milliseconds."""
TIMEOUT = 120.0
"""Seconds between two pieces of a response: a language model on a slow machine takes a minute to begin."""
LONGEST_WAIT = 30.0
"""Seconds: who is told to wait longer hears of it instead."""
DEFAULT_WAIT = 1.0
"""Seconds, where a server does not say how long."""
SHOWN = 200
"""Characters of a reply that is none are shown: enough to tell whose it is."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Call:
    """One request: `path` is below the server's address."""

    method: str
    path: str
    body: Mapping[str, Any] | None = None
    fields: Mapping[str, str] | None = None
    file: tuple[str, bytes] | None = None

    def options(self) -> dict[str, Any]:
        """Return what httpx2 is to send."""
        if self.file is not None:
            return {"data": self.fields, "files": {"file": self.file}}
        return {"json": self.body} if self.body is not None else {}


def make_options(server: str, key: str | None, timeout: float) -> dict[str, Any]:
    """Return what both of httpx2's clients are made with; raises InputError for what is no address."""
    parts = urlsplit(server)
    try:
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if parts.scheme not in ("http", "https") or not host or parts.query or parts.fragment:
        raise InputError(f"{server!r} is no address of a server: write one such as http://127.0.0.1:7860.")
    if key is not None and not (key.isascii() and key.isprintable() and key.strip()):
        raise InputError(
            "The key is no printable ASCII text: copy it as `report-rag keys create` printed it."
        )
    headers = {"User-Agent": f"report-rag/{read_version()}", "Accept": "application/json"}
    if key is not None:
        headers["Authorization"] = f"Bearer {key.strip()}"
    return {
        "base_url": server.rstrip("/") + "/",
        "headers": headers,
        "timeout": httpx2.Timeout(timeout, connect=CONNECTING),
        "follow_redirects": False,  # it would take question and key to another machine
        "trust_env": not _is_this_machine(host),  # a proxy has no business between this machine and itself
    }


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def ask(
    question: str,
    history: Sequence[Turn],
    documents: Sequence[str] | None,
    mode: Mode | None,
    *,
    stream: bool,
) -> Call:
    """Return the call that asks a question."""
    body = {
        "question": question,
        "history": [{"role": turn.role, "content": turn.content} for turn in history],
        "documents": list(documents) if documents is not None else None,
        "mode": mode.value if mode else None,
        "stream": stream,
    }
    return Call("POST", "api/ask", body)


def search(query: str, documents: Sequence[str] | None, limit: int) -> Call:
    """Return the call that looks for passages."""
    asked = list(documents) if documents is not None else None
    return Call("POST", "api/search", {"query": query, "documents": asked, "limit": limit})


def read(document: str, what: str) -> Call:
    """Return the call that reads something of a document."""
    return Call("GET", f"api/documents/{quote(document, safe='')}/{what}")


def send_file(data: bytes, file_name: str, replaces: str | None, details: Mapping[str, object]) -> Call:
    """Return the call that adds a file, or has it be that of a document."""
    fields = {name: str(value) for name, value in details.items() if value is not None}
    path = "api/documents" if replaces is None else f"api/documents/{quote(replaces, safe='')}"
    return Call("POST" if replaces is None else "PUT", path, fields=fields, file=(file_name, data))


def remove(document: str) -> Call:
    """Return the call that removes a document."""
    return Call("DELETE", f"api/documents/{quote(document, safe='')}")


def read_job(job: str) -> Call:
    """Return the call that asks how far a file has come."""
    return Call("GET", f"api/jobs/{quote(job, safe='')}")


@contextmanager
def explaining(server: str) -> Iterator[None]:
    """Turn what the network raises into errors of this client."""
    try:
        yield
    except httpx2.TimeoutException as error:
        raise UnreachableError(
            f"{server} did not answer in time: ask again, or look into its log."
        ) from error
    except (httpx2.TransportError, httpx2.ProxyError) as error:
        raise UnreachableError(
            f"{server} cannot be reached ({error or type(error).__name__}): start it with report-rag serve, "
            "or correct its address."
        ) from error


def check(response: httpx2.Response) -> None:
    """Raise the error that a response tells of; its body must have been read."""
    if response.is_success:
        return
    status = response.status_code
    try:
        problem = json.loads(response.content)
        detail, kind = str(problem["detail"]), str(problem["type"])
    except MALFORMED:
        shown = " ".join(response.text.split())[:SHOWN]
        detail, kind = f"{response.url.host} answered {status} {response.reason_phrase}: {shown}", ""
    if status in (401, 403):
        raise AccessError(detail, type=kind, status=status)
    if status in (429, 503):
        raise TryLaterError(detail, after=_read_wait(response), type=kind, status=status)
    if 400 <= status < 500:
        raise RequestError(detail, type=kind, status=status)
    raise ReplyError(detail, type=kind, status=status)


def _read_wait(response: httpx2.Response) -> float:
    given = response.headers.get("retry-after", "")
    return float(given) if given.isdecimal() else DEFAULT_WAIT


def decode(response: httpx2.Response, read_it: Callable[[Any], T]) -> T:
    """Return what the JSON of a good response holds; raises ReplyError."""
    with _understanding(response):
        return read_it(response.json())


def decode_text(response: httpx2.Response) -> str:
    """Return the text of a good response, exactly; raises ReplyError."""
    with _understanding(response):
        return response.content.decode("utf-8")


@contextmanager
def _understanding(response: httpx2.Response) -> Iterator[None]:
    try:
        yield
    except MALFORMED as error:
        raise ReplyError(
            f"The reply of {response.url.host} is not understood ({error!r}): is it a Report Q&A server of "
            f"this release ({read_version()})?",
            status=response.status_code,
        ) from error


def read_event(name: str, data: str) -> Event | None:
    """Return what an event of a stream says, None for one that is not known; raises what an error tells."""
    try:
        sent = json.loads(data)
        match name:
            case "status":
                return Stage(sent["stage"])
            case "token":
                return Token(sent["text"])
            case "citation":
                return read_citation(sent)
            case "done":
                return read_answer(sent)
            case "error":
                problem = str(sent["detail"]), str(sent["type"]), int(sent["status"])
            case _:
                return None
    except MALFORMED as error:
        raise ReplyError(f"An event of the stream is not understood ({error!r}).") from error
    detail, kind, status = problem
    wrong: type[ClientError] = RequestError if 400 <= status < 500 else ReplyError
    raise wrong(detail, type=kind, status=status)


def cut_off() -> ReplyError:
    """Return the error of a stream that ended before its answer."""
    return ReplyError("The answer broke off: the server ended the stream before its last event; ask again.")
