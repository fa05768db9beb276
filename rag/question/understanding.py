"""Understanding: makes a Query of what somebody asks; whatever is in it is read here, once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from index.language.periods import Time, find_times, remove_times
from index.language.text import has_chinese, normalise_question
from index.types import Document, Index, IndexedDocument
from rag.limits import MAX_QUESTION
from rag.question.abbreviations import write_out
from rag.question.asking import asks_where
from rag.question.classifier import Encode, no_vector
from rag.question.conversation.leaning import Link
from rag.question.conversation.thread import Continued, Reader, pair_turns
from rag.question.english import is_english, to_chinese
from rag.question.intent import MOSTLY, Intent, Wanted, choose_intent, read_target, strip_interrogatives
from rag.question.length import read_length
from rag.question.mention_wish import read_mention
from rag.question.openness import asks_of_one_topic, may_be_open, read_keyword, read_openness
from rag.question.overview_wish import read_overview
from rag.question.query import Query
from rag.question.routing import choose_report
from rag.question.scope import (
    Scope,
    read_scope,
    remove_own_place,
    remove_plan_words,
)
from rag.question.subject import names_subject
from rag.question.subquestions import (
    MAX_PARTS,
    Wording,
    ask_amount,
    compares_years,
    complete_questions,
    split_clauses,
    split_coordination,
    split_message,
    split_question,
    split_years,
)
from rag.question.topic_words import read_topic
from rag.question.wants import BOTH, TimeWish, Want, choose_time, judge_time, judge_wants
from rag.types import Language, Question, Turn

_FIGURES = frozenset({Wanted.AMOUNT, Wanted.SHARE})
_CLAUSES = re.compile(r"[,;。?]")
_MIN_CLAUSE = 4
"""Characters: a shorter clause says nothing of a time."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What a question is read against: a report, and what gives vectors of the bundled encoder."""

    report: IndexedDocument
    encode: Encode


def understand(question: Question, reports: Index) -> tuple[str, Query]:
    """Return the id of the report that is asked, and the question as it is understood of that report."""
    asked = normalise_question(question.text)
    places = "。".join(indexed.document.meta.place for indexed in reports.documents.values())
    earlier = [_read_turn(turn) for turn in question.history if turn.role == "user"]
    now, *before = (to_chinese(wording, places) for wording in (asked, *earlier))
    name = choose_report(now, before, question.documents, reports)
    report = reports.documents[name]
    return name, understand_of(asked, question.history, report, read_language(question), reports.encode)


def understand_of(
    asked: str,
    history: Iterable[Turn],
    report: IndexedDocument,
    language: Language = Language.CHINESE,
    encode: Encode = no_vector,
) -> Query:
    """Understand the normalised question `asked` after `history` as one that `report` is to answer."""
    words = report.document.text
    turns = [replace(turn, content=turn.content[:MAX_QUESTION]) for turn in history]
    reader = Reader(
        report.document, cache(encode), cache(lambda wording: write_out(to_chinese(wording, words), words))
    )
    told = reader.follow(asked, pair_turns(turns))
    query = read_query(told.text, report, about=told.about, asked=told.put, language=language, encode=encode)
    return _go_on(replace(query, asked=asked), told)


def _go_on(query: Query, told: Continued) -> Query:
    """Return `query` as one that goes on with what was said: all that matters of its topic is wanted."""
    query = replace(query, thread=told.thread)
    if told.thread.link in (Link.ALONE, Link.OTHER):
        return query
    if told.thread.link is Link.DETAIL:
        open_ = query.openness and replace(query.openness, told=told.thread.told)
        return replace(query, openness=open_)
    if query.parts and not told.thread.told:
        return query  # several things none of which was answered: they are asked again
    openness = query.openness or read_keyword(query.topic, query.scope)
    openness = replace(openness, told=told.thread.told, certain=True)
    intent = Intent.FACT if query.intent is Intent.SEVERAL else query.intent  # it has no parts any more
    return replace(query, intent=intent, openness=openness, mention=None, parts=(), clauses=(), left=0)


