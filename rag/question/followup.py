"""A follow-up question made to stand alone, from the conversation so far and without a model."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.language.lexicon import alternatives
from index.language.periods import find_periods, find_times, remove_times, resolve_anaphora
from index.language.text import normalise_question
from index.language.units import ASKED
from index.types import Document
from rag.question.intent import strip_interrogatives
from rag.question.scope import find_foreign_places
from rag.question.subject import names_subject
from rag.types import Turn

_POINTING = re.compile(
    rf"^(?:{alternatives('conversation', 'pointing-first')}|第[一二三四五六七八九十\d]+[个项])|"
    rf"{alternatives('conversation', 'pointing')}",
    re.IGNORECASE,
)
_ELLIPSIS = re.compile(r"呢[?？]?$|^(?:what|how) about\b", re.IGNORECASE)
_BACK_TO = re.compile(
    r"(?:刚才|[之前上][前面])(?:[说讲]|提到)?的?(?:[那这]个)?(?P<topic>[一-鿿]{2,6}?)(?=[,，。?？那里]|$)"
)
_ASKS = re.compile(
    rf"(?:是|有)?(?:多少|几(?={ASKED})|什么|哪些?|谁|怎么样?|如何)(?:[十百千万亿]*(?:{ASKED}))?"
)
_LATTER = re.compile(r"后者")
_FORMER = re.compile(r"前者")
_LISTED = re.compile(
    r"(?<![一-鿿“”])(?P<former>[一-鿿“”]{2,})\d[^、,，;；]{0,60}[、,，;；](?P<latter>[一-鿿“”、]{2,}?)\d"
)
_LEADING_VERB = re.compile(rf"^{alternatives('polarity', 'leading')}")
_FILLERS = re.compile(r"^(?:那么?|其中|还有)|(?:的)?呢[?？]?$|[?？。]")
_POINTERS = re.compile(rf"{alternatives('conversation', 'pointers')}|^那")
# “回到疫情,…”: the conversation turns back, and the question says to what by itself.
_RETURNS = re.compile(r"^(?:再)?(?:回到|说回|回头说)(?!刚才|前面|上面|之前)[^,，。]{2,8}[,，](?=.{5})")
_MIN_RUN = 2
"""Characters that two siblings share behind their own words: a single one is shared by chance."""


def complete_question(question: str, history: Sequence[Turn], report: Document) -> tuple[str, str]:
    """Return the normalised `question` with what it leaves to the conversation filled in.

    The first text stands alone; the second is what of it was asked now rather than before.
    """
    asked = [normalise_question(turn.content) for turn in history if turn.role == "user"]
    question, turned = _RETURNS.subn("", question)
    if not asked or (turned and question) or not _leans_on_history(question, report):
        return question, question
    context = _find_context(question, asked, report.meta.year)
    question = _name_listed(question, history)
    question = _name_next_year(question, asked, report)
    own = find_periods(question, report.meta.year)
    if own:
        context = remove_times(context, find_times(context, report.meta.year))
    addition = _FILLERS.sub("", question).strip()
    if _ELLIPSIS.search(question):
        if find_foreign_places(question, report):
            completed = f"{addition}{_FILLERS.sub('', context)}"
            return completed, completed
        word = addition.removesuffix("的")
        if replaced := _replace_sibling(context, word, report.text):
            return replaced, replaced
        # What is asked of something else (“文化活动呢？”) is asked as before: 多少场, 是什么.
        asks = _ASKS.findall(context)
        return f"{word},{context}", f"{word}{asks[-1]}" if asks else f"{word},{context}"
    own_words = _POINTERS.sub("", addition)
    return f"{strip_interrogatives(context)},{own_words}", own_words


def _leans_on_history(question: str, report: Document) -> bool:
    if _POINTING.search(question) or _ELLIPSIS.search(question):
        return True
    return not names_subject(question, report.meta.year)


def _find_context(question: str, asked: Sequence[str], report_year: int) -> str:
    """Return the earlier question that `question` continues: one it names, or the last with a subject."""
    named = _BACK_TO.search(question)
    if named:
        for earlier in reversed(asked):
            if named["topic"] in earlier:
                return earlier
    with_subject = [text for text in asked if names_subject(text, report_year)]
    return with_subject[-1] if with_subject else asked[-1]


def _name_listed(question: str, history: Sequence[Turn]) -> str:
    """Put the name for 前者 or 后者, read from the last reply that lists two counted things."""
    replies = [turn.content for turn in history if turn.role == "assistant"]
    listed = _LISTED.search(replies[-1]) if replies else None
    if not listed:
        return question
    for pattern, group in ((_LATTER, "latter"), (_FORMER, "former")):
        question = pattern.sub(_LEADING_VERB.sub("", listed[group]), question)
    return question


def _name_next_year(question: str, asked: Sequence[str], report: Document) -> str:
    for earlier in reversed(asked):
        periods = find_periods(earlier, report.meta.year)
        if periods:
            return resolve_anaphora(question, periods[-1])
    return question


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
