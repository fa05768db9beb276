"""Which words a question looks for that asks whether, how often or where a report mentions them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.question.topic_words import Topic

_JOINTS = re.compile(r"[、,，;；/]|以及|还有|或者?|(?<=[一-鿿]{2})[和与及跟](?=[一-鿿]{2})")
_SHORTEST = 2
"""Characters of a word that is looked for without quotes: a single one stands in every other word."""


@dataclass(frozen=True, slots=True)
class MentionWish:
    """The `words` that are looked for; `places` tells that it is asked where they stand."""

    words: tuple[str, ...]
    places: bool = False


def read_mention(topic: Topic, *, where: bool) -> MentionWish | None:
    """Return the words of `topic` that are looked for, or None where it names none.

    `where` tells that the question asks where they stand. Words in quotes are all that is looked for.
    """
    loose = (word for phrase in topic.phrases for word in _JOINTS.split(phrase))
    words = topic.quoted or tuple(word for word in loose if len(word) >= _SHORTEST)
    return MentionWish(tuple(dict.fromkeys(words)), where) if words else None
