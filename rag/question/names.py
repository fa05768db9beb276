"""Organisations, projects and people that a question names and a report does not."""

from __future__ import annotations

import re

from index.language.lexicon import alternatives
from index.language.words import tag_words

_NAMES = {"nr", "nrt", "nrfg", "nt", "nz", "eng"}
"""jieba's tags of people (in two forms), organisations, other proper names and Latin words."""
_MIN_NAME = 2
# Nouns that end the name of something there is only one of: “万达广场”, “第三中学”, “机场快线”.
_KIND = re.compile(rf"{alternatives('names', 'kind')}$")
_ASKING = re.compile(r"[几哪]|多少")  # “几所大学” names none
_NUMBER = "m"
_MODIFIERS = ("n", "j", "b", "m", "a", "vn")


def find_unnamed(question: str, text: str) -> tuple[str, ...]:
    """Return the names in a normalised `question` that the report `text` never uses, in reading order.

    A name is told by jieba's tags, or by the noun that ends it where a word before makes it a particular one.
    """
    words = tag_words(question)
    found: list[str] = []
    for place, (word, tag) in enumerate(words):
        after = words[place + 1][0] if place + 1 < len(words) else ""
        named = word + after if _KIND.search(after) else word
        is_name = tag in _NAMES
        if _ASKING.search(word):
            continue
        if len(word) < _MIN_NAME or not (is_name or (named != word and tag.startswith(_MODIFIERS))):
            continue
        # 万达 may stand in the text without 万达广场, and so may any number; a common noun is another matter.
        if (named if is_name or tag == _NUMBER else word) not in text:
            found.append(named)
    return tuple(dict.fromkeys(found))
