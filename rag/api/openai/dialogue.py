"""The messages of a request as one question: the user's last message, and what was said before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.api.openai.chores import reply_to_chore
from rag.api.openai.completion import RULE
from rag.api.openai.errors import wrong_field
from rag.api.openai.schemas import ChatMessage
from rag.errors import InputError
from rag.limits import MAX_HISTORY, clean_question
from rag.types import Turn

_SPEAKERS = ("user", "assistant")
_QUERY = ("<user_query>", "</user_query>")
_CONTEXT_END = "</context>"


@dataclass(frozen=True, slots=True)
class Dialogue:
    """What is asked, after which turns; or the `reply` to what only a program asks."""

    question: str
    history: tuple[Turn, ...] = ()
    reply: str | None = None

    @classmethod
    def from_messages(cls, messages: Sequence[ChatMessage]) -> Dialogue:
        """Read the messages; system messages count for nothing.

        Raises ProblemError where the last one is not a question by the user.
        """
        said = [(at, one) for at, one in enumerate(messages) if one.role in _SPEAKERS]
        if not said:
            raise wrong_field("messages", "There is no message by the user: add one with the question.")
        place, last = said[-1]
        if last.role != "user":
            raise wrong_field(f"messages[{place}].role", "The last message must be the user's: add one.")
        text = last.content or ""
        earlier = [one.content for _, one in said[:-1] if one.role == "user" and one.content]
        if reply := reply_to_chore(text, earlier) if "<context>" not in text else None:
            return cls("", reply=reply)
        text = _unwrap(text)
        if reply := reply_to_chore(text, earlier):
            return cls("", reply=reply)
        try:
            question = clean_question(text)
        except InputError as error:
            raise wrong_field(f"messages[{place}].content", str(error)) from None
        turns = [Turn(one.role, _without_notes(one)) for _, one in said[:-1] if one.content]
        return cls(question, tuple(turns[-MAX_HISTORY:]))


def _unwrap(text: str) -> str:
    """Return the question in a message into which a chat interface has put pages of its own."""
    _, found, rest = text.rpartition(_QUERY[0])
    if found:
        return rest.partition(_QUERY[1])[0]
    _, found, rest = text.rpartition(_CONTEXT_END)
    return rest if found and rest.strip() else text


def _without_notes(message: ChatMessage) -> str:
    """Return a message as it was said, without the footnotes that a reply of ours has."""
    content = message.content or ""
    return content.partition(RULE)[0] if message.role == "assistant" else content
