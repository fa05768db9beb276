"""Whether a question asks for an overview, and of what: the whole report, a time, a part or a section."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.language.numerals import NUMERAL, from_numeral
from index.language.periods import PeriodMention, find_periods, find_times, remove_times
from index.language.text import has_chinese
from index.language.words import tag_words
from index.types import DocumentMeta, IndexedDocument, PeriodKind, Section
from rag.evidence.term_weights import split_terms
from rag.question.cues import load_cues
from rag.question.english.pinyin import read_aloud
from rag.question.intent import Wanted, read_target
from rag.question.mention_wish import asks_mention
from rag.question.scope import read_scope

NAMED = 0.7
"""The share of its terms by which a heading and what is left of a question have to agree, both ways."""

_ORDINAL = re.compile(
    rf"第\s*(?P<number>\d{{1,2}}|{NUMERAL})\s*(?:个|大)*(?P<what>部分|章|篇|节|项|点|条|块|板块|方面|件|段)|"
    r"\b(?P<english>part|chapter|section|item)\s+(?P<n>\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten)\b",
    re.IGNORECASE,
)
_PARTS = frozenset(("部分", "章", "篇", "块", "板块", "part", "chapter"))
_NUMBER_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ENGLISH_NUMBERS = {word: at for at, word in enumerate(_NUMBER_WORDS, 1)}
_NUMBERING = re.compile(
    rf"^(?:第?(?P<ordinal>{NUMERAL})(?:部分|章|篇)?(?:[、.．：:，,]|是|要)|[（(]\s*(?P<bracketed>{NUMERAL}|\d{{1,2}})\s*[）)]、?|"
    r"(?P<digits>\d{1,2})\s*[.．、])\s*"
)
_WORD = re.compile(r"[A-Za-z]+")
_REPORT = re.compile(r"报告|全文|全篇|\breport\b|\bspeech\b", re.IGNORECASE)
# Asked for what a term means, for a reason, or for so many things.
_PARTICULAR = re.compile(rf"意思|含义|定义|指的?是|解释|为什么|为何|哪{NUMERAL}[个项件条大]")
_QUOTED = re.compile(r"[“\"《]")
_NOUNS = ("n", "vn", "an", "j", "eng")
_MEANINGFUL = (*_NOUNS, "v", "a", "i", "l", "z", "b")


@dataclass(frozen=True, slots=True)
class OverviewWish:
    """What an overview is asked of: `section`, else `periods`, else what is planned or done, else all."""

    section: Section | None = None
    periods: tuple[PeriodMention, ...] = ()
    kind: PeriodKind | None = None


def asks_overview(question: str, meta: DocumentMeta) -> bool:
    """Tell whether a normalised question asks what a report, or a time of it, says: it names no topic.

    One that names a time or the report, asks anything at all and nothing in particular needs no further cue.
    """
    if names_topic(question, meta) or asks_mention(question) or _PARTICULAR.search(question):
        return False
    cues = load_cues("overview")
    if cues.find(question, "summary", "content", "conduct", "tell", "english"):
        return True
    named = bool(find_periods(question, meta.year)) or _REPORT.search(question)
    anything = named and cues.find(question, "anything") and not names_topic(question, meta, strictly=True)
    return bool(anything) and read_target(question).wanted in (Wanted.ANYTHING, Wanted.ITEMS)


def names_topic(question: str, meta: DocumentMeta, *, strictly: bool = False) -> bool:
    """Tell whether a question names something beside times, the report's place and what any report has.

    Nouns do, quoted words, and verbs of what is done to things (改造, 引进); words of asking do not.
    `strictly` every other word does as well that has a meaning of its own.
    """
    if not has_chinese(question):
        return bool(_find_topic(question, meta))
    rest = _remove_place(remove_times(question, find_times(question, meta.year)), meta.place)
    cues = load_cues("overview")
    for cue in cues.cues:
        rest = cue.pattern.sub(lambda found: " " * len(found.group()), rest) if cue.id != "anything" else rest
    verbs = cues.words["topical_verbs"]
    kinds = _MEANINGFUL if strictly else _NOUNS
    return bool(_QUOTED.search(rest)) or any(
        len(word) > 1 and (tag.startswith(kinds) or word in verbs) and not cues.tells_nothing(word)
        for word, tag in tag_words(rest)
    )


def read_overview(question: str, report: IndexedDocument, asked: str = "") -> OverviewWish | None:
    """Return of what a normalised question asks for an overview, or None when it asks for something else.

    `asked` is the question as put, where that was in another language.
    """
    meta, asked = report.document.meta, asked or question
    cues = load_cues("overview")
    if section := _find_ordinal(asked, report):
        return OverviewWish(section)
    if _ORDINAL.search(asked) and not _find_topic(_ORDINAL.sub(" ", asked), meta):
        return None  # a part that is not there
    if not asks_overview(asked, meta):
        topic = _find_topic(asked, meta) if cues.find(asked) else ""
        section = _find_named(topic, report.structure.outline) if has_chinese(topic) else None
        return OverviewWish(section) if section else None
    periods = tuple(find_periods(question, meta.year))
    planned = read_scope(question, report.document).planned
    kind = None if planned is None else PeriodKind.PLANNED if planned else PeriodKind.DONE
    return OverviewWish(None, periods, None if periods else kind)


def number_of(heading: str) -> int | None:
    """Return the number that a heading begins with, or None."""
    match = _NUMBERING.match(heading)
    found = match and (match["ordinal"] or match["bracketed"] or match["digits"])
    return from_numeral(found) if found else None


def _find_topic(question: str, meta: DocumentMeta) -> str:
    """Return the words of a question that name something beside times, the report's place and cues."""
    rest = remove_times(question, find_times(question, meta.year))
    place = meta.place
    rest = _remove_place(rest, place)
    cues = load_cues("overview")
    for cue in cues.cues:
        rest = cue.pattern.sub(" ", rest)
    if cues.neutral:
        rest = cues.neutral.sub(" ", rest)
    spelled = "".join(read_aloud(character)[0] for character in place)
    words = (word for word in _WORD.findall(rest) if len(word) > 1 and word.lower() not in spelled)
    return "".join(re.findall(r"[㐀-鿿]+", rest)) or " ".join(words)


