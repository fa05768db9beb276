"""One question from its wording to its answer: the steps of every room in their order."""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace

from index.language.text import has_chinese, normalise_question
from index.types import Index, IndexedDocument
from rag.answers import ReportContext, TimedIndex, answer
from rag.composition import Draft, Refusal, write_answer, write_refusal, write_smalltalk
from rag.limits import MAX_QUESTION
from rag.question.abbreviations import write_out
from rag.question.english import is_english, to_chinese
from rag.question.followup import Standalone, complete_question
from rag.question.routing import choose_report
from rag.question.smalltalk import reply_to_smalltalk
from rag.rewording.rewriter import rewrite
from rag.rewording.tasks import Task, plan_answer, plan_summary, strip_plain
from rag.rewording.writer import ModelWriter
from rag.types import Answer, Kind, Language, Question, ReasonCode, Stage, Timings, Turn

_MILLISECONDS = 1_000.0
_WORD_FOR_WORD = frozenset({Kind.MENTION})
"""What no language model is asked to word: a count rests on every place that is shown with it."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question as far as it is understood: `text` as asked, `history` in the words of the report."""

    text: str
    history: tuple[Turn, ...]
    context: ReportContext
    language: Language
    plain: bool = False

    @property
    def report(self) -> IndexedDocument:
        return self.context.report

    @property
    def chinese(self) -> bool:
        """Whether it is to be answered in Chinese."""
        return self.language is Language.CHINESE

    def stand_alone(self) -> Standalone:
        """Return it as a question that needs no history, in the words of the report."""
        words = self.report.document.text
        asked = write_out(to_chinese(self.text, words), words)
        complete = complete_question(asked, self.history, self.report.document)
        return complete if self.chinese else replace(complete, foreign=self.text)


def answer_question(
    question: Question, index: Index, contexts: Mapping[str, ReportContext], writer: ModelWriter | None
) -> Generator[Stage | Answer]:
    """Yield the answer to `question` as it grows; `writer`, if any, words it."""
    text = normalise_question(question.text)
    greeted = read_language(question, unclear=Language.ENGLISH)
    if reply := reply_to_smalltalk(text, greeted):
        yield write_smalltalk(reply, text)
        return
    timed = TimedIndex(index)
    asked = _understand(text, question, timed, contexts, plain=writer is not None)
    if writer is not None and (tasks := plan_summary(text, asked.report, chinese=asked.chinese)):
        yield from _write(writer, tasks, text, Timings())
        return
    standalone = asked.stand_alone()
    outcome, timings = _answer(standalone, asked, timed)
    if writer is not None and asked.history and _leaves_open(outcome):
        year = asked.report.document.meta.year
        rewriting = rewrite(asked.text, asked.history, writer.model, writer.context, year)
        if rewritten := (yield from rewriting):
            again = Standalone(rewritten, rewritten)
            found, timings = _answer(again, asked, timed)
            if isinstance(found, Draft):
                standalone, outcome = again, found
    if isinstance(outcome, Refusal):
        yield replace(write_refusal(outcome, asked.report, standalone.text), timings=timings)
    elif writer is None or outcome.kind in _WORD_FOR_WORD:
        extract = write_answer(outcome, asked.report, standalone.text, asked.language)
        yield replace(extract, timings=timings)
    else:
        wording = asked.text if not asked.history else standalone.text
        tasks = plan_answer(wording, outcome, asked.report, chinese=asked.chinese, plain=asked.plain)
        yield from _write(writer, tasks, standalone.text, timings)


def _understand(
    text: str, question: Question, index: TimedIndex, contexts: Mapping[str, ReportContext], *, plain: bool
) -> _Asked:
    """Choose the report that is asked, and put the history into its words.

    With `plain` a wish for plain words is taken out of the question, and noted.
    """
    places = "。".join(indexed.document.meta.place for indexed in index.documents.values())
    earlier = [_read_turn(turn) for turn in question.history if turn.role == "user"]
    now, *before = (to_chinese(wording, places) for wording in (text, *earlier))
    name = choose_report(now, before, question.documents, index)
    language = read_language(question)
    context = replace(contexts[name], index=index, language=language)
    words = context.report.document.text
    history = tuple(replace(turn, content=to_chinese(_read_turn(turn), words)) for turn in question.history)
    text, wished = strip_plain(text) if plain else (text, False)
    return _Asked(text, history, context, language, wished)


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


def _leaves_open(outcome: Draft | Refusal) -> bool:
    """Tell whether a question may have been misunderstood: not one of another time, place or subject."""
    return isinstance(outcome, Refusal) and outcome.reason.code is ReasonCode.NOT_MENTIONED


def _answer(standalone: Standalone, asked: _Asked, index: TimedIndex) -> tuple[Draft | Refusal, Timings]:
    """Answer from the report, and say what that took; of searches all of this question so far."""
    searched, started = index.seconds, time.perf_counter()
    outcome = answer(standalone, asked.context)
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


def _read_turn(turn: Turn) -> str:
    """Return a normalised message; of one longer than any question or answer only the beginning is read."""
    return normalise_question(turn.content[:MAX_QUESTION])
