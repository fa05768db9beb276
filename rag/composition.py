"""From quotes to an answer: leads, sentences, numbered citations and markers."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from index.documents.places import find_boxes
from index.types import Document, Hit, IndexedDocument, Passage, PeriodKind, Role, Span
from rag.evidence.mentions import find_mentions, is_mentioned_in
from rag.messages import messages_for, tell_mentions, write_lead
from rag.quotation import fit_quote, flatten, mark
from rag.types import (
    Answer,
    AnswerGroup,
    AnswerSentence,
    Citation,
    Coverage,
    Kind,
    Language,
    Mode,
    Reason,
    SentenceState,
    Status,
)

BULLET = "- "
CLOSING = messages_for(Language.CHINESE).closing
"""Of a sentence that quotes; quotes are Chinese."""


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that are to be cited: `span` lies in `passage`; `score` in [0, 1]."""

    passage: Passage
    span: Span
    score: float


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence to be: `words` without the mark `closing` it, resting on `quotes`."""

    words: str
    quotes: tuple[Quote, ...]
    closing: str = CLOSING


@dataclass(frozen=True, slots=True)
class Group:
    """Statements under one lead.

    `label` is the period of them all, as labelled, or a heading (place, title) that all of them stand under;
    only the first group of a draft may have none. They are either all planned or none is: `kind` says which.
    """

    label: str
    kind: PeriodKind
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer before it is written out; `notices` say what of the question it leaves open.

    `groups` put the statements under leads; they hold the same statements in the same order (`from_groups`),
    or there are none. `bullets` puts each statement on a line of its own; None does so wherever a group has
    several. `answerer` is the name of what made the draft.
    """

    statements: tuple[Statement, ...]
    notices: tuple[str, ...] = ()
    kind: Kind = Kind.FACT
    groups: tuple[Group, ...] = ()
    bullets: bool | None = None
    coverage: Coverage | None = None
    answerer: str = ""

    def __post_init__(self) -> None:
        """Raise ValueError for groups that are not the statements."""
        if self.groups and flatten_groups(self.groups) != self.statements:
            raise ValueError("The groups of a draft hold other statements than the draft.")
        if any(not group.statements for group in self.groups) or any(not g.label for g in self.groups[1:]):
            raise ValueError("A group of a draft has no statement, or one after the first has no label.")

    @classmethod
    def from_groups(
        cls,
        groups: Sequence[Group],
        kind: Kind,
        *,
        notices: tuple[str, ...] = (),
        bullets: bool | None = None,
        coverage: Coverage | None = None,
    ) -> Draft:
        """Return the draft of `groups`, in their order; one group without a label is no group."""
        kept = tuple(groups) if any(group.label for group in groups) else ()
        return cls(flatten_groups(groups), notices, kind, kept, bullets, coverage)


