"""A conversation as the visitor's browser keeps it: JSON with a format version, checked when it comes back.

What comes back is untrusted text. Only data is kept, never HTML, and an answer is shown again only if it
still passes the check that every fresh answer passes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pydantic import TypeAdapter, ValidationError

from index.types import IndexedDocument
from rag.errors import InputError
from rag.limits import MAX_HISTORY, clean_question
from rag.types import Citation, Mode
from rag.verification.invariants import find_violations
from ui.conversation.model import SOURCE_COUNTS, Choice, Conversation, Exchange

VERSION = 2
"""Answers have kinds, groups and coverage since 2; what was kept before them is still read."""
_READ = frozenset({1, VERSION})
KEPT_EXCHANGES = MAX_HISTORY // 2
"""More than these the service is not told of either; they take some 10 kB each of the browser's 5 MB."""

MAX_KEPT = 2_000_000
"""Characters; longer text was not written by this page."""


@dataclass(frozen=True, slots=True)
class _Kept:
    version: int
    choice: Choice
    exchanges: tuple[Exchange, ...]


_SHAPE = TypeAdapter(_Kept)


def keep(conversation: Conversation) -> str:
    """Return the finished exchanges and the choice as JSON."""
    finished = [exchange for exchange in conversation.exchanges if not exchange.growing]
    kept = _Kept(VERSION, conversation.choice, tuple(finished[-KEPT_EXCHANGES:]))
    return _SHAPE.dump_json(kept).decode()


def restore(
    text: str, documents: Mapping[str, IndexedDocument], modes: tuple[Mode, ...], outdated: str
) -> Conversation | None:
    """Return the conversation that `keep` wrote, or None where `text` is anything else.

    An answer that today's reports no longer bear out gives way to the sentence `outdated`; a choice that is
    no longer offered is dropped.
    """
    if len(text) > MAX_KEPT:
        return None
    try:
        kept = _SHAPE.validate_json(text)
        for exchange in kept.exchanges:
            for question in (exchange.asked, *exchange.follow_ups):
                clean_question(question)
    except (ValidationError, InputError):
        return None
    names = [exchange.id for exchange in kept.exchanges]
    if kept.version not in _READ or len(set(names)) < len(names) or not all(map(str.isalnum, names)):
        return None
    for exchange in kept.exchanges[-KEPT_EXCHANGES:]:
        _check(exchange, documents, outdated)
    return Conversation(list(kept.exchanges[-KEPT_EXCHANGES:]), _offer(kept.choice, documents, modes))


def _check(exchange: Exchange, documents: Mapping[str, IndexedDocument], outdated: str) -> None:
    answer = exchange.answer
    if answer is not None and find_violations(answer, documents):
        exchange.answer, exchange.problem = None, outdated
    exchange.found = tuple(passage for passage in exchange.found if _is_exact(passage, documents))
    if exchange.answer is None:
        exchange.found, exchange.follow_ups, exchange.verdict = (), (), None


def _is_exact(citation: Citation, documents: Mapping[str, IndexedDocument]) -> bool:
    indexed = documents.get(citation.document)
    return indexed is not None and citation.span.of(indexed.document.text) == citation.quote != ""


def _offer(choice: Choice, documents: Mapping[str, IndexedDocument], modes: tuple[Mode, ...]) -> Choice:
    """Return the part of a choice that can still be made."""
    wanted = tuple(name for name in choice.documents or () if name in documents)
    return replace(
        choice,
        documents=wanted or None,
        mode=choice.mode if choice.mode in modes else modes[0],
        sources=next((count for count in SOURCE_COUNTS if count >= choice.sources), SOURCE_COUNTS[-1]),
    )
