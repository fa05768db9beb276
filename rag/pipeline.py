"""One question from its wording to its answer: the five rooms in their order, and back once."""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping
from contextlib import closing
from dataclasses import replace

from index.language.text import normalise_question
from index.types import Index
from rag.answers import answer
from rag.composition import Draft, Refusal, write_answer, write_refusal, write_smalltalk
from rag.evidence.context import ReportContext, TimedIndex
from rag.evidence.evidence import Evidence
from rag.explanation import Explanation
from rag.question.query import Query
from rag.question.smalltalk import reply_to_smalltalk
from rag.question.understanding import read_language, read_query, understand
from rag.rewording.rewriter import rewrite
from rag.rewording.tasks import Task, plan_answer, plan_summary, strip_plain
from rag.rewording.writer import ModelWriter
from rag.types import Answer, Kind, Language, Question, ReasonCode, Stage, Timings

_MILLISECONDS = 1_000.0
_WORD_FOR_WORD = frozenset({Kind.MENTION})
"""What no language model is asked to word: a count rests on every place that is shown with it."""


def answer_question(
    question: Question, index: Index, contexts: Mapping[str, ReportContext], writer: ModelWriter | None
) -> Generator[Stage | Answer]:
    """Yield the answer to `question` as it grows; `writer`, if any, words it."""
    text = normalise_question(question.text)
    greeted = read_language(question, unclear=Language.ENGLISH)
    if reply := reply_to_smalltalk(text, greeted):
        yield write_smalltalk(reply, text)
        return
    plain = False
    if writer is not None:
        stripped, plain = strip_plain(text)
        question = replace(question, text=stripped)
    question.budget.start()
    timed = TimedIndex(index, question.budget)
    name, query = understand(question, timed)
    context = replace(contexts[name], index=timed, budget=question.budget)
    chinese = query.language is Language.CHINESE
    if writer is not None and (tasks := plan_summary(query.asked, context.report, chinese=chinese)):
        yield from _write(writer, tasks, query.asked, Timings())
        return
    outcome, timings = _answer(query, context, timed)
    if writer is not None and question.history and _leaves_open(outcome):
        year = context.report.document.meta.year
        rewriting = rewrite(query.asked, question.history, writer.model, writer.context, year)
        if rewritten := (yield from rewriting):
            question.budget.start()
            again = read_query(
                rewritten, context.report, asked=query.asked, language=query.language, encode=timed.encode
            )
            found, timings = _answer(again, context, timed)
            if isinstance(found, Draft):
                query, outcome = again, found
    if isinstance(outcome, Refusal):
        refused = write_refusal(outcome, context.report, query.text)
        yield replace(refused, timings=timings, decided_by=outcome.check)
    elif writer is None or outcome.kind in _WORD_FOR_WORD:
        extract = write_answer(outcome, context.report, query.text, query.language)
        yield replace(extract, timings=timings, decided_by=outcome.answerer)
    else:
        wording = query.text if question.history else query.asked
        tasks = plan_answer(wording, outcome, context.report, chinese=chinese, plain=plain)
        yield from _write(writer, tasks, query.text, timings)


def explain_question(question: Question, index: Index, contexts: Mapping[str, ReportContext]) -> Explanation:
    """Answer `question` word for word and tell how: what was understood, what was found, what decided."""
    question.budget.start()
    name, query = understand(question, index)
    context = replace(contexts[name], budget=question.budget)
    return Explanation.of(query, Evidence(query, context), answer(query, context))


def _leaves_open(outcome: Draft | Refusal) -> bool:
    """Tell whether a question may have been misunderstood: not one of another time, place or subject."""
    return isinstance(outcome, Refusal) and outcome.reason.code is ReasonCode.NOT_MENTIONED


def _answer(query: Query, context: ReportContext, index: TimedIndex) -> tuple[Draft | Refusal, Timings]:
    """Answer from the report, and say what that took; of searches all of this question so far."""
    searched, started = index.seconds, time.perf_counter()
    outcome = answer(query, context)
    read = time.perf_counter() - started - (index.seconds - searched)
    return outcome, Timings(retrieve=index.seconds * _MILLISECONDS, read=read * _MILLISECONDS)


def _write(
    writer: ModelWriter, tasks: list[Task], standalone: str, timings: Timings
) -> Generator[Stage | Answer]:
    started = time.perf_counter()
    with closing(writer.write(tasks, standalone)) as growing:
        for grown in growing:
            if isinstance(grown, Stage):
                yield grown
            else:
                written = (time.perf_counter() - started) * _MILLISECONDS
                yield replace(grown, timings=replace(timings, write=written))
