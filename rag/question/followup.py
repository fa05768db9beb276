"""A follow-up question made to stand alone, from the conversation so far and without a model."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.language.text import normalise_question
from index.types import Document
from rag.question.intent import UNITS, strip_interrogatives
from rag.question.scope import find_foreign_places, find_periods, remove_periods
from rag.types import Turn

_POINTING = re.compile(
    r"^(?:那么?|其中|还有|它|其|这|后者|前者|第[一二三四五六七八九十\d]+[个项])|那个|这个|后者|前者|刚才|上述|前面|上面"
    r"|^(?:what|how) about\b",
    re.IGNORECASE,
)
_ELLIPSIS = re.compile(r"呢[?？]?$|^(?:what|how) about\b", re.IGNORECASE)
_BACK_TO = re.compile(
    r"(?:刚才|之前|前面|上面)(?:说|提到|讲)?的?(?:[那这]个)?(?P<topic>[一-鿿]{2,6}?)(?=[,，。?？那里]|$)"
)
_ASKS = re.compile(
    rf"(?:是|有)?(?:多少|几(?={UNITS})|什么|哪些?|谁|怎么样?|如何)(?:[十百千万亿]*(?:{UNITS}))?"
)
_NEXT_YEAR = re.compile(r"下一年|次年|第二年")
_YEAR_BEFORE = re.compile(r"上一年|前一年|上年(?!度?同期)|头一年")
_LATTER = re.compile(r"后者")
_FORMER = re.compile(r"前者")
_LISTED = re.compile(r"(?P<former>[一-鿿“”]{2,})\d[^、,，;；]*[、,，;；](?P<latter>[一-鿿“”、]{2,}?)\d")
_LEADING_VERB = re.compile(r"^(?:新建|新增|完成|改造|实现|建成|培育|引进|打造)")
_FILLERS = re.compile(r"^(?:那么?|其中|还有)|(?:的)?呢[?？]?$|[?？。]")
_POINTERS = re.compile(
    r"回到|刚才(?:说|提到|讲)?的?|前面(?:说|提到|讲)?的?|上面(?:说|提到|讲)?的?|上述|那个|这个|它的?|^那"
)
# “回到疫情,…”: the conversation turns back, and the question says to what by itself.
_RETURNS = re.compile(r"^(?:再)?(?:回到|说回|回头说)(?!刚才|前面|上面|之前)[^,，。]{2,8}[,，](?=.{5})")
# Words that ask how something went or will go, whatever it is.
_PREDICATES = re.compile(
    r"打算|计划|准备|目标|预计|预期|想要?|能够?|要|达到|完成|实现|增长|增加|提高|上涨|涨|提升|到|多"
)
_MIN_SUBJECT = 5
"""A question whose subject is shorter than this says too little to be searched for by itself."""
_MIN_RUN = 2
"""Characters that two siblings share behind their own words: a single one is shared by chance."""


@dataclass(frozen=True, slots=True)
class Standalone:
    """A question that needs no history: `text`, and what of it was asked now rather than before.

    `foreign` is its wording where it was put in another language than the report's.
    """

    text: str
    asked: str
    foreign: str = ""


def complete_question(question: str, history: Sequence[Turn], report: Document) -> Standalone:
    """Return the normalised `question` with what it leaves to the conversation filled in."""
    asked = [normalise_question(turn.content) for turn in history if turn.role == "user"]
    question, turned = _RETURNS.subn("", question)
    if not asked or (turned and question) or not _leans_on_history(question, report):
        return Standalone(question, question)
    context = _find_context(question, asked)
    question = _name_listed(question, history)
    question = _name_next_year(question, asked, report)
    own = find_periods(question, report.meta.year)
    if own:
        context = remove_periods(context, tuple(find_periods(context, report.meta.year)))
    addition = _FILLERS.sub("", question).strip()
    if _ELLIPSIS.search(question):
        if find_foreign_places(question, report):
            completed = f"{addition}{_FILLERS.sub('', context)}"
            return Standalone(completed, completed)
        word = addition.removesuffix("的")
        if replaced := _replace_sibling(context, word, report.text):
            return Standalone(replaced, replaced)
        # What is asked of something else (“文化活动呢？”) is asked as before: 多少场, 是什么.
        asks = _ASKS.findall(context)
        return Standalone(f"{word},{context}", f"{word}{asks[-1]}" if asks else f"{word},{context}")
    own_words = _POINTERS.sub("", addition)
    return Standalone(f"{strip_interrogatives(context)},{own_words}", own_words)


def _leans_on_history(question: str, report: Document) -> bool:
    timeless = remove_periods(question, tuple(find_periods(question, report.meta.year)))
    subject = _PREDICATES.sub("", strip_interrogatives(timeless)).replace(" ", "")
    return bool(_POINTING.search(question) or _ELLIPSIS.search(question)) or len(subject) < _MIN_SUBJECT


def _find_context(question: str, asked: Sequence[str]) -> str:
    """Return the earlier question that `question` continues: one it names, or the last with a subject."""
    named = _BACK_TO.search(question)
    if named:
        for earlier in reversed(asked):
            if named["topic"] in earlier:
                return earlier
    with_subject = [
        text for text in asked if len(strip_interrogatives(text).replace(" ", "")) >= _MIN_SUBJECT
    ]
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
            question = _NEXT_YEAR.sub(f"{periods[-1].last + 1}年", question)
            return _YEAR_BEFORE.sub(f"{periods[-1].first - 1}年", question)
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
