"""The recipe of the reader's training data: questions with a passage that answers and passages that do not.

CMRC 2018, DRCD     general questions over encyclopaedia articles; other sentences are the negatives
questions           questions over reports of the genre; negatives are what retrieval finds besides
indicators          questions made of the indicators of a report; the same indicator in another period is
                    the negative
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from index.language.sentences import split_clauses, split_sentences
from index.language.text import normalise_question, to_simplified
from index.retrieval.lexical import LexicalIndex
from index.retrieval.passage_text import passage_text
from index.retrieval.search import highest
from index.types import IndexedDocument, Passage, Role, Span
from rag.evidence.reader.pairs import MAX_WINDOW, choose_window, describe_place
from rag.evidence.term_weights import split_terms
from rag.indicators.extraction import find_indicators
from rag.indicators.types import Indicator


@dataclass(frozen=True, slots=True)
class Window:
    """Words that are read, and where in them the answer stands (None: they do not answer)."""

    context: str
    text: str
    answer: Span | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """One question with windows that answer it, perhaps none, and windows that do not."""

    question: str
    positives: tuple[Window, ...]
    negatives: tuple[Window, ...]


SQUAD_NEGATIVES = 2
QUESTION_NEGATIVES = 5
RETRIEVED = 12
"""Passages that retrieval puts forward as negatives of a question."""


def read_squad(path: Path, chooser: random.Random) -> Iterator[Group]:
    """Yield the questions of a SQuAD-like file whose answer stands in one sentence.

    Negatives are the sentences of the same paragraph, and one of another, that share most terms with the
    question.
    """
    articles = json.loads(path.read_text("utf-8"))["data"]
    paragraphs = [
        (article.get("title", ""), to_simplified(paragraph["context"]), paragraph["qas"])
        for article in articles
        for paragraph in article["paragraphs"]
    ]
    windows = [list(cut_windows(text, title)) for title, text, _ in paragraphs]
    for place, (_, _, questions) in enumerate(paragraphs):
        for question in questions:
            asked = normalise_question(question["question"])
            answer = to_simplified(question["answers"][0]["text"]).strip()
            found = [window for window in windows[place] if answer and answer in window.text]
            if not found:
                continue
            terms = split_terms(asked)
            found.sort(key=lambda window: -len(terms & split_terms(window.text)))
            others = [window for window in windows[place] if answer not in window.text]
            others.sort(key=lambda window: -len(terms & split_terms(window.text)))
            far = chooser.choice(windows[chooser.randrange(len(windows))])
            negatives = [*others[: SQUAD_NEGATIVES - 1], *([far] if answer not in far.text else [])]
            start = found[0].text.index(answer)
            positive = Window(found[0].context, found[0].text, Span(start, start + len(answer)))
            yield Group(asked, (positive,), tuple(negatives))


def cut_windows(text: str, title: str) -> Iterator[Window]:
    """Cut a paragraph into sentences, long ones into runs of clauses, as windows."""
    for sentence in split_sentences(text, Span(0, len(text))):
        clauses = split_clauses(text, sentence)
        start = sentence.start
        while start < sentence.end:
            rest = tuple(clause for clause in clauses if clause.start >= start) or (
                Span(start, sentence.end),
            )
            end = rest[0].end
            for clause in rest:
                end = clause.end if clause.end - start <= MAX_WINDOW else end
            end = min(end, start + MAX_WINDOW)
            yield Window(title, text[start:end])
            start = end


def read_questions(rows: Sequence[dict[str, Any]], indexed: IndexedDocument) -> Iterator[Group]:
    """Yield the questions `rows` over a report; their evidence, gold and temptation are in words.

    What is `tempting` looks like an answer and is none: the first negative of its question.
    """
    text = indexed.document.text
    passages = [passage for passage in indexed.structure.passages if passage.role is not Role.HEADING]
    lexical = LexicalIndex.build([passage_text(indexed.document, passage) for passage in passages])
    for row in rows:
        asked = normalise_question(row["question"])
        evidence = [Span(at, at + len(words)) for words in row["evidence"] if (at := text.find(words)) >= 0]
        positives = [
            _frame(passage, indexed, span, row["gold"])
            for span in evidence
            for passage in passages
            if passage.span.overlaps(span)
        ]
        tempting = [
            _frame(passage, indexed, span, ())
            for words in row.get("tempting", ())
            if (at := text.find(words)) >= 0
            for span in [Span(at, at + len(words))]
            for passage in passages
            if passage.span.overlaps(span)
        ]
        found = [passages[number] for number in highest(lexical.scores(asked), RETRIEVED)]
        terms = split_terms(asked)
        negatives = [
            _frame_best(passage, indexed, terms)
            for passage in found
            if not any(passage.span.overlaps(span) for span in evidence)
            and not _holds_gold(passage, row, text)
        ]
        negatives = [replace(one, answer=None) for one in tempting] + negatives
        if positives or not evidence:
            yield Group(asked, tuple(positives), tuple(negatives[:QUESTION_NEGATIVES]))


def _holds_gold(passage: Passage, row: dict[str, Any], text: str) -> bool:
    """Tell whether a passage may answer after all: it holds everything that a right answer contains."""
    words = passage.span.of(text)
    return bool(row["gold"]) and all(any(one in words for one in gold.split("|")) for gold in row["gold"])


def _frame(passage: Passage, indexed: IndexedDocument, span: Span, gold: Sequence[str]) -> Window:
    """Return the window around `span`; its answer is the gold where one string of it stands there alone."""
    text = indexed.document.text
    window = choose_window(passage, indexed.document, span)
    answer = Span(max(span.start, window.start), min(span.end, window.end))
    within = [one for options in gold for one in options.split("|") if one in answer.of(text)]
    if len(gold) == 1 and len(within) == 1:
        at = text.index(within[0], answer.start, answer.end)
        answer = Span(at, at + len(within[0]))
    shift = window.start
    return Window(describe_place(passage), window.of(text), Span(answer.start - shift, answer.end - shift))


def _frame_best(passage: Passage, indexed: IndexedDocument, asked: frozenset[str]) -> Window:
    """Return the window around the clause that shares most terms with a question."""
    text = indexed.document.text
    clauses = passage.clauses or (passage.span,)
    core = max(clauses, key=lambda clause: len(split_terms(clause.of(text)) & asked))
    return Window(describe_place(passage), choose_window(passage, indexed.document, core).of(text))


def ask_indicators(indexed: IndexedDocument, chooser: random.Random, count: int) -> Iterator[Group]:
    """Yield up to `count` questions for indicators of a report, and some for periods it does not give."""
    indicators = list(find_indicators(indexed))
    passages = {passage.span: passage for passage in indexed.structure.passages if passage.role is Role.BODY}

    def frame(indicator: Indicator, *, answers: bool) -> Window:
        passage = next(one for span, one in passages.items() if span.contains(indicator.span))
        window = choose_window(passage, indexed.document, indicator.span)
        figure = Span(indicator.figure.start - window.start, indicator.figure.end - window.start)
        return Window(describe_place(passage), window.of(indexed.document.text), figure if answers else None)

    chooser.shuffle(indicators)
    for indicator in indicators[:count]:
        terms = split_terms(indicator.name)
        others = sorted(
            (one for one in indicators if not one.span.overlaps(indicator.span)),
            key=lambda one: -len(terms & split_terms(one.name)),
        )
        other_figures = [
            one for one in others if one.name != indicator.name or one.period != indicator.period
        ]
        same = [one for one in others if one.name == indicator.name and one.period == indicator.period]
        if same:  # said twice: what answers is not plain
            continue
        question = _word(indicator, indicator.period.label, chooser)
        negatives = tuple(frame(one, answers=False) for one in other_figures[:3])
        if chooser.random() < _OTHER_PERIODS:
            year = indexed.document.meta.year - chooser.choice((2, 3, 4, 7))
            asked = _word(indicator, f"{year}年", chooser)
            yield Group(asked, (), (frame(indicator, answers=False), *negatives[:1]))
        else:
            yield Group(question, (frame(indicator, answers=True),), negatives)


_OTHER_PERIODS = 0.2
_ASKS = ("是多少?", "达到多少?", "多少?", "有多少?", "为多少?", "完成了多少?")


def _word(indicator: Indicator, period: str, chooser: random.Random) -> str:
    ask = "多少?" if indicator.change else chooser.choice(_ASKS)
    time = period if chooser.random() < _OTHER_PERIODS * 4 else ""
    return f"{time}{indicator.name}{indicator.change}{ask}"
