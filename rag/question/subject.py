"""Whether a question names what it is about, or leaves that to what was said before."""

from __future__ import annotations

import re
from functools import cache

from index.language.lexicon import alternation, bundled, load_entries
from index.language.periods import find_times, remove_times
from index.language.units import ASKED
from index.language.words import tag_words
from rag.question.intent import strip_interrogatives

FILE = "attributes.toml"

_ASKED_UNIT = re.compile(rf"(?:多少|几)(?:[十百千万亿]*(?:{ASKED}))")
_SHORTEST = 2
"""Characters of a word that names something: a single one is a particle or a measure word."""


def names_subject(question: str, report_year: int) -> bool:
    """Tell whether a normalised question names a thing beside times, attributes, verbs and question words."""
    timeless = remove_times(question, find_times(question, report_year))
    rest = strip_interrogatives(_ASKED_UNIT.sub(" ", timeless))
    words = (word for word, _ in tag_words(rest) if len(word.strip()) >= _SHORTEST)
    # 去年, of 比去年, is no time that is asked for, and no thing either.
    return any(not (_attributes().fullmatch(word) or find_times(word, report_year)) for word in words)


@cache
def _attributes() -> re.Pattern[str]:
    """Return a pattern of words that consist of attributes: 占地面积, 具体措施."""
    words = (word for entry in load_entries(bundled(FILE), ["words"]) for word in entry["words"])
    return re.compile(f"(?:{alternation(words).pattern})+")