def read_query(
    text: str,
    report: IndexedDocument,
    *,
    about: str | None = None,
    asked: str | None = None,
    language: Language = Language.CHINESE,
    encode: Encode = no_vector,
) -> Query:
    """Read a normalised question that stands alone; `about` are the words of it that say what it is about.

    Each of several sentences becomes a part; those of a comparison hold its operands. `encode` gives vectors
    of the bundled encoder, by which what is wanted is judged better than by the wording alone.
    """
    ground = Ground(report, encode)
    query, wording = _read_sentence(text, ground, about=about, asked=asked, language=language)
    questions = split_message(text)
    sentences = complete_questions(questions[:MAX_PARTS], report.document.meta.year)
    together = query.intent is Intent.DELIVERY or asks_of_one_topic(
        query.openness, sentences, report.document
    )
    if len(sentences) < 2 or together:  # who, when and where stand in one place
        return _split(query, wording, ground)
    if _compares_others(questions, ground):
        operands = [operand for one in sentences[:-1] for operand in _split_operands(one, query, ground)]
        return replace(query, intent=Intent.COMPARISON, parts=tuple(operands))
    # A part is one sentence, whatever its completion brought along: it is not split into sentences again.
    parts = [_split(*_read_sentence(one, ground, language=language), ground) for one in sentences]
    return replace(
        query,
        intent=Intent.SEVERAL,
        mention=None,
        overview=None,
        openness=None,
        parts=tuple(parts),
        left=len(questions) - len(sentences),
    )


def _read_sentence(
    text: str,
    ground: Ground,
    *,
    about: str | None = None,
    asked: str | None = None,
    language: Language,
) -> tuple[Query, Wording]:
    """Read a question as one sentence, not yet split into what it asks one by one."""
    report = ground.report
    wording = Wording(text, about or text, about or text)
    put = asked if asked and language is not Language.CHINESE else ""  # in another language
    query = replace(_read_part(wording, ground, asked or text, put=put), language=language)
    wants, topic, scope = query.wants, query.topic, query.scope
    divided = query.time is TimeWish.NAMED and may_be_open(wants)  # of a fact its one time is enough
    besides = _read_time_besides(text, ground) if divided else TimeWish.ALL
    overview = read_overview(put or text, report, scope, topic, wants)
    query = replace(
        query,
        length=read_length(put or text),
        mention=read_mention(topic, where=asks_where(put or text))
        if wants.of(Want.MENTION) >= MOSTLY
        else None,
        overview=overview,
        openness=None
        if overview
        else read_openness(text, report.document, scope, topic, wants, query.target, query.time, besides),
    )
    return query, wording


def _read_time_besides(text: str, ground: Ground) -> TimeWish:
    """Read which time the clauses of a question want that name none, while others name one.

    “教育上都做了什么,今年又打算怎么弄?” asks of all that was done, and of this year's plans.
    """
    year = ground.report.document.meta.year
    for clause in _CLAUSES.split(text)[:MAX_PARTS]:
        if len(clause) >= _MIN_CLAUSE and not find_times(clause, year):
            wish = choose_time([judge_time(clause, (), ground.encode(clause))], named=False, sure=BOTH)
            if wish is not TimeWish.ALL:
                return wish
    return TimeWish.ALL


def _compares_others(questions: Sequence[str], ground: Ground) -> bool:
    """Tell whether the last of several questions sets against each other what the ones before ask for."""
    *before, last = questions
    year = ground.report.document.meta.year
    if len(before) < 2 or names_subject(last, year) or (times := find_times(last, year)):
        return False
    return choose_intent(last, judge_wants(last, times, ground.encode(last))) is Intent.COMPARISON


def _split(query: Query, wording: Wording, ground: Ground) -> Query:
    """Return `query` with what it asks one by one in one sentence, or else in its clauses."""
    wordings = split_question(wording, query.scope.periods)
    if query.intent is Intent.COMPARISON:
        if len(wordings) < 2:
            wordings = split_years(wording, query.scope.periods, ground.report.document.meta.year) or wordings
        return replace(query, parts=tuple(_read_operand(one, ground, query) for one in wordings[:MAX_PARTS]))
    if len(wordings) < 2:
        return _add_clauses(query, ground)
    parts = [_read_part(one, ground, query.asked, query) for one in wordings[:MAX_PARTS]]
    left = max(0, len(wordings) - MAX_PARTS)
    return replace(query, parts=tuple(_add_clauses(part, ground) for part in parts), left=left)


