"""Organisations, projects and people that a question names and a report does not."""

from __future__ import annotations

import re

from index.language.words import tag_words

_NAMES = {"nr", "nrt", "nrfg", "nt", "nz", "eng"}
"""jieba's tags of people (in two forms), organisations, other proper names and Latin words."""
_MIN_NAME = 2
# Nouns that end the name of something there is only one of: “万达广场”, “第三中学”, “机场快线”.
_KIND = re.compile(
    r"(?:公司|集团|银行|医院|中学|小学|大学|学院|学校|广场|公园|酒店|商场|园区|产业园|工业园|物流园|机场|车站|快线|号线|"
    r"高铁|铁路|公路|大桥|水库|体育馆|博物馆|图书馆|美术馆|纪念馆|研究院|研究所|电站|电厂)$"
)
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
