"""An answer as a chat message: text with citation markers, the list of sources, or why there is no answer.

Markers are made here, from `Answer.citations` alone: what looks like one inside a sentence stays text.
A message is HTML without a blank line, so that the chat's Markdown takes it as one block; its sanitiser stays
on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from markupsafe import Markup

from index.language.text import normalise_question
from index.types import IndexedDocument, PeriodKind
from rag.quotation import MARKER, mark
from rag.types import SPEAKS_OF_IT, Answer, Citation, Kind, Mode, ReasonCode, SentenceState, Status
from ui.conversation.gaps import Gap, read_gap
from ui.reports.mentions import find_mentions
from ui.texts import Words
from ui.views.markup import class_of_document, escape_markdown
from ui.views.templates import CHAT, macros

# Characters by which a streamed sentence grows: about a clause, so that reading can begin at once.
STREAMED_CHARACTERS = 12
# Of more sources than the first number only the second is seen at once: an answer should not drown in them.
_UNFOLDED, _LEADING = 4, 3
# Quotes from which on a sentence reads better as a list, one to a line.
_LISTED = 3
_CLOSING_MARKS = "。！？；，.!?;,"
_HTML = macros(CHAT, "answer")
_NOTHING, _BREAK = Markup(), Markup("<br>")
_FIRST_ITEM, _NEXT_ITEM, _LAST_ITEM = (
    Markup('<ul class="items"><li>'),
    Markup("</li><li>"),
    Markup("</li></ul>"),
)
_FOLDING = frozenset({Kind.DIGEST, Kind.OVERVIEW, Kind.MENTION})
"""Kinds of many short quotes: their sources would repeat the answer."""


class AnswerPrinter:
    """Renders answers in one language; `documents` holds every report that can be cited, by id.

    At most `listed` sources stand under an answer; its markers all stay.
    """

    def __init__(
        self, documents: Mapping[str, IndexedDocument], words: Words, listed: int | None = None
    ) -> None:
        self._documents = documents
        self._words = words
        self._listed = listed

    def stream(self, answer: Answer, asked: str) -> Iterator[str]:
        """Yield the message as it grows; the last one is complete. `asked` is the question as it was put.

        What a model wrote stands in the first one whole: its sentences have come one by one already.
        """
        if answer.status is Status.NOT_FOUND:
            yield self._render_not_found(answer)
            return
        read_as = self._render_standalone(answer, asked)
        blocks = _Blocks()
        pieces = filter(None, self._pieces(answer, blocks))
        for piece in [_NOTHING.join(pieces)] if answer.mode is Mode.LLM else pieces:
            blocks.text += piece
            yield str(_HTML.answer(read_as, blocks.closed, ""))
        after = self._render_model(answer) + _HTML.notices(answer) + self._render_cited(answer)
        yield str(_HTML.answer(read_as, blocks.closed, after))

    def print_text(self, answer: Answer) -> Markup:
        """Return the text of an answer with its markers, and nothing of what stands around it."""
        blocks = _Blocks()
        for piece in self._pieces(answer, blocks):
            blocks.text += piece
        return blocks.closed

    def _pieces(self, answer: Answer, blocks: _Blocks) -> Iterator[Markup]:
        """Yield the answer's text in reading order: sentences in small pieces, what follows each in one."""
        markers = {citation.n: _HTML.marker(citation) for citation in answer.citations}

        def render_between(text: str) -> Markup:
            first, *rest = MARKER.split(text)
            between = _escape(first)
            for number, other in zip(rest[::2], rest[1::2], strict=True):
                between += markers.get(int(number), _escape(f"[{number}]")) + _escape(other)
            return between

        done = left_out = 0
        listed = ""  # the markers that stand at the items of a list already
        for place, sentence in sorted(enumerate(answer.sentences), key=lambda one: one[1].span):
            gap = read_gap(answer, done, sentence.span.start, place)
            between = render_between(gap.markers.removeprefix(listed) + gap.text)
            listed = ""
            done = sentence.span.end
            if sentence.state is SentenceState.LEFT_OUT:
                yield between
                left_out += 1
                continue
            yield self._render_left_out(left_out)
            left_out = 0
            yield between
            yield blocks.begin(gap)
            cited = [citation for citation in answer.citations if citation.n in sentence.citations]
            document = cited[0].document if cited else None
            words = sentence.span.of(answer.answer)
            items = _find_items(words, [citation.quote for citation in cited])
            edges = [*dict.fromkeys((0, *items)), len(words)]
            for start, end in pairwise(edges):
                yield _BREAK if start else _NOTHING
                yield from self._cut(words[start:end], document)
                yield markers[cited[items.index(start)].n] if start in items else _NOTHING
            listed = mark(sentence.citations) if items else ""
            yield self._render_state(sentence.state) if answer.mode is Mode.LLM else _NOTHING
        yield self._render_left_out(left_out)
        yield render_between(answer.answer[done:].removeprefix(listed))

    def _cut(self, sentence: str, document: str | None) -> Iterator[Markup]:
        """Yield a sentence in small pieces, the terms that the report `document` explains as links."""
        glossary = self._documents[document].structure.glossary if document else ()
        done = 0
        for span, entry in find_mentions(sentence, glossary):
            yield from _cut_plain(sentence[done : span.start])
            yield _HTML.term(span.of(sentence), entry, class_of_document(document or ""))
            done = span.end
        yield from _cut_plain(sentence[done:])

    def _render_state(self, state: SentenceState) -> Markup:
        """Return a mark that says where a sentence comes from; the style sheet gives it its look."""
        made: Markup = _HTML.state(self._words.states[state], state)
        return made

    def _render_left_out(self, count: int) -> Markup:
        """Return what stands where so many sentences of a model are not shown."""
        if not count:
            return _NOTHING
        words = self._words
        told = words.left_out if count == 1 else words.left_out_many.format(count=count)
        made: Markup = _HTML.left_out(told, words.states[SentenceState.LEFT_OUT])
        return made

    def _render_model(self, answer: Answer) -> Markup:
        """Return who wrote an answer and, where its sentences differ in that, what the marks mean."""
        if answer.mode is not Mode.LLM:
            return _NOTHING
        states = {sentence.state for sentence in answer.sentences} - {SentenceState.LEFT_OUT}
        legend = [(state, name) for state, name in self._words.states.items() if state in states]
        told = self._words.written_by.format(model=answer.model)
        made: Markup = _HTML.model(told, legend if len(states) > 1 else [])
        return made

    def _render_not_found(self, answer: Answer) -> str:
        """Return why there is no answer, what the report does say of it, and last what was looked for."""
        words = self._words
        code = answer.reason.code if answer.reason else None
        spoken_of = code in SPEAKS_OF_IT
        heading = words.on_topic if spoken_of else words.closest
        if code is ReasonCode.FALSE_PREMISE:
            heading = words.contradicting
        reason = answer.reason.text if answer.reason else answer.answer
        nearest = self._render_sources(answer.closest, heading, "")
        return str(_HTML.not_found(answer, reason or words.not_found, spoken_of, nearest, words))

    def _render_cited(self, answer: Answer) -> Markup:
        """Return the sources of an answer, folded where a marker at each item tells where it stands."""
        told = "".join(sentence.span.of(answer.answer) for sentence in answer.sentences)
        if answer.kind in _FOLDING or answer.groups:
            listed = [self._describe(citation, told) for citation in answer.citations]
            summary = self._words.all_sources.format(count=len(answer.citations))
            made: Markup = _HTML.listing("", [], listed, summary, 0, self._words)
            return made
        return self._render_sources(answer.citations, self._words.sources, told)

    def _render_sources(self, citations: tuple[Citation, ...], heading: str, told: str) -> Markup:
        """Return sources as a list; of many the most are folded away."""
        if not citations:
            return _NOTHING
        listed = [self._describe(citation, told) for citation in citations[: self._listed]]
        leading = len(listed) if len(listed) <= _UNFOLDED else _LEADING
        rest = listed[leading:]
        summary = self._words.other_sources.format(count=len(rest))
        hidden = len(citations) - len(listed)
        made: Markup = _HTML.listing(heading, listed[:leading], rest, summary, hidden, self._words)
        return made

    def _describe(self, citation: Citation, told: str) -> tuple[Citation, str, bool]:
        """Return a citation, its report's title where there are several, and whether `told` has its words."""
        several = len(self._documents) > 1
        title = self._documents[citation.document].document.meta.title if several else ""
        return citation, title, citation.quote.rstrip(_CLOSING_MARKS) in told

    def _render_standalone(self, answer: Answer, asked: str) -> Markup:
        """Return how a follow-up question was understood, if differently from how it was put."""
        if normalise_question(asked) == normalise_question(answer.standalone_question):
            return _NOTHING
        made: Markup = _HTML.read_as(self._words.read_as.format(question=answer.standalone_question))
        return made


