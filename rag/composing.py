"""From quotes to an answer: sentences, numbered citations and markers."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index.types import Document, Hit, IndexedDocument, Passage, Role, Span
from rag.quoting import fit_quote, flatten, mark
from rag.types import Answer, AnswerSentence, Citation, Mode, Reason, SentenceState, Status


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that are to be cited: `span` lies in `passage`; `score` in [0, 1]."""

    passage: Passage
    span: Span
    score: float


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence to be: `words` without closing mark, resting on `quotes`."""

    words: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer before it is written out; `notices` say what of the question it leaves open."""

    statements: tuple[Statement, ...]
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no answer, and the passages that come closest to one."""

    reason: Reason
    closest: tuple[Quote, ...] = ()
    notices: tuple[str, ...] = ()


def state(quote: Quote, document: Document) -> Statement:
    """Return the statement that says what `quote` says."""
    return Statement(flatten(quote.span.of(document.text)), (quote,))


def merge_statements(statements: Sequence[Statement]) -> list[Statement]:
    """Return the statements without those whose words another one quotes already."""
    kept: list[Statement] = []
    for place, statement in enumerate(statements):
        others = [*kept, *statements[place + 1 :]]
        if not any(_covers(other, statement) for other in others):
            kept.append(statement)
    return kept


def _covers(one: Statement, other: Statement) -> bool:
    return all(any(mine.span.contains(quote.span) for mine in one.quotes) for quote in other.quotes)


def quote_passage(hit: Hit) -> Quote:
    """Return a hit's passage, as much of it as may be quoted, as a quote."""
    return Quote(hit.passage, fit_quote(hit.passage, hit.passage.span.start), hit.score)


class Composition:
    """An answer as it grows, sentence by sentence: every quote is cited once, with a number that stays."""

    def __init__(self, report: IndexedDocument, question: str, *, model: str | None = None) -> None:
        self._id = uuid.uuid4().hex
        self._report = report
        self._question = question
        self._model = model
        self._text = ""
        self._sentences: list[AnswerSentence] = []
        self._numbers: dict[Span, int] = {}
        self._quotes: list[Quote] = []

    def add(self, words: str, quotes: Sequence[Quote], state: SentenceState) -> None:
        """Add a sentence, closing mark included, that rests on `quotes`."""
        for quote in quotes:
            if quote.span not in self._numbers:
                self._quotes.append(quote)
                self._numbers[quote.span] = len(self._quotes)
        cited = tuple(dict.fromkeys(self._numbers[quote.span] for quote in quotes))
        if self._text and words[0].isascii() and words[0].isalpha():  # English parts its sentences
            self._text += " "
        start = len(self._text)
        self._text += words
        self._sentences.append(AnswerSentence(Span(start, len(self._text)), cited, state))
        self._text += mark(cited)

    def leave_out(self) -> None:
        """Note that a sentence which would have come next is not shown."""
        here = Span(len(self._text), len(self._text))
        self._sentences.append(AnswerSentence(here, (), SentenceState.LEFT_OUT))

    def build(self, notices: tuple[str, ...] = ()) -> Answer:
        """Return the answer so far."""
        return Answer(
            id=self._id,
            status=Status.ANSWERED,
            answer=self._text,
            mode=Mode.EXTRACTIVE if self._model is None else Mode.LLM,
            model=self._model,
            standalone_question=self._question,
            notices=notices,
            sentences=tuple(self._sentences),
            citations=cite_all(self._quotes, self._report.document),
        )


def write_answer(draft: Draft, report: IndexedDocument, question: str) -> Answer:
    """Write a draft out: every sentence followed by its markers, every quote cited once."""
    composition = Composition(report, question)
    for statement in draft.statements:
        composition.add(f"{statement.words}。", statement.quotes, SentenceState.QUOTED)
    return composition.build(draft.notices)


def write_refusal(refusal: Refusal, report: IndexedDocument, question: str) -> Answer:
    """Write out that the report does not answer."""
    return Answer(
        id=uuid.uuid4().hex,
        status=Status.NOT_FOUND,
        answer=refusal.reason.text,
        mode=Mode.EXTRACTIVE,
        standalone_question=question,
        notices=refusal.notices,
        reason=refusal.reason,
        closest=cite_all(refusal.closest, report.document),
    )


def write_smalltalk(reply: str, question: str) -> Answer:
    """Write out a pleasantry."""
    return Answer(
        id=uuid.uuid4().hex,
        status=Status.SMALLTALK,
        answer=reply,
        mode=Mode.EXTRACTIVE,
        standalone_question=question,
    )


def cite(number: int, quote: Quote, document: Document) -> Citation:
    """Return `quote` as the citation `number`."""
    return Citation(
        n=number,
        document=document.id,
        span=quote.span,
        quote=quote.span.of(document.text),
        sentence=quote.passage.span,
        section=quote.passage.section,
        period=quote.passage.period,
        score=quote.score,
    )


def cite_all(quotes: Iterable[Quote], document: Document) -> tuple[Citation, ...]:
    """Return the quotes as citations, numbered from 1."""
    return tuple(cite(number, quote, document) for number, quote in enumerate(quotes, start=1))


def is_citable(passage: Passage) -> bool:
    """Tell whether a passage says something by itself: a heading alone does not."""
    return passage.role is not Role.HEADING
