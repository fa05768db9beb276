"""The recipe of the reader's training data: questions with a passage that answers and passages that do not.

CMRC 2018, DRCD     general questions over encyclopaedia articles; other sentences are the negatives
questions           questions over reports of the genre; negatives are what retrieval finds besides
foreign questions   questions over one report put to another that does not have their rarest word

Facts with their near misses are made by facts.py, topics by topics.py.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from index.language.sentences import split_clauses, split_sentences
from index.language.text import normalise_question, to_simplified
from index.language.words import tag_words
from index.retrieval.lexical import LexicalIndex
from index.retrieval.passage_text import passage_text
from index.retrieval.search import highest
from index.types import IndexedDocument, Passage, Role, Span
from rag.evidence.reader.pairs import MAX_WINDOW, choose_window, describe_place
from rag.evidence.term_weights import split_terms


@dataclass(frozen=True, slots=True)
class Window:
    """Words that are read, and where in them the answer stands (None: they do not answer).

    `on_topic` says whether they are on the topic of the question (None: nobody knows).
    """

    context: str
    text: str
    answer: Span | None = None
    on_topic: bool | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """One question with windows that answer it, perhaps none, and windows that do not.

    Whether `others` answer is not known: only their topic is taught.
    """

    question: str
    positives: tuple[Window, ...]
    negatives: tuple[Window, ...]
    others: tuple[Window, ...] = ()


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
            negatives = [
                *others[: SQUAD_NEGATIVES - 1],
                *([replace(far, on_topic=False)] if answer not in far.text else []),
            ]
            start = found[0].text.index(answer)
            positive = Window(
                found[0].context, found[0].text, Span(start, start + len(answer)), on_topic=True
            )
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
    return Window(
        describe_place(passage),
        window.of(text),
        Span(answer.start - shift, answer.end - shift),
        on_topic=True,
    )


def _frame_best(passage: Passage, indexed: IndexedDocument, asked: frozenset[str]) -> Window:
    """Return the window around the clause that shares most terms with a question."""
    text = indexed.document.text
    clauses = passage.clauses or (passage.span,)
    core = max(clauses, key=lambda clause: len(split_terms(clause.of(text)) & asked))
    return Window(describe_place(passage), choose_window(passage, indexed.document, core).of(text))


RAREST_WORDS = 2
FOREIGN_NEGATIVES = 3


def ask_foreign(
    questions: Sequence[str], indexed: IndexedDocument, frequency: Mapping[str, int]
) -> Iterator[Group]:
    """Yield those `questions` of which the report lacks the rarest words, with what is found for them.

    `frequency` says in how many reports a word stands; a word of none is rarest.
    """
    text = indexed.document.text
    passages = [passage for passage in indexed.structure.passages if passage.role is Role.BODY]
    lexical = LexicalIndex.build([passage_text(indexed.document, passage) for passage in passages])
    for question in questions:
        asked = normalise_question(question)
        telling = sorted(content_words(asked), key=lambda word: frequency.get(word, 0))[:RAREST_WORDS]
        if not telling or any(word in text for word in telling):
            continue
        found = [passages[number] for number in highest(lexical.scores(asked), FOREIGN_NEGATIVES)]
        terms = split_terms(asked)
        yield Group(asked, (), tuple(_frame_best(passage, indexed, terms) for passage in found))


def content_words(text: str) -> set[str]:
    """Return the nouns, verbs and names of `text` that have two characters or more."""
    return {
        word for word, tag in tag_words(text) if len(word) > 1 and tag[:1] in "nvjilae" and not word.isascii()
    }