def _split_operands(sentence: str, whole: Query, ground: Ground) -> list[Query]:
    """Return the things that one sentence of a comparison names, each asked for its amount."""
    wording = Wording(sentence, sentence, sentence)
    periods = _read_part(wording, ground, whole.asked, whole).scope.periods
    operands = split_question(wording, periods)
    return [_read_operand(one, ground, whole) for one in operands]


def _read_operand(wording: Wording, ground: Ground, whole: Query) -> Query:
    return replace(_read_part(ask_amount(wording), ground, whole.asked, whole), intent=Intent.OPERAND)


def _add_clauses(query: Query, ground: Ground) -> Query:
    wordings = split_clauses(query.text, query.scope.periods)
    if not wordings and query.intent is Intent.FACT and query.target.wanted in _FIGURES:
        wordings = split_coordination(query.text, query.scope.periods, ground.report.document.text)
    if not wordings:
        return query
    parts = (_read_part(one, ground, one.text) for one in wordings[:MAX_PARTS])
    clauses = tuple(replace(part, language=query.language) for part in parts)
    return replace(query, clauses=clauses, left=max(0, len(wordings) - MAX_PARTS))


def _read_part(
    wording: Wording, ground: Ground, asked: str, whole: Query | None = None, *, put: str = ""
) -> Query:
    """Read one thing that is asked; times, places and kind of answer are read here and nowhere else.

    `put` is how it was put, where that was in another language.
    """
    text, report = wording.text, ground.report
    scope = whole.scope if whole is not None and whole.text == text else read_scope(text, report.document)
    subject = _read_subject(wording.about, _find_times(wording, scope, report), report.document)
    vector = ground.encode(text)
    wants, time = judge_wants(text, scope.times, vector), [judge_time(text, scope.times, vector)]
    if put:
        vector = ground.encode(put)
        wants = wants.mixed_with(judge_wants(put, (), vector))
        time.append(judge_time(put, find_times(put, report.document.meta.year), vector))
    return Query(
        text=text,
        asked=asked,
        language=Language.CHINESE if whole is None else whole.language,
        scope=scope,
        intent=Intent.COMPARISON if compares_years(text) else choose_intent(text, wants),
        target=read_target(wording.focus, text),
        about=wording.about,
        focus=wording.focus,
        subject=subject,
        whole=text if whole is None else whole.whole,
        wants=wants,
        topic=read_topic(text, scope.times, report.document),
        time=choose_time(time, named=bool(scope.periods)),
        asks_whether=wants.best is Want.WHETHER,
        background=_read_subject(text, scope.times, report.document) if whole is None else whole.background,
    )


def _find_times(wording: Wording, scope: Scope, report: IndexedDocument) -> tuple[Time, ...]:
    """Return the times in `wording.about`; where it ends the text, they are known."""
    before = len(wording.text) - len(wording.about)
    if wording.text[before:] != wording.about:
        return tuple(find_times(wording.about, report.document.meta.year))
    return tuple(
        replace(one, span=one.span.moved(-before)) for one in scope.times if one.span.start >= before
    )


def _read_subject(words: str, times: tuple[Time, ...], report: Document) -> str:
    """Return the words that say what a question is about, less time and the report's own place."""
    timeless = remove_own_place(remove_times(words, times), report)
    return strip_interrogatives(remove_plan_words(timeless))


def read_language(question: Question, *, unclear: Language = Language.CHINESE) -> Language:
    """Return the language to answer in: that of the question, else of the last message before it that tells.

    A bare GDP or OK tells nothing: where no message tells anything, it is `unclear`.
    """
    earlier = [turn.content for turn in question.history if turn.role == "user"]
    for text in (question.text, *reversed(earlier)):
        asked = normalise_question(text[:MAX_QUESTION])
        if is_english(asked):
            return Language.ENGLISH
        if has_chinese(asked):
            return Language.CHINESE
    return unclear


def _read_turn(turn: Turn) -> str:
    """Return a normalised message; of one longer than any question or answer only the beginning is read."""
    return normalise_question(turn.content[:MAX_QUESTION])
