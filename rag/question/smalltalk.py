"""Greetings, thanks, good-byes and questions about the assistant itself: answered without any claim."""

from __future__ import annotations

import re
from operator import attrgetter

from index.language.lexicon import alternatives, compile_words
from rag.messages import messages_for
from rag.types import Language

_ABOUT = re.compile(
    rf"{alternatives('conversation', 'about')}|^help$|[能可会]以?(?:帮我)?(?:做|干|回答)些?(?:什么|啥)",
    re.IGNORECASE,
)
_GREETING = re.compile(rf"^{alternatives('conversation', 'greeting')}", re.IGNORECASE)
_THANKS = compile_words("conversation", "thanks")
_FAREWELL = compile_words("conversation", "farewell")
_ACKNOWLEDGEMENT = re.compile(rf"^{alternatives('conversation', 'acknowledgement')}$", re.IGNORECASE)
_FILLER = re.compile(rf"[\W_]|{alternatives('conversation', 'filler')}")
_MAX_REST = 3
"""A message that says more than this beside the pleasantry (“你好，2020年…”) is a question after all."""

_REPLIES = (
    (_ABOUT, attrgetter("about")),
    (_THANKS, attrgetter("thanks")),
    (_FAREWELL, attrgetter("farewell")),
    (_GREETING, attrgetter("greeting")),
    (_ACKNOWLEDGEMENT, attrgetter("acknowledgement")),
)


def reply_to_smalltalk(message: str, language: Language = Language.CHINESE) -> str | None:
    """Return a reply in `language` when the normalised `message` is small talk, else None."""
    for pattern, reply in _REPLIES:
        bare = message.strip("。.!！~～ ") if pattern is _ACKNOWLEDGEMENT else message
        if not pattern.search(bare):
            continue
        rest = _FILLER.sub(
            "", re.sub("|".join(p.pattern for p, _ in _REPLIES), "", bare, flags=re.IGNORECASE)
        )
        if len(rest) <= _MAX_REST:
            said: str = reply(messages_for(language))
            return said
    return None
