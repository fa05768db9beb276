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
from index.language.units import ASKED
from index.language.words import tag_words
from rag.question.intent import strip_interrogatives
from rag.question.subject import names_subject

MAX_PARTS = 8
"""Things that one message may ask: more than any question of our sets does, and about a second of work."""
_ASKS = re.compile(
    r"多少|几|哪|什么|谁|何|吗|怎|意思|相差|呢$|\b(?:what|which|how|who|when|where|why)\b", re.IGNORECASE
)
# Where one question may end and the next begin; what stands behind the last “?” and asks nothing is left out.
_ENDS = re.compile(r"(?P<end>[?;。!]+)\s*| |[,、](?!\d{3})(?=(?P<led>\w{0,8}))")
_CLAUSE_ENDS = re.compile(r"[,、](?!\d{3})|以及|并且")
# “1. …2. …”, “Q1：…”, “第一，…”, “(a)…”: the number of a question, never that of a figure (1.2亿元).
_NUMBER = re.compile(
    rf"(?:^|(?<=[\s。.;?!,:]))(?:[Qq]|问题?|第)?\s?\(?(?P<number>\d{{1,2}}|{NUMERAL}|[a-hA-H])"
    r"(?:[).、:,]\s?){1,2}(?!\d)"
)
# What somebody says before a question: 另外, 顺便问一下, 还想了解.
_CONNECTIVE = re.compile(
    r"^(?:(?:另外|还有|此外|以及|同时|并且|再就是|对了|请问|那么|最后|然后|其次|首先|"
    r"[顺便再还也我想请麻烦帮能你]{0,6}(?:问|请教|打听|了解|查|知道|告诉)[我们一下]{0,3})[,:]?\s*)+"
)
_EACH = re.compile(r"(?:分别|各自|各(?=[是有为]))")
_AND = re.compile(r"、|以及|[和与及跟]")
_BACKWARD = re.compile(r"它们?|这[项类些个种家批]|其中|(?<![与尤极])其(?!他)|该")
_MARKS = " ,，。、和与"
_HOW_MANY = re.compile(r"(?:分别|各)?[是有为达到]{0,2}(?:多少|几(?!乎|年))")
_AS_BEFORE = "呢"
_MIN_SUBJECT = 2
_MIN_ALONE = 4
"""Characters: a clause with a shorter subject (总投资, 占地) does not say of what."""
# Words that measure a difference and say nothing of what differs.
_MEASURE = re.compile(
    r"(?:已经?|实际|上?达到?的?|的?水平|再){0,4}[高低多少大快慢](?:出|了)?(?:多少|几)?个?(?:百分点)?|相差|水平|已达到的"
)

DIFFERENCE = re.compile(
    r"相差(?:多少|几)?|差(?:多少|几)|差距|再?[高低多少大快慢][一-鿿]{0,3}?(?:多少|几)|"
    r"(?:增加|减少|提高|下降|增长|降低|上升)了?(?:多少|几)|(?:还有|还剩|剩下?)有?多少"
)
"""Words that ask by how much two amounts differ."""
_POINTS = re.compile(r"个?百分点")
_BY_HOW_MUCH = re.compile(
    rf"(?:{DIFFERENCE.pattern})(?:{_POINTS.pattern})?(?P<unit>[十百千万亿]*(?:{ASKED})?)"
)
_EARLIER = rf"(?:{A_YEAR}|往年|年初|上季度)"
_VERSUS = re.compile(rf"[比较](?P<earlier>{_EARLIER})(?:同期)?")
_PLANNED = re.compile(r"计划|要|打算|准备|目标")
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


def compares_years(question: str) -> bool:
    """Tell whether a question asks by how much something differs from an earlier time: 比去年多改造多少个."""
    versus = _VERSUS.search(question)
    return versus is not None and DIFFERENCE.search(question, versus.end()) is not None


def split_years(wording: Wording, periods: Sequence[PeriodMention], report_year: int) -> list[Wording]:
    """Return the two years that “今年…比去年多几个” sets against each other; [] where it does not."""
    text = wording.text
    versus = _VERSUS.search(text)
    named = [one for one in periods if not versus or one.span.start not in range(*versus.span())]
    if not versus or len(named) != 1 or named[0].first != named[0].last:
        return []
    (mention,) = named
    known = find_periods(versus["earlier"], report_year)
    earlier = known[0].first if known and known[0].first != mention.first else mention.first - 1
    rest = text[: versus.start()] + text[versus.end() :]
    if mention.span.start > versus.start():
        mention = replace(mention, span=mention.span.moved(versus.start() - versus.end()))
    before = f"{rest[: mention.span.start]}{earlier}年{_PLANNED.sub('', rest[mention.span.end :])}"
    return [Wording(one, one, one) for one in (rest, before)]


def ask_amount(wording: Wording) -> Wording:
    """Return the operand of a comparison asking for its amount: the difference is computed, not stated."""
    focus = DIFFERENCE.sub(_AMOUNT, _POINTS.sub("", wording.focus))
    text = _BY_HOW_MUCH.sub(r"是多少\g<unit>", wording.text)
    about = _BY_HOW_MUCH.sub("", wording.about)
    return Wording(text, about, focus if _AMOUNT in focus else f"{wording.focus}{_AMOUNT}")


