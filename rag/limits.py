"""What a request may hold, in one place for REST, terminal and page: the same limits in the same words."""

from __future__ import annotations

from collections.abc import Collection

from rag.errors import InputError, ModeUnavailableError, UnknownDocumentError
from rag.settings import Settings
from rag.types import Mode, Question

MAX_QUESTION = 2_000
"""Characters of a question, as the REST contract fixes it."""

MAX_HISTORY = 40
"""Messages of a conversation, as the REST contract fixes it."""


def clean_question(text: str) -> str:
    """Return `text` without the white space around it.

    Raises InputError when nothing visible is left, when it is over-long, or when it is no Unicode text (a
    terminal passes bytes it cannot decode on as lone surrogates).
    """
    text = text.strip()
    if not any(char.isprintable() and not char.isspace() for char in text):
        raise InputError(f"The question is empty: ask something in 1 to {MAX_QUESTION:,} characters.")
    if len(text) > MAX_QUESTION:
        raise InputError(
            f"The question has {len(text):,} characters: shorten it to at most {MAX_QUESTION:,} characters."
        )
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise InputError("The question is no valid Unicode text: send it as UTF-8.")
    return text


def check_question(question: Question, known: Collection[str], settings: Settings) -> None:
    """Check what a question asks for against the `known` document ids and the settings.

    Raises UnknownDocumentError or ModeUnavailableError.
    """
    check_documents(question.documents, known)
    if question.mode is Mode.LLM and not settings.has_llm:
        raise ModeUnavailableError(
            "The mode llm needs a model and none is configured: set REPORT_RAG_LLM_BASE_URL, or ask without."
        )


def check_documents(documents: Collection[str] | None, known: Collection[str]) -> None:
    """Raise UnknownDocumentError for the first of `documents` that is not `known`; None asks all of them."""
    for document in documents or ():
        if document not in known:
            raise UnknownDocumentError(
                f"No document has the id {document!r}: choose from {', '.join(sorted(known)) or 'none'}."
            )
