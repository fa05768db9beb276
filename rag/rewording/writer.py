"""An answer worded by a language model: each sentence is checked before anyone reads it.

What the model may write about is what was found in the report. A sentence that cannot be verified is left
out, and what of the extractive answer the model has not told by the end is added word for word; so an answer
is never poorer than the extractive one.
"""

from __future__ import annotations

import contextlib
import logging
import re
import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from index.language.text import normalise_question
from index.types import Passage
from rag.composition import Composition, Quote, write_answer
from rag.errors import ModelError
from rag.llm.client import ChatModel
from rag.messages import Messages, messages_for
from rag.metrics import count_llm_sentence
from rag.observation.logs import Private
from rag.rewording.coverage import is_told
from rag.rewording.notices import Left
from rag.rewording.prompts import REPLY_TOKENS, fit_passages, write_messages
from rag.rewording.reply_sentences import LONGEST, SentenceCutter, Written
from rag.rewording.tasks import Task, TaskKind, join_drafts
from rag.types import Answer, SentenceState, Stage
from rag.verification.claims import Alignment, Fault, align

logger = logging.getLogger(__name__)

MOST_SENTENCES = 20
"""A reply with more sentences goes in circles."""
MOST_REPEATS = 2
LEAST_WORDS = 6
"""Characters: less is a name or a number and no sentence."""
_MARKS = re.compile(r"[^\w]+")
_CLOSING = tuple('。！？!?.；”"')


class ModelWriter:
    """Words answers with a model; `context` is the size of its window in tokens."""

    def __init__(self, model: ChatModel, context: int) -> None:
        self.model = model
        self.context = context

    def write(self, tasks: Sequence[Task], standalone: str) -> Generator[Stage | Answer]:
        """Yield the answer to `tasks`, all of one report, as it grows; the last one is complete.

        Stages in between tell of work.
        """
        first = tasks[0]
        words = messages_for(first.language)
        problem = words.nothing_verified
        attempt = None
        try:
            composition = Composition(
                first.report,
                standalone,
                kind=first.draft.kind,
                coverage=first.draft.coverage,
                language=first.language,
                model=self.model.name,
            )
            attempt = _Attempt(words, composition)
            for task in tasks:
                yield from self._follow(task, attempt)
        except ModelError as error:
            logger.warning("%s", error)
            problem = words.tell_fault(error.fault, midway=attempt is not None and bool(attempt.told))
        if attempt is None or not attempt.told:
            extract = write_answer(join_drafts(tasks), first.report, standalone, first.language)
            yield replace(extract, notices=(*extract.notices, problem))
            return
        for task in tasks[attempt.finished :]:
            attempt.open(task)
            attempt.finish(task)
        yield attempt.complete(first.draft.notices, "" if problem == words.nothing_verified else problem)

    def _follow(self, task: Task, attempt: _Attempt) -> Iterator[Stage | Answer]:
        """Yield what has been verified so far whenever a sentence was; raises ModelError."""
        attempt.open(task)
        if task.kind is TaskKind.EXPLAIN:
            attempt.quote(task)
        passages = fit_passages(task, self.model, self.context)
        messages = write_messages(task, passages)
        cutter = SentenceCutter()
        attempt.start()
        with contextlib.closing(self.model.write(messages, REPLY_TOKENS)) as pieces:
            for piece in pieces:
                shown = attempt.take_all(cutter.feed(piece), task, passages)
                yield attempt.composition.build(task.draft.notices) if shown else Stage.WRITING
                if attempt.goes_in_circles:
                    break
            else:
                attempt.take_all(cutter.finish(), task, passages)
        attempt.finish(task)
        if attempt.told:
            yield attempt.composition.build(task.draft.notices)


