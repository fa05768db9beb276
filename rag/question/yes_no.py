"""Whether a question is to be answered by yes or no."""

from __future__ import annotations

import re

from rag.question.cues import load_cues
from rag.question.mention_wish import asks_mention

# What a question word asks for is no yes or no, whatever stands at its end (“你知道是多少吗”).
_ASKS_MORE = re.compile(
    r"多少|哪|谁|什么|怎么|怎样|如何|为何|为啥|几[^乎]|\b(?:what|which|who|how|when|where|why)\b",
    re.IGNORECASE,
)


def asks_whether(question: str) -> bool:
    """Tell whether a normalised question asks if something is so."""
    cues = load_cues("whether")
    return bool(cues.find(question)) and not _ASKS_MORE.search(question) and not asks_mention(question)