def flatten_groups(groups: Iterable[Group]) -> tuple[Statement, ...]:
    """Return the statements of `groups` in order."""
    return tuple(statement for group in groups for statement in group.statements)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no answer of the `kind` that was wanted, and the passages that come closest to one.

    `check` is the name of the check that refused (rag/answers/refusal.py).
    """

    reason: Reason
    closest: tuple[Quote, ...] = ()
    kind: Kind = Kind.FACT
    check: str = ""
    notices: tuple[str, ...] = ()


def state(quote: Quote, document: Document) -> Statement:
    """Return the statement that says what `quote` says."""
    return Statement(flatten(quote.span.of(document.text)), (quote,))


def state_mentions(
    word: str, quotes: Sequence[Quote], report: IndexedDocument, language: Language
) -> Statement:
    """Return the statement that counts how often the body of `report` mentions `word`.

    `quotes` are those that the answer shows, each with the word in it; what they leave out is told.
    """
    mentions = find_mentions(word, report)
    shown = [quote.span for quote in quotes]
    uncited = sum(not is_mentioned_in(mention, shown) for mention in mentions)
    words = tell_mentions(word, len(mentions), uncited, language)
    return Statement(words, tuple(quotes), messages_for(language).closing)


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
    """An answer as it grows, sentence by sentence: every quote is cited once, with a number that stays.

    `coverage` is what a draft shows and found; what is shown of it is counted anew. `model` is the language
    model that words it, if one does.
    """

    def __init__(
        self,
        report: IndexedDocument,
        question: str,
        *,
        kind: Kind = Kind.FACT,
        coverage: Coverage | None = None,
        language: Language = Language.CHINESE,
        model: str | None = None,
    ) -> None:
        self._id = uuid.uuid4().hex
        self._report = report
        self._question = question
        self._kind = kind
        self._coverage = coverage
        self._language = language
        self._model = model
        self._text = ""
        self._sentences: list[AnswerSentence] = []
        self._numbers: dict[Span, int] = {}
        self._quotes: list[Quote] = []
        self._groups: list[tuple[Group, list[int]]] = []
        self._opened: Group | None = None
        self._bullets = False

    def open(self, group: Group | None, *, bullets: bool = False) -> None:
        """Put what comes next under the lead of `group`, if it has one; with `bullets` each on its own line.

        The lead is written with the first sentence under it.
        """
        self._opened = group if group and group.label else None
        self._bullets = bullets

    def add(self, words: str, quotes: Sequence[Quote], state: SentenceState) -> None:
        """Add a sentence, closing mark included, that rests on `quotes`."""
        for quote in quotes:
            if quote.span not in self._numbers:
                self._quotes.append(quote)
                self._numbers[quote.span] = len(self._quotes)
        cited = tuple(dict.fromkeys(self._numbers[quote.span] for quote in quotes))
        self._text += self._lead_to(words)
        if self._groups:
            self._groups[-1][1].append(len(self._sentences))
        start = len(self._text)
        self._text += words
        self._sentences.append(AnswerSentence(Span(start, len(self._text)), cited, state))
        self._text += mark(cited)

    def _lead_to(self, words: str) -> str:
        """Return what stands between the sentence before and one of these words."""
        before = ""
        opened, self._opened = self._opened, None
        if opened:
            planned = opened.kind is PeriodKind.PLANNED
            lead = write_lead(opened.label, planned=planned, language=self._language)
            before = ("\n" if self._text else "") + lead + "\n"
            self._groups.append((opened, []))
        if self._bullets:
            return (before or ("\n" if self._text else "")) + BULLET
        if (
            self._text and not before and words[0].isascii() and words[0].isalpha()
        ):  # English parts its sentences
            return " "
        return before

    def leave_out(self) -> None:
        """Note that a sentence which would have come next is not shown."""
        here = Span(len(self._text), len(self._text))
        if self._groups and not self._opened:
            self._groups[-1][1].append(len(self._sentences))
        self._sentences.append(AnswerSentence(here, (), SentenceState.LEFT_OUT))

    def build(self, notices: tuple[str, ...] = ()) -> Answer:
        """Return the answer so far."""
        document = self._report.document
        return Answer(
            id=self._id,
            status=Status.ANSWERED,
            answer=self._text,
            mode=Mode.EXTRACTIVE if self._model is None else Mode.LLM,
            model=self._model,
            standalone_question=self._question,
            notices=notices,
            sentences=tuple(self._sentences),
            citations=cite_all(self._quotes, document),
            kind=self._kind,
            groups=tuple(
                AnswerGroup(group.label, group.kind, document.id, tuple(sentences))
                for group, sentences in self._groups
            ),
            coverage=self._count_shown(),
        )

    def _count_shown(self) -> Coverage | None:
        if self._coverage is None:
            return None
        shown = len({quote.passage.span for quote in self._quotes})
        return Coverage(min(shown, self._coverage.shown), self._coverage.found)


def write_answer(
    draft: Draft, report: IndexedDocument, question: str, language: Language = Language.CHINESE
) -> Answer:
    """Write a draft out: every sentence followed by its markers, every quote cited once."""
    composition = Composition(report, question, kind=draft.kind, coverage=draft.coverage, language=language)
    for group in draft.groups or (Group("", PeriodKind.OTHER, draft.statements),):
        several = bool(group.label) and len(group.statements) > 1
        composition.open(group, bullets=several if draft.bullets is None else draft.bullets)
        for statement in group.statements:
            words = statement.words + statement.closing
            composition.add(words, statement.quotes, SentenceState.QUOTED)
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
        kind=refusal.kind,
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
        kind=Kind.SMALLTALK,
    )


def cite(number: int, quote: Quote, document: Document) -> Citation:
    """Return `quote` as the citation `number`."""
    boxes = find_boxes(document.places, quote.span)
    return Citation(
        n=number,
        document=document.id,
        span=quote.span,
        quote=quote.span.of(document.text),
        sentence=quote.passage.span,
        section=quote.passage.section,
        period=quote.passage.period,
        score=quote.score,
        page=document.pages[boxes[0].page] or str(boxes[0].page + 1) if boxes else None,
        boxes=boxes,
    )


def cite_all(quotes: Iterable[Quote], document: Document) -> tuple[Citation, ...]:
    """Return the quotes as citations, numbered from 1."""
    return tuple(cite(number, quote, document) for number, quote in enumerate(quotes, start=1))


def quote_verbatim(answer: Answer, documents: Mapping[str, IndexedDocument]) -> Answer:
    """Return `answer` with its quotes as the documents have them, whatever it was composed from."""

    def cut(citations: Iterable[Citation]) -> tuple[Citation, ...]:
        return tuple(
            replace(one, quote=one.span.of(documents[one.document].document.text)) for one in citations
        )

    return replace(answer, citations=cut(answer.citations), closest=cut(answer.closest))


def is_citable(passage: Passage) -> bool:
    """Tell whether a passage says something by itself: a heading alone does not."""
    return passage.role is not Role.HEADING