def split_clauses(text: str, periods: Sequence[PeriodMention]) -> list[Wording]:
    """Split a question whose clauses ask one thing each (“甲有几处,乙有几宗”); [] for any other.

    A clause that says too little of its subject (“总投资多少”) keeps that of the first.
    """
    clauses = [clause.strip(_MARKS) for clause in _cut(text, _CLAUSE_ENDS)]
    if len(clauses) < 2:
        return []
    lead = strip_interrogatives(clauses[0])
    period = "".join(mention.label for mention in periods[:1])
    parts = [Wording(clauses[0], clauses[0], clauses[0])]
    for clause in clauses[1:]:
        alone = len(strip_interrogatives(clause).replace(" ", "")) >= _MIN_ALONE
        subject = clause if alone else f"{lead},{clause}"
        parts.append(Wording(f"{period}{subject}" if alone else subject, subject, clause))
    return parts


def split_coordination(text: str, periods: Sequence[PeriodMention], known: str) -> list[Wording]:
    """Split “甲和乙是多少” into what it asks of each; [] for any other. It may be one thing (工业和信息化).

    A thing that the report `known` names with the ending of the last one (城镇 of 城镇和农村居民) gets it.
    """
    asked = _HOW_MANY.search(text)
    if not asked:
        return []
    items, tail = [""], text[asked.start() :]
    for word, _ in tag_words(remove_times(text[: asked.start()], periods)):
        if _AND.fullmatch(word):
            items.append("")
        else:
            items[-1] += word
    items = [item.strip(_MARKS) for item in items]
    if len(items) < 2 or not all(len(item) >= _MIN_SUBJECT for item in items):
        return []
    ending = "".join(word for word, _ in tag_words(items[-1])[1:])
    completed = [item + ending if item + ending in known else item for item in items[:-1]]
    period = "".join(mention.label for mention in periods[:1])
    return [Wording(f"{period}{item}{tail}", item, f"{item}{tail}") for item in (*completed, items[-1])]


def split_message(message: str) -> list[str]:
    """Return the questions of a message: those that it numbers, else what asks between its marks.

    Whatever asks nothing belongs to the question behind it. Things that are listed after a request, or one by
    one between semicolons, are asked for as they stand.
    """
    if numbered := _split_numbered(message):
        return numbered
    message = _CONNECTIVE.sub("", message)
    if not _ASKS.search(message):
        items = dict.fromkeys(map(_tidy, re.split(r"[;?]", message)))
        listed = [item for item in items if len(item) >= _MIN_SUBJECT]
        return listed if len(listed) > 1 else [message]
    return [_tidy(question) for question in _cut(message, _ENDS)]


def _cut(text: str, joints: re.Pattern[str]) -> list[str]:
    """Cut `text` at those of its `joints` that have something that asks on either side.

    A joint with a group `led` is one only where that begins as another question does.
    """
    pieces, at, ended = [""], 0, False
    for joint in joints.finditer(text):
        found = joint.groupdict()
        if found.get("led") is not None and not _CONNECTIVE.match(found["led"]):
            continue
        before, at = text[at : joint.start()], joint.end()
        pieces[-1] += before
        ended = bool(found.get("end"))
        if _ASKS.search(pieces[-1]):
            pieces.append("")
        else:
            pieces[-1] += joint.group()
    pieces[-1] += text[at:]
    if len(pieces) > 1 and not _ASKS.search(pieces[-1]):
        last = pieces.pop()
        pieces[-1] += "" if ended else f",{last}" if last.strip(_MARKS) else ""
    return pieces


def _split_numbered(message: str) -> list[str]:
    """Return what stands behind each of the numbers 1, 2, 3, … (Q1：, 第一，, (2), 3., a.) of a message."""
    marks: list[re.Match[str]] = []
    for match in _NUMBER.finditer(message):
        if _read_number(match["number"]) == len(marks) + 1:
            marks.append(match)
    if len(marks) < 2:
        return []
    ends = [*(match.start() for match in marks[1:]), len(message)]
    return [_tidy(message[match.end() : end]) for match, end in zip(marks, ends, strict=True)]


def _read_number(number: str) -> int:
    letter = number.lower()
    return ord(letter) - ord("a") + 1 if letter.isascii() and letter.isalpha() else from_numeral(number)


def _tidy(piece: str) -> str:
    return _CONNECTIVE.sub("", piece.strip(f"{_MARKS}。.!?;")).strip(_MARKS)


def complete_questions(questions: Sequence[str], report_year: int) -> list[str]:
    """Return the questions of one message, each standing alone.

    One that points back, or names nothing of its own, gets the subject of the last before it that names one;
    but for its time, where it has its own.
    """
    completed = list(questions[:1])
    subject = ""
    for before, question in pairwise(questions):
        if names_subject(before, report_year):
            subject = before
        leans = _BACKWARD.search(question) or not names_subject(question, report_year)
        completed.append(_lend_subject(subject, question, report_year) if leans and subject else question)
    return completed


def _lend_subject(before: str, question: str, report_year: int) -> str:
    if find_times(question, report_year):
        before = remove_times(before, find_times(before, report_year))
    if question.endswith(_AS_BEFORE):  # “今年呢”
        return question.removesuffix(_AS_BEFORE) + before
    return f"{strip_interrogatives(before)},{question}"


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
            if words == asked[-1] and not _CLAUSE_ENDS.search(sentence[mention.span.start - 1]):
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