class _Blocks:
    """The text of an answer as it grows, with the list that is open in it."""

    def __init__(self) -> None:
        self.text = _NOTHING
        self._open = _NOTHING

    @property
    def closed(self) -> Markup:
        """The text so far as whole HTML."""
        return self.text + self._open

    def begin(self, gap: Gap) -> Markup:
        """Return what puts the next sentence under its lead or behind its bullet."""
        heading = _NOTHING
        if gap.group is not None:
            heading = _HTML.lead(gap.lead, gap.group.kind is PeriodKind.PLANNED)
        if gap.bullet:
            if self._open and not heading:
                return _NEXT_ITEM
            before, self._open = self._open + heading + _FIRST_ITEM, _LAST_ITEM
            return before
        closing, self._open = self._open, _NOTHING
        return closing + heading


def _find_items(sentence: str, quotes: Iterable[str]) -> list[int]:
    """Return where the items of a sentence that lists its quotes begin; none where it is no list."""
    starts, done = [], 0
    for quote in quotes:
        start = sentence.find(quote, done)
        if start < 0:
            return []
        starts.append(start)
        done = start + len(quote)
    return starts if len(starts) >= _LISTED else []


def _cut_plain(text: str) -> Iterator[Markup]:
    for start in range(0, len(text), STREAMED_CHARACTERS):
        yield _escape(text[start : start + STREAMED_CHARACTERS])


def _escape(text: str) -> Markup:
    return Markup(escape_markdown(text))
