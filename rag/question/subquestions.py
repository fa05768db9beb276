"""A question that asks several things, taken apart into questions that ask one thing each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from index.language.numerals import NUMERAL, from_numeral
from index.language.periods import (
    A_RELATIVE_YEAR,
    A_YEAR,
    PeriodMention,
    find_periods,
    find_times,
    remove_times,
    resolve_anaphora,
)
from index.language.words import tag_words
from rag.question.intent import strip_interrogatives
from rag.question.subject import names_subject

MAX_PARTS = 8
"""Things that one message may ask: more than any question of our sets does, and about a second of work."""
_ENDS = re.compile(r"[?？;；]")
_ASKS = re.compile(
    r"多少|几|哪|什么|谁|何|吗|怎|如何|意思|相差|\b(?:what|which|how|who|when|where|why)\b", re.IGNORECASE
)
# “1. …2. …”, “Q1：…”, “第一，…”: the number of a question, never that of a figure (1.2亿元).
_NUMBER = re.compile(
    rf"(?:^|(?<=[\s。.;；?？!！,，:：]))(?:[Qq]|问题?|第)?\s?[（(]?(?P<number>\d{{1,2}}|{NUMERAL})"
    r"[)）]?\s?[.、:：)）,，](?!\d)\s*"
)
_CONNECTIVE = re.compile(
    r"^(?:(?:另外|还有|此外|以及|同时|并且|再就是|再问一?下?|顺便问?一?下?|对了|请问|那么|最后|然后|其次|首先)[,，:：]?\s*)+"
)
_EACH = re.compile(r"(?:分别|各自|各(?=[是有为]))")
_AND = re.compile(r"、|以及|[和与及跟]")
_BACKWARD = re.compile(r"它们?|这[项类些个种家批]|其中|(?<![与尤极])其(?!他)|该")
_MARKS = " ,，。、和与"
_CLAUSES = re.compile(r"[,，、]|以及|并且")
_MIN_SUBJECT = 2
_MIN_ALONE = 4
"""Characters: a clause with a shorter subject (总投资, 占地) does not say of what."""
# Words that measure a difference and say nothing of what differs.
_MEASURE = re.compile(
    r"(?:已经?|实际|上?达到?的?|的?水平|再){0,4}[高低多少大快慢](?:出|了)?(?:多少|几)?个?(?:百分点)?|相差|水平|已达到的"
)

DIFFERENCE = re.compile(
    r"相差(?:多少|几)?|差(?:多少|几)|差距|再?[高低多少大快慢][一-鿿]?[了出]?(?:多少|几)|"
    r"(?:增加|减少|提高|下降|增长|降低|上升)了?(?:多少|几)|(?:还有|还剩|剩下?)有?多少"
)
"""Words that ask by how much two amounts differ."""
_EARLIER = rf"(?:{A_YEAR}|往年|年初|上季度)"
_VERSUS = re.compile(rf"(?:比|较)(?P<earlier>{_EARLIER})(?:同期)?")
_PLANNED = re.compile(r"计划|要|打算|准备|目标")
_POINTS = re.compile(r"个?百分点")
# “总额是多少” would ask for money alone.
_AMOUNT = "的数字是多少"

# Two things side by side, asked about one by one or compared: “甲和乙分别…”, “甲与乙相差…”. Where the first
# joint between two marks leads nowhere no later one does: looking for others would take cubic time.
_PAIR = re.compile(
    r"(?<![^,，、;；])(?P<left>(?>[^,，、;；]+?(?=[和与跟同及])))[和与跟同及](?P<right>[^,，、;；]+?)"
    r"(?P<tail>[,，]?(?:哪个|哪一|谁|相差|差多少|的?差距|分别|各自|各[是有]).*)$"
)
_COMPARED = rf"比(?!例|重|较|同期|赛|{A_RELATIVE_YEAR})"
# One thing against another: “甲比乙多几家”.
_THAN = re.compile(
    rf"(?<![^,，、;；])(?P<left>(?>[^,，、;；]+?(?={_COMPARED})))比(?P<right>[^,，、;；]+?)"
    r"(?P<tail>[要还]?[高低多少大快慢][一-鿿]?[了出]?(?:多少|几).*)$"
)
_MAX_ITEM = 8
"""Characters: names set side by side (城镇居民, 农村居民) are no longer than this."""


@dataclass(frozen=True, slots=True)
class Wording:
    """The wording of one thing that is asked, made to stand by itself.

    Of `text`, `about` are the words that say what it is about, `focus` those that say which kind of answer it
    wants.
    """

    text: str
    about: str
    focus: str


def split_question(wording: Wording, periods: Sequence[PeriodMention]) -> list[Wording]:
    """Split what one sentence asks into things asked one by one; `periods` are those it names.

    One that asks a single thing comes back as it is.
    """
    parts = [Wording(text, text, focus) for text, focus in _split_sentence(wording.text, list(periods))]
    return parts if len(parts) > 1 else [wording]


def split_years(wording: Wording, periods: Sequence[PeriodMention], report_year: int) -> list[Wording]:
    """Return the two years that “今年…比去年多几个” sets against each other; [] where it does not."""
    text = wording.text
    versus = _VERSUS.search(text)
    if not versus or len(periods) != 1 or periods[0].first != periods[0].last:
        return []
    (mention,) = periods
    named = find_periods(versus["earlier"], report_year)
    earlier = named[0].first if named and named[0].first != mention.first else mention.first - 1
    rest = text[: versus.start()] + text[versus.end() :]
    before = f"{rest[: mention.span.start]}{earlier}年{_PLANNED.sub('', rest[mention.span.end :])}"
    return [Wording(one, one, one) for one in (rest, before)]


def ask_amount(wording: Wording) -> Wording:
    """Return the operand of a comparison asking for its amount: the difference is computed, not stated."""
    focus = DIFFERENCE.sub(_AMOUNT, _POINTS.sub("", wording.focus))
    return replace(wording, focus=focus if _AMOUNT in focus else f"{wording.focus}{_AMOUNT}")


def split_clauses(text: str, periods: Sequence[PeriodMention]) -> list[Wording]:
    """Split a question whose clauses ask one thing each (“甲有几处,乙有几宗”); [] for any other.

    A clause that says too little of its subject (“总投资多少”) keeps that of the first.
    """
    clauses = [clause for clause in _CLAUSES.split(text) if clause.strip(_MARKS)]
    if len(clauses) < 2 or not all(_ASKS.search(clause) for clause in clauses):
        return []
    lead = strip_interrogatives(clauses[0])
    period = "".join(mention.label for mention in periods[:1])
    parts = [Wording(clauses[0], clauses[0], clauses[0])]
    for clause in clauses[1:]:
        alone = len(strip_interrogatives(clause).replace(" ", "")) >= _MIN_ALONE
        subject = clause if alone else f"{lead},{clause}"
        parts.append(Wording(f"{period}{subject}" if alone else subject, subject, clause))
    return parts


def split_sentences(question: str, report_year: int) -> list[str]:
    """Return the questions of a message: those that it numbers, else the sentences that ask.

    One that points back, or names nothing of its own, gets the subject of the one before.
    """
    asking = _split_numbered(question) or [
        sentence for piece in _ENDS.split(question) if _ASKS.search(sentence := _tidy(piece))
    ]
    if len(asking) < 2:
        return [question]
    completed = asking[:1]
    subject = ""
    for before, sentence in pairwise(asking):
        if names_subject(before, report_year):
            subject = before
        leans = _BACKWARD.search(sentence) or not names_subject(sentence, report_year)
        completed.append(_lend_subject(subject, sentence, report_year) if leans and subject else sentence)
    return completed


def _split_numbered(message: str) -> list[str]:
    """Return what stands behind each of the numbers 1, 2, 3, … (Q1：, 第一，, (2), 3.) of a message."""
    marks: list[re.Match[str]] = []
    for match in _NUMBER.finditer(message):
        if from_numeral(match["number"]) == len(marks) + 1:
            marks.append(match)
    if len(marks) < 2:
        return []
    ends = [*(match.start() for match in marks[1:]), len(message)]
    return [_tidy(message[match.end() : end]) for match, end in zip(marks, ends, strict=True)]


def _tidy(piece: str) -> str:
    return _CONNECTIVE.sub("", piece.strip(f"{_MARKS}。.！!")).strip(_MARKS)


def _lend_subject(before: str, sentence: str, report_year: int) -> str:
    """Return `sentence` with what `before` is about, but for its time where `sentence` has its own."""
    if find_times(sentence, report_year):
        before = remove_times(before, find_times(before, report_year))
    return f"{strip_interrogatives(before)},{sentence}"


def _split_sentence(sentence: str, periods: list[PeriodMention]) -> Iterator[tuple[str, str]]:
    labels = list(dict.fromkeys(mention.label for mention in periods))
    if len(labels) > 1:
        firsts = [next(mention for mention in periods if mention.label == label) for label in labels]
        yield from _split_periods(sentence, firsts)
    elif len(items := _split_items(sentence)) > 2:
        yield from _share_tail(items, sentence, periods)
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
        if not _has_subject(words):
            if words == asked[-1] and not _CLAUSES.search(sentence[mention.span.start - 1]):
                # “2031年普及率的目标比2030年高多少”: what the first segment is about is compared.
                own = f"{mention.span.of(sentence)}{strip_interrogatives(asked[0]).removesuffix('比')}{words}"
            elif not _ASKS.search(words):
                # “2020年和2021年分别涉及多少户”: what the last segment asks is asked of every period.
                own = mention.span.of(sentence) + segments[-1][len(mentions[-1].span) :].replace("分别", "")
        yield f"{shared}{own}", own


def _split_items(sentence: str) -> list[str]:
    """Return the things that one question asks of in turn: “甲、乙和丙分别是多少”."""
    each = _EACH.search(sentence)
    return [item for item in _AND.split(sentence[: each.start()]) if item.strip(_MARKS)] if each else []


def _share_tail(
    items: Sequence[str], sentence: str, periods: Sequence[PeriodMention]
) -> Iterator[tuple[str, str]]:
    """Yield each of the things with the time that one of them is given and what is asked of all."""
    each = _EACH.search(sentence)
    tail = sentence[each.end() :] if each else ""
    time = periods[0].span.of(sentence) if periods else ""
    for item in items:
        own = item.replace(time, "").strip(f"{_MARKS}的") if time else item.strip(_MARKS)
        yield f"{time}{own}{tail}", f"{own}{tail}"


def _has_subject(words: str) -> bool:
    return len(strip_interrogatives(_MEASURE.sub("", words)).replace(" ", "")) >= _MIN_SUBJECT


def _split_pair(head: str, pair: re.Match[str], periods: list[PeriodMention]) -> Iterator[tuple[str, str]]:
    """Yield the two things with what they share: “城镇和农村居民收入” are 城镇居民收入 and 农村居民收入."""
    left, right, tail = pair["left"], pair["right"], pair["tail"]
    if periods:
        right = resolve_anaphora(right, periods[0])
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