@dataclass(slots=True)
class _Attempt:
    """An answer under way: how many tasks are `finished`, what was `told`, why something was `left` out."""

    words: Messages
    composition: Composition
    finished: int = 0
    taken: int = 0
    repeats: int = 0
    added: bool = False
    told: list[tuple[str, tuple[Quote, ...]]] = field(default_factory=list)
    left: list[Fault | Left] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    _before: int = 0
    _opened: Task | None = None

    @property
    def goes_in_circles(self) -> bool:
        """Whether the model repeats itself or does not find an end."""
        return self.taken >= MOST_SENTENCES or self.repeats >= MOST_REPEATS

    def open(self, task: Task) -> None:
        """Put what follows under the lead of `task`, if it has one that is not open yet."""
        if task is not self._opened:
            self._opened = task
            self.composition.open(task.group, bullets=bool(task.draft.bullets))

    def start(self) -> None:
        """Begin with a task."""
        self.taken = self.repeats = 0
        self._before = len(self.told)

    def quote(self, task: Task) -> None:
        """Say word for word what the draft of `task` quotes."""
        for statement in task.draft.statements:
            words = statement.words + statement.closing
            self.composition.add(words, statement.quotes, SentenceState.QUOTED)
            self._remember(statement.words)

    def take_all(self, sentences: Iterable[Written], task: Task, passages: Sequence[Passage]) -> bool:
        """Take sentences of the model until it goes in circles; tell whether one was shown."""
        shown = False
        for written in sentences:
            if self.goes_in_circles:
                break
            shown |= self._take(written, task, passages)
        return shown

    def _take(self, written: Written, task: Task, passages: Sequence[Passage]) -> bool:
        """Add a sentence of the model if it can be verified; tell whether it was."""
        started = time.perf_counter()
        self.taken += 1
        reason: Fault | Left | None = self._find_reason(written, task)
        if reason is None:
            words = written.words
            if not words.endswith(_CLOSING):
                words = words.rstrip("；;，,、：:") + ("。" if task.chinese else ".")
            hints = [hint - 1 for hint in written.hints]
            alignment = align(words, passages, task.report.document, hints)
            if alignment.sources:
                self._tell(words, alignment, task)
            else:
                reason = alignment.problems[0].fault if alignment.problems else Fault.WORDING
                logger.info("Left out %r: %s", Private(words), alignment.problems)
        if reason is Left.REPEATED:
            self.repeats += 1
        elif reason is not None:
            self.left.append(reason)
            self.composition.leave_out()
        count_llm_sentence(reason or SentenceState.VERIFIED, time.perf_counter() - started)
        return reason is None

    def _find_reason(self, written: Written, task: Task) -> Left | None:
        if written.has_markup:
            return Left.MARKUP
        if not LEAST_WORDS <= len(written.words) <= LONGEST or written.echoes_prompt:
            return Left.FRAGMENT
        if written.is_chinese is not task.chinese:
            return Left.LANGUAGE
        bare = _MARKS.sub("", normalise_question(written.words))
        return Left.REPEATED if any(bare in said for said in self.said) else None

    def _tell(self, words: str, alignment: Alignment, task: Task) -> None:
        scores = {quote.passage: quote.score for quote in task.evidence}
        quotes = tuple(
            Quote(source.passage, source.span, scores[source.passage]) for source in alignment.sources
        )
        self.composition.add(words, quotes, SentenceState.VERIFIED)
        self.told.append((words, quotes))
        self._remember(words)

    def _remember(self, words: str) -> None:
        self.said.append(_MARKS.sub("", normalise_question(words)))

    def finish(self, task: Task) -> None:
        """End a task: add word for word what the model has not told of it."""
        self.finished += 1
        if task.kind is TaskKind.EXPLAIN:
            return
        told = self.told[self._before :]
        self._before = len(self.told)
        if task.kind is TaskKind.SUMMARISE and told:
            return
        missing = [
            statement
            for statement in task.draft.statements
            if not is_told(statement, told, chinese=task.chinese)
        ]
        for statement in missing:
            words = statement.words + statement.closing
            self.composition.add(words, statement.quotes, SentenceState.QUOTED)
            self.added = True

    def complete(self, notices: tuple[str, ...], problem: str) -> Answer:
        """Return the answer with what there is to say of the model's part."""
        more = [problem] if problem else []
        if self.left:
            more.append(self.words.tell_left_out(self.left))
        if self.added:
            more.append(self.words.added)
        return self.composition.build((*notices, *more))
