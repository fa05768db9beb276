"""A follow-up question made to stand alone, from the conversation so far and without a model."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.language.lexicon import alternatives
from index.language.periods import find_periods, find_times, remove_times, resolve_anaphora
from index.types import Document
from rag.question.intent import strip_interrogatives
from rag.question.scope import find_foreign_places
from rag.question.subject import names_subject
from rag.question.topic_words import read_topic

ELLIPSIS = re.compile(r"呢[?？]?$|^(?:what|how) about\b", re.IGNORECASE)
_LATTER = re.compile(r"后者")
_FORMER = re.compile(r"前者")
_LISTED = re.compile(
    r"(?<![一-鿿“”])(?P<former>[一-鿿“”]{2,})\d[^、,，;；]{0,60}[、,，;；](?P<latter>[一-鿿“”、]{2,}?)\d"
)
_LEADING_VERB = re.compile(rf"^{alternatives('polarity', 'leading')}")
_FILLERS = re.compile(r"^(?:那么?|其中|还有)|(?:的)?呢[?？]?$|[?？。]")
_POINTERS = re.compile(rf"{alternatives('conversation', 'pointers')}|^那")
_CHANGE = re.compile(rf"{alternatives('polarity', 'rise', 'fall')}$")
_MIN_RUN = 2
"""Characters that two siblings share behind their own words: a single one is shared by chance."""


def put_into(question: str, context: str, report: Document) -> tuple[str, str]:
    """Return the `context` that was asked before with what `question` names in place of what it named.

    “那绿化呢?” after “老旧小区改造的情况?” is “绿化的情况?”. The first text stands alone; the second is what
    of it was asked now.
    """
    if not ELLIPSIS.search(question):
        return add_to(question, context, report)
    year = report.meta.year
    word = _FILLERS.sub("", question).strip()
    if find_periods(question, year):
        context = remove_times(context, find_times(context, year))
    if find_foreign_places(question, report):
        completed = f"{word}{_FILLERS.sub('', context)}"
        return completed, completed
    word = word.removesuffix("的")
    if not names_subject(word, year) and find_times(word, year):
        return f"{word},{context}", f"{word},{context}"
    replaced = _replace_sibling(context, word, report.text) or _replace_topic(context, word, report)
    return replaced, replaced


def add_to(question: str, context: str, report: Document) -> tuple[str, str]:
    """Return `question`, which asks something of what `context` was about, with the words for that before it.

    The first text stands alone; the second is what of it was asked now.
    """
    year = report.meta.year
    if find_periods(question, year):
        context = remove_times(context, find_times(context, year))
    own = _POINTERS.sub("", _FILLERS.sub("", question).strip())
    return f"{strip_interrogatives(context)},{own}", own


def name_listed(question: str, reply: str) -> str:
    """Put the name for 前者 or 后者, read from the `reply` before, where it lists two counted things."""
    listed = _LISTED.search(reply)
    if not listed:
        return question
    for pattern, group in ((_LATTER, "latter"), (_FORMER, "former")):
        question = pattern.sub(_LEADING_VERB.sub("", listed[group]), question)
    return question


def name_next_year(question: str, asked: Sequence[str], report: Document) -> str:
    """Put the year for “下一年”, counted from the last that was `asked` about."""
    for earlier in reversed(asked):
        periods = find_periods(earlier, report.meta.year)
        if periods:
            return resolve_anaphora(question, periods[-1])
    return question


def _replace_topic(context: str, word: str, report: Document) -> str:
    """Put `word` for what `context` is about; before it where that is not told from what it asks."""
    topic = read_topic(context, find_times(context, report.meta.year), report)
    phrase = next((one for one in topic.phrases if one in context), "")
    phrase = _CHANGE.sub("", phrase)
    return context.replace(phrase, word, 1) if phrase else f"{word},{context}"


def _replace_sibling(context: str, word: str, text: str) -> str | None:
    """Put `word` into `context` where the report writes the two as siblings (城镇居民…, 农村居民…).

    The report is searched for `word` followed by the longest run of characters that also stands in `context`;
    the word before that run gives way. Returns None when there is no such run.
    """
    if not word:  # “呢？” alone asks the same again
        return context
    best = 0
    replaced = None
    for match in re.finditer(re.escape(word), text):
        for start in range(len(context)):
            length = _common_prefix(context, start, text, match.end())
            if length > best and length >= _MIN_RUN:
                best = length
                replaced = f"{context[: max(0, start - len(word))]}{word}{context[start:]}"
    return replaced


def _common_prefix(left: str, left_start: int, right: str, right_start: int) -> int:
    length = 0
    while (
        left_start + length < len(left)
        and right_start + length < len(right)
        and left[left_start + length] == right[right_start + length]
    ):
        length += 1
    return length
