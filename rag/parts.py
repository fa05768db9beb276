"""A question that asks several things, taken apart into questions that ask one thing each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from rag.conversation import Standalone
from rag.intent import strip_interrogatives
from rag.scope import PeriodMention, find_periods, tag_words
from rag.wording import has_chinese

MAX_PARTS = 8
"""Things that one message may ask: more than any question of our sets does, and about a second of work."""
_ENDS = re.compile(r"[?？;；]")
_ASKS = re.compile(
    r"多少|几|哪|什么|谁|何|吗|怎|如何|意思|相差|\b(?:what|which|how|who|when|where|why)\b", re.IGNORECASE
)
_BACKWARD = re.compile(r"它们?|其中|(?<![与尤极])其(?!他)|该")
_MARKS = " ,，。、和与"
_CLAUSES = re.compile(r"[,，、]|以及|并且")
_MIN_SUBJECT = 2
_MIN_ALONE = 4
"""Characters: a clause with a shorter subject (总投资, 占地) does not say of what."""
# Words that measure a difference and say nothing of what differs.
_MEASURE = re.compile(
    r"(?:已经?|实际|上?达到?的?|的?水平|再){0,4}[高低多少大快慢](?:出|了)?(?:多少|几)?个?(?:百分点)?|相差|水平|已达到的"
)

# Two things side by side, asked about one by one or compared: “甲和乙分别…”, “甲与乙相差…”. Where the first
# joint between two marks leads nowhere no later one does: looking for others would take cubic time.
_PAIR = re.compile(
    r"(?<![^,，、;；])(?P<left>(?>[^,，、;；]+?(?=[和与跟同及])))[和与跟同及](?P<right>[^,，、;；]+?)"
    r"(?P<tail>[,，]?(?:哪个|哪一|谁|相差|差多少|的?差距|分别|各自|各[是有]).*)$"
)
_COMPARED = "比(?!例|重|较|上年|上一年|去年|前年|同期|赛)"
# One thing against another: “甲比乙多几家”.
_THAN = re.compile(
    rf"(?<![^,，、;；])(?P<left>(?>[^,，、;；]+?(?={_COMPARED})))比(?P<right>[^,，、;；]+?)"
    r"(?P<tail>[要还]?[高低多少大快慢]了?出?(?:多少|几).*)$"
)
_RANGE = re.compile(r"从[^,，]{0,8}\d{4}年?(?:到|至|[—–~-])\d{4}年")
_SAME_YEAR = re.compile(r"当年|同年|同期")
_MAX_ITEM = 8
"""Characters: names set side by side (城镇居民, 农村居民) are no longer than this."""


@dataclass(frozen=True, slots=True)
class Part:
    """One of the things a question asks.

    `text` is its wording made to stand by itself, `subject` what of that says what it is about, `focus` what
    says which kind of answer it wants, `context` the whole question that it came from, `periods` those that
    it is restricted to.
    """

    text: str
    subject: str
    focus: str
    context: str
    periods: tuple[PeriodMention, ...]


def split_question(question: Standalone, report_year: int) -> list[Part]:
    """Split a normalised, standalone question; one that asks a single thing comes back as one part."""
    parts = [
        Part(text, text, focus, question.text, tuple(find_periods(text, report_year)))
        for sentence in split_sentences(question.text)
        for text, focus in _split_sentence(sentence, report_year)
    ]
    if len(parts) == 1 and question.asked != question.text:
        return [replace(parts[0], subject=question.asked, focus=question.asked)]
    return parts


def split_clauses(part: Part, report_year: int) -> list[Part]:
    """Split a part whose clauses ask one thing each (“甲有几处,乙有几宗”); else it comes back alone.

    A clause that says too little of its subject (“总投资多少”) keeps that of the first.
    """
    clauses = [clause for clause in _CLAUSES.split(part.text) if clause.strip(_MARKS)]
    if len(clauses) < 2 or not all(_ASKS.search(clause) for clause in clauses):
        return [part]
    lead = strip_interrogatives(clauses[0])
    periods = "".join(mention.label for mention in part.periods[:1])
    parts = [replace(part, text=clauses[0], subject=clauses[0], focus=clauses[0])]
    for clause in clauses[1:]:
        alone = len(strip_interrogatives(clause).replace(" ", "")) >= _MIN_ALONE
        subject = clause if alone else f"{lead},{clause}"
        text = f"{periods}{subject}" if alone else subject
        parts.append(Part(text, subject, clause, part.context, tuple(find_periods(text, report_year))))
    return parts


def tell_left(left: int, *, chinese: bool) -> tuple[str, ...]:
    """Return the notice that `left` of the things a message asks are not answered; none when all are."""
    if not left:
        return ()
    if chinese:
        return (f"一次最多回答{MAX_PARTS}个问题，后面的{left}个没有回答，请另行提问。",)
    return (f"At most {MAX_PARTS} questions are answered at a time: please ask the last {left} again.",)


def split_sentences(question: str) -> list[str]:
    """Return the sentences that ask; one that points back gets the subject of the one before."""
    asking = [sentence for piece in _ENDS.split(question) if _ASKS.search(sentence := piece.strip(_MARKS))]
    if len(asking) < 2:
        return [question]
    completed = asking[:1]
    for before, sentence in pairwise(asking):
        subject = strip_interrogatives(before)
        completed.append(f"{subject},{sentence}" if _BACKWARD.search(sentence) else sentence)
    return completed


def _split_sentence(sentence: str, report_year: int) -> Iterator[tuple[str, str]]:
    periods = find_periods(sentence, report_year)
    labels = list(dict.fromkeys(mention.label for mention in periods))
    if len(labels) > 1 and not _RANGE.search(sentence):
        firsts = [next(mention for mention in periods if mention.label == label) for label in labels]
        yield from _split_periods(sentence, firsts)
    elif pair := _PAIR.search(sentence) or _THAN.search(sentence):
        yield from _split_pair(sentence[: pair.start()], pair, periods)
    else:
        yield sentence, sentence


def _split_periods(sentence: str, mentions: list[PeriodMention]) -> Iterator[tuple[str, str]]:
    """Yield what is asked of each period, with what stands before the first put before each."""
    shared = sentence[: mentions[0].span.start].strip(_MARKS)
    edges = [mention.span.start for mention in mentions] + [len(sentence)]
    segments = [sentence[start:end] for start, end in pairwise(edges)]
    asked = [
        segment[len(mention.span) :].strip(f"{_MARKS}的")
        for segment, mention in zip(segments, mentions, strict=True)
    ]
    for segment, mention, words in zip(segments, mentions, asked, strict=True):
        own = segment.replace("分别", "").strip(_MARKS)
        if not _names_something(words):
            if words == asked[-1]:
                # “2031年普及率的目标比2030年高多少”: what the first segment is about is compared.
                own = f"{mention.span.of(sentence)}{strip_interrogatives(asked[0]).removesuffix('比')}{words}"
            else:
                # “2020年和2021年分别涉及多少户”: what the last segment asks is asked of every period.
                own = mention.span.of(sentence) + segments[-1][len(mentions[-1].span) :].replace("分别", "")
        yield f"{shared}{own}", own


def stands_alone(sentence: str) -> bool:
    """Tell whether a sentence says of what it asks: “哪个更高” leaves that to what stands beside it.

    So does one of which all but an English word (in small letters) could not be put into Chinese.
    """
    subject = strip_interrogatives(_MEASURE.sub("", sentence))
    return _names_something(sentence) and (has_chinese(subject) or not subject.islower())


def _names_something(words: str) -> bool:
    return len(strip_interrogatives(_MEASURE.sub("", words)).replace(" ", "")) >= _MIN_SUBJECT


def _split_pair(head: str, pair: re.Match[str], periods: list[PeriodMention]) -> Iterator[tuple[str, str]]:
    """Yield the two things with what they share: “城镇和农村居民收入” are 城镇居民收入 and 农村居民收入."""
    left, right, tail = pair["left"], pair["right"], pair["tail"]
    if periods:
        right = _SAME_YEAR.sub(periods[0].label, right)
    if ending := _find_shared_ending(left, right):
        own = right.index(ending)
        stem = _cut_item(left.removesuffix(ending), own)
        left, right = left + right[own + len(ending) :], stem + right
    yield f"{head}{left}{tail}", left
    yield f"{head}{right}{tail}", right


def _find_shared_ending(left: str, right: str) -> str:
    """Return the longest ending of `left` that stands near the front of `right` (居民 in 农村居民收入)."""
    for length in range(min(len(left), _MAX_ITEM), 0, -1):
        ending = left[-length:]
        if right.find(ending, 0, _MAX_ITEM) > 0:
            return ending
    return ""


def _cut_item(text: str, length: int) -> str:
    """Return `text` without its last `length` characters, or fewer where the item visibly begins later.

    Where that would cut a word in two, the items are not of one length, and all of the item goes.
    """
    cut = max(0, len(text) - length)
    begins = max(text.rfind(mark) for mark in "年的末”") + 1
    edges = accumulate((len(word) for word, _ in tag_words(text)), initial=0)
    return text[: max(cut, begins) if cut in edges else begins]
