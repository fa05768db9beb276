"""Greetings, thanks, good-byes and questions about the assistant itself: answered without any claim."""

from __future__ import annotations

import re
from operator import attrgetter

from rag.messages import messages_for
from rag.types import Language

_ABOUT = re.compile(
    r"你是谁|你叫什么|你是什么|介绍一下?(?:你)?自己|(?:你)?(?:能|可以|会)(?:帮我)?(?:做|干|回答)(?:些)?(?:什么|啥)|"
    r"怎么用你?|使用方法|\bwho are you\b|\bwhat can you do\b|^help$",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"^(?:您好|你好|嗨|哈喽|大家好|早上好|上午好|下午好|晚上好|hi|hello|hey)", re.IGNORECASE
)
_THANKS = re.compile(r"谢谢|多谢|感谢你|辛苦了|\bthank(?:s| you)\b", re.IGNORECASE)
_FAREWELL = re.compile(r"再见|拜拜|没有?(?:别的|其他|更多)?(?:的)?问题了|\b(?:good)?bye\b", re.IGNORECASE)
_ACKNOWLEDGEMENT = re.compile(
    r"^(?:好的?|嗯+|哦+|知道了|明白了|收到|ok(?:ay)?|不错|很好|真棒|厉害|哈+)$", re.IGNORECASE
)

_FILLER = re.compile(
    r"[\W_]|好的?|了|啦|啊|今天|辛苦|费心|呀|吧|呢|请问|那|我|你|您|就|先|非常|很|挺|真|太|"
    r"(?:回答|答|说|讲|介绍)得?|清楚|明白|详细|仔细|有用|有帮助|帮忙?"
)
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
