"""An answer worded by a language model: each sentence is checked before anyone reads it.

What the model may write about is what the extractive answer found. A sentence that cannot be verified is left
out, and what of the extractive answer the model has not told by the end is added word for word; so an answer
is never poorer than the extractive one.
"""

from __future__ import annotations

import contextlib
import logging
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from index.types import IndexedDocument, Passage
from rag.claims import Alignment, Fault, align
from rag.claims.numbers import read_figures
from rag.composing import Composition, Draft, Quote, Statement, write_answer
from rag.errors import ModelError
from rag.llm.client import ChatModel
from rag.llm.prompts import REPLY_TOKENS, ask_question, fit_passages
from rag.llm.sentences import SentenceCutter, Written
from rag.llm.wording import Left, Wording, wording_for
from rag.metrics import count_llm_sentence
from rag.terms import split_terms
from rag.types import Answer, SentenceState, Stage
from rag.wording import normalise_question

logger = logging.getLogger(__name__)

SENTENCES = 3
"""What a model is asked for at most, when the answer rests on no more than as many passages."""
MOST_SENTENCES = 20
"""A reply with more sentences goes in circles."""
MOST_REPEATS = 2
TOLD, TOLD_LIST = 0.3, 0.8
"""The share of an extract's terms that tell that a sentence has told it, and the same for a list."""
_LIST = re.compile(r"、.*、")
LEAST_WORDS = 6
"""Characters: less is a name or a number and no sentence."""
_CLOSING = tuple('。！？!?.；”"')


@dataclass(frozen=True, slots=True)
class Task:
    """A question for a model: its wording, the report, and the draft that answers it."""

    question: str
    chinese: bool
    report: IndexedDocument
    draft: Draft

    @property
    def evidence(self) -> list[Quote]:
        """What the draft quotes, a passage only once."""
        quotes = [quote for statement in self.draft.statements for quote in statement.quotes]
        return list({quote.passage: quote for quote in quotes}.values())


class ModelWriter:
    """Words answers with a model; `context` is the size of its window in tokens."""

    def __init__(self, model: ChatModel, context: int) -> None:
        self._model = model
        self._context = context

    def write(self, task: Task, standalone: str) -> Iterator[Stage | Answer]:
        """Yield the answer as it grows; the last one is complete. Stages in between tell of work."""
        words = wording_for(chinese=task.chinese)
        problem = words.nothing_verified
        attempt = None
        try:
            composition = Composition(task.report, standalone, model=self._model.name)
            attempt = _Attempt(task, words, composition)
            yield from self._follow(attempt)
        except ModelError as error:
            logger.warning("%s", error)
            problem = words.tell_fallback(error.fault)
            if attempt:
                attempt.problem = problem
        if attempt is None or attempt.composition.is_empty:
            quoted = write_answer(task.draft, task.report, standalone)
            yield replace(quoted, notices=(*quoted.notices, problem))
        else:
            yield attempt.complete()

    def _follow(self, attempt: _Attempt) -> Iterator[Stage | Answer]:
        """Yield what has been verified so far whenever a sentence was; raises ModelError."""
        task, document = attempt.task, attempt.task.report.document
        passages = [quote.passage for quote in task.evidence]
        passages = fit_passages(task.question, passages, document, self._model, self._context)
        sentences = max(SENTENCES, len(task.draft.statements))
        messages = ask_question(task.question, passages, document, chinese=task.chinese, sentences=sentences)
        cutter = SentenceCutter()
        with contextlib.closing(self._model.write(messages, REPLY_TOKENS)) as pieces:
            for piece in pieces:
                shown = [attempt.take(written, passages) for written in cutter.feed(piece)]
                yield attempt.composition.build(task.draft.notices) if any(shown) else Stage.WRITING
                if attempt.goes_in_circles:
                    return
        for written in cutter.finish():
            if attempt.take(written, passages):
                yield attempt.composition.build(task.draft.notices)


@dataclass(slots=True)
class _Attempt:
    """One answer under way."""

    task: Task
    words: Wording
    composition: Composition
    problem: str = ""
    taken: int = 0
    left: list[Fault | Left] = field(default_factory=list)
    told: list[tuple[str, tuple[Quote, ...]]] = field(default_factory=list)

    @property
    def goes_in_circles(self) -> bool:
        """Whether the model repeats itself or does not find an end."""
        return self.taken >= MOST_SENTENCES or self.left.count(Left.REPEATED) >= MOST_REPEATS

    def take(self, written: Written, passages: Sequence[Passage]) -> bool:
        """Add a sentence of the model if it can be verified; tell whether it was."""
        started = time.perf_counter()
        self.taken += 1
        reason: Fault | Left | None = self._find_reason(written)
        if reason is None:
            alignment = align(
                written.words, passages, self.task.report.document, [hint - 1 for hint in written.hints]
            )
            if alignment.sources:
                self._tell(written, alignment)
            else:
                reason = alignment.problems[0].fault if alignment.problems else Fault.WORDING
                logger.info("Left out %r: %s", written.words, alignment.problems)
        if reason is not None:
            self.left.append(reason)
            self.composition.leave_out()
        count_llm_sentence(reason or SentenceState.VERIFIED, time.perf_counter() - started)
        return reason is None

    def _find_reason(self, written: Written) -> Left | None:
        if written.has_markup:
            return Left.MARKUP
        if len(written.words) < LEAST_WORDS:
            return Left.FRAGMENT
        if written.is_chinese is not self.task.chinese:
            return Left.LANGUAGE
        return Left.REPEATED if any(written.words in words for words, _ in self.told) else None

    def _tell(self, written: Written, alignment: Alignment) -> None:
        scores = {quote.passage: quote.score for quote in self.task.evidence}
        quotes = tuple(
            Quote(source.passage, source.span, scores[source.passage]) for source in alignment.sources
        )
        words = written.words
        if not words.endswith(_CLOSING):
            words = words.rstrip("；;，,、：:") + ("。" if self.task.chinese else ".")
        self.composition.add(words, quotes, SentenceState.VERIFIED)
        self.told.append((words, quotes))

    def complete(self) -> Answer:
        """Return the answer with what the model has not told, and with what there is to say of its part."""
        missing = [statement for statement in self.task.draft.statements if not self._is_told(statement)]
        for statement in missing:
            self.composition.add(f"{statement.words}。", statement.quotes, SentenceState.QUOTED)
        notices = list(self.task.draft.notices)
        if self.problem:
            notices.append(self.problem)
        if reasons := [reason for reason in self.left if reason is not Left.REPEATED]:
            notices.append(self.words.tell_left_out(reasons))
        if missing:
            notices.append(self.words.added)
        return self.composition.build(tuple(notices))

    def _is_told(self, statement: Statement) -> bool:
        """Tell whether the sentences so far tell what `statement` quotes: its figures, or most words."""
        cited = [quote.span for _, quotes in self.told for quote in quotes]
        if not all(any(span.overlaps(quote.span) for span in cited) for quote in statement.quotes):
            return False
        said = normalise_question("".join(words for words, _ in self.told))
        figures = read_figures(normalise_question(statement.words))
        if figures:
            return all(any(figure.equals(other) for other in read_figures(said)) for figure in figures)
        terms = split_terms(statement.words)
        share = TOLD_LIST if _LIST.search(statement.words) else TOLD
        return not self.task.chinese or len(terms & split_terms(said)) >= share * len(terms)