def _remove_place(question: str, place: str) -> str:
    """Return `question` without the report's place, or what it is called for short (云溪 of 云溪区)."""
    pieces = (place[start:end] for start in range(len(place) - 1) for end in range(len(place), start + 1, -1))
    for piece in pieces:
        question = question.replace(piece, " ")
    return question


def _find_ordinal(question: str, report: IndexedDocument) -> Section | None:
    """Return the part or section that a question names by its number (“第三部分”, “第七项”), or None."""
    match = _ORDINAL.search(question)
    if match is None or _find_topic(_ORDINAL.sub(" ", question), report.document.meta):
        return None
    word = match["number"] or match["n"].lower()
    number = _ENGLISH_NUMBERS.get(word) or from_numeral(word)
    what = match["what"] or match["english"].lower()
    outline = report.structure.outline
    if what in _PARTS:
        return outline[number - 1] if number <= len(outline) else None
    scope = read_scope(question, report.document)
    rows = [row for row in _find_rows(outline) if len(row) >= number]
    rows.sort(key=lambda row: _fit(row, scope.periods, scope.planned is False, report), reverse=True)
    return rows[0][number - 1] if rows else None


def _fit(
    row: Sequence[Section], periods: Sequence[PeriodMention], done: bool, report: IndexedDocument
) -> tuple[bool, bool, int]:
    """Return how likely a numbered row is meant: of the time asked for, else of what is planned this year."""
    inside = [
        passage.period
        for passage in report.structure.passages
        if row[0].start <= passage.span.start < row[-1].end
    ]
    labels = {mention.label for mention in periods}
    wanted = PeriodKind.DONE if done else PeriodKind.PLANNED
    year = f"{report.document.meta.year}年"
    return (
        2 * sum(period.label in labels for period in inside) > len(inside),
        2 * sum(period.kind is wanted and (done or period.label == year) for period in inside) > len(inside),
        len(row),
    )


def _find_rows(outline: Sequence[Section]) -> Iterator[list[Section]]:
    """Yield the numbered rows of sections below the parts: a new one begins where numbering starts again."""
    for part in outline:
        row: list[Section] = []
        for section in part.children:
            number = number_of(section.heading)
            if row and number == 1:
                yield row
                row = []
            row.append(section)
        if row:
            yield row


def _find_named(topic: str, outline: Sequence[Section]) -> Section | None:
    """Return the section whose heading a question names, or None."""
    asked = split_terms(topic)
    best, best_share = None, NAMED
    for section in _walk(outline):
        terms = split_terms(_NUMBERING.sub("", section.heading))
        if terms and asked:
            shared = len(terms & asked)
            share = min(shared / len(terms), shared / len(asked))
            if share >= best_share:
                best, best_share = section, share
    return best


def _walk(sections: Sequence[Section]) -> Iterator[Section]:
    for section in sections:
        yield section
        yield from _walk(section.children)
