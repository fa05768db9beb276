"""An answer as a chat message: text with citation markers, the list of sources, or why there is no answer.

Markers are made here, from `Answer.citations` alone: what looks like one inside a sentence stays text.
A message is HTML without a blank line, so that the chat's Markdown takes it as one block; its sanitiser stays
on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from index.language.text import normalise_question
from index.types import IndexedDocument, PeriodKind
from rag.quotation import MARKER, mark
from rag.types import SPEAKS_OF_IT, Answer, Citation, Kind, Mode, ReasonCode, SentenceState, Status
from ui.conversation.gaps import Gap, read_gap
from ui.reports.mentions import find_mentions
from ui.texts import Words
from ui.texts.labels import name_period, name_section
from ui.views.citation import link_citation, render_term
from ui.views.markup import class_of_document, escape_markdown

# Characters by which a streamed sentence grows: about a clause, so that reading can begin at once.
STREAMED_CHARACTERS = 12
# Of more sources than the first number only the second is seen at once: an answer should not drown in them.
_UNFOLDED, _LEADING = 4, 3
# Quotes from which on a sentence reads better as a list, one to a line.
_LISTED = 3
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
        for piece in ["".join(pieces)] if answer.mode is Mode.LLM else pieces:
            blocks.text += piece
            yield f'{read_as}<div class="answer">{blocks.closed}</div>'
        yield (
            f'{read_as}<div class="answer">{blocks.closed}</div>{self._render_model(answer)}'
            f"{_render_notices(answer)}{self._render_cited(answer)}"
        )

    def _pieces(self, answer: Answer, blocks: _Blocks) -> Iterator[str]:
        """Yield the answer's text in reading order: sentences in small pieces, what follows each in one."""
        markers = {citation.n: self._render_marker(citation) for citation in answer.citations}

        def render_between(text: str) -> str:
            first, *rest = MARKER.split(text)
            numbers, others = rest[::2], rest[1::2]
            return escape_markdown(first) + "".join(
                markers.get(int(number), escape_markdown(f"[{number}]")) + escape_markdown(other)
                for number, other in zip(numbers, others, strict=True)
            )

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
                yield "<br>" if start else ""
                yield from self._cut(words[start:end], document)
                yield markers[cited[items.index(start)].n] if start in items else ""
            listed = mark(sentence.citations) if items else ""
            yield self._render_state(sentence.state) if answer.mode is Mode.LLM else ""
        yield self._render_left_out(left_out)
        yield render_between(answer.answer[done:].removeprefix(listed))

    def _cut(self, sentence: str, document: str | None) -> Iterator[str]:
        """Yield a sentence in small pieces, the terms that the report `document` explains as links."""
        glossary = self._documents[document].structure.glossary if document else ()
        done = 0
        for span, entry in find_mentions(sentence, glossary):
            yield from _cut_plain(sentence[done : span.start])
            yield render_term(escape_markdown(span.of(sentence)), entry, class_of_document(document or ""))
            done = span.end
        yield from _cut_plain(sentence[done:])

    def _render_state(self, state: SentenceState) -> str:
        """Return a mark that says where a sentence comes from; the style sheet gives it its look."""
        name = self._words.states[state]
        return f'<span class="state {state}" title="{name}"><span class="unseen">({name})</span></span>'

    def _render_left_out(self, count: int) -> str:
        """Return what stands where so many sentences of a model are not shown."""
        if not count:
            return ""
        words = self._words
        told = words.left_out if count == 1 else words.left_out_many.format(count=count)
        return (
            f'<span class="left-out" title="{words.states[SentenceState.LEFT_OUT]}">'
            f"{escape_markdown(told)}</span>"
        )

    def _render_model(self, answer: Answer) -> str:
        """Return who wrote an answer and, where its sentences differ in that, what the marks mean."""
        if answer.mode is not Mode.LLM:
            return ""
        states = {sentence.state for sentence in answer.sentences} - {SentenceState.LEFT_OUT}
        told = [escape_markdown(self._words.written_by.format(model=answer.model))]
        if len(states) > 1:
            told += [
                f'<span class="legend"><span class="state {state}"></span>{name}</span>'
                for state, name in self._words.states.items()
                if state in states
            ]
        return f'<p class="model">{"".join(told)}</p>'

    def _render_marker(self, citation: Citation) -> str:
        return (
            f'<span class="cited {class_of_document(citation.document)}">'
            f'<a class="cite" href="{link_citation(citation)}">[{citation.n}]</a></span>'
        )

    def _render_not_found(self, answer: Answer) -> str:
        """Return what was looked for, why it is not there, and the nearest passages labelled as no answer."""
        words = self._words
        if answer.reason and answer.reason.code in SPEAKS_OF_IT:
            return self._render_spoken_of(answer, answer.reason.text)
        verdict, reason, nearest = words.not_found, answer.answer, words.closest
        if answer.reason:
            verdict = words.verdict.format(why=words.reasons[answer.reason.code])
            reason = answer.reason.text
            if answer.reason.code is ReasonCode.FALSE_PREMISE:
                nearest = words.contradicting
        looked_for = escape_markdown(words.looked_for.format(question=answer.standalone_question))
        return (
            f'<div class="not-found"><h2 class="verdict">{verdict}</h2><p class="looked-for">{looked_for}</p>'
            f'<p class="reason">{escape_markdown(reason)}</p>'
            f"{_render_notices(answer)}{self._render_sources(answer.closest, nearest)}</div>"
        )

    def _render_spoken_of(self, answer: Answer, reason: str) -> str:
        """Return what the report does say where it gives no answer in so many words."""
        looked_for = escape_markdown(self._words.looked_for.format(question=answer.standalone_question))
        return (
            f'<div class="not-found spoken-of"><p class="reason">{escape_markdown(reason)}</p>'
            f"{self._render_sources(answer.closest, self._words.on_topic)}"
            f'{_render_notices(answer)}<p class="looked-for">{looked_for}</p></div>'
        )

    def _render_cited(self, answer: Answer) -> str:
        """Return the sources of an answer, folded where a marker at each item tells where it stands."""
        if answer.kind not in _FOLDING and not answer.groups:
            return self._render_sources(answer.citations, self._words.sources)
        summary = self._words.all_sources.format(count=len(answer.citations))
        items = "".join(f"<li>{self._render_source(citation)}</li>" for citation in answer.citations)
        return (
            f'<details class="other-sources"><summary>{summary}</summary>'
            f'<ol class="sources">{items}</ol></details>'
        )

    def _render_sources(self, citations: tuple[Citation, ...], heading: str) -> str:
        if not citations:
            return ""
        listed = citations[: self._listed]
        hidden = len(citations) - len(listed)
        more = f'<p class="more">{self._words.more_sources.format(count=hidden)}</p>' if hidden else ""
        return f'<p class="sources-heading">{heading}</p>{self._render_list(listed)}{more}'

    def _render_list(self, listed: tuple[Citation, ...]) -> str:
        """Return sources as a list; of many the most are folded away."""
        at_once = listed if len(listed) <= _UNFOLDED else listed[:_LEADING]
        items, folded = (
            "".join(f"<li>{self._render_source(citation)}</li>" for citation in part)
            for part in (at_once, listed[len(at_once) :])
        )
        rest = (
            f'<details class="other-sources">'
            f"<summary>{self._words.other_sources.format(count=len(listed) - len(at_once))}</summary>"
            f'<ol class="sources">{folded}</ol></details>'
            if folded
            else ""
        )
        return f'<ol class="sources">{items}</ol>{rest}'

    def _render_source(self, citation: Citation) -> str:
        badge = name_period(citation.period, self._words)
        chip = f'<span class="period {citation.period.kind}">{escape_markdown(badge)}</span>' if badge else ""
        title = self._documents[citation.document].document.meta.title if len(self._documents) > 1 else ""
        where = escape_markdown(" · ".join(filter(None, (title, name_section(citation.section)))))
        return (
            f'<span class="cited {class_of_document(citation.document)}">'
            f'<a class="source" href="{link_citation(citation)}"><span class="number">{citation.n}</span>'
            f'<span class="quote">{escape_markdown(citation.quote)}</span></a></span>'
            f'<span class="where">{chip}{where}</span>'
        )

    def _render_standalone(self, answer: Answer, asked: str) -> str:
        """Return how a follow-up question was understood, if differently from how it was put."""
        if normalise_question(asked) == normalise_question(answer.standalone_question):
            return ""
        read_as = self._words.read_as.format(question=answer.standalone_question)
        return f'<p class="read-as">{escape_markdown(read_as)}</p>'


class _Blocks:
    """The text of an answer as it grows, with the list that is open in it."""

    def __init__(self) -> None:
        self.text = ""
        self._open = ""

    @property
    def closed(self) -> str:
        """The text so far as whole HTML."""
        return self.text + self._open

    def begin(self, gap: Gap) -> str:
        """Return what puts the next sentence under its lead or behind its bullet."""
        heading = ""
        if gap.group is not None:
            css = "lead planned" if gap.group.kind is PeriodKind.PLANNED else "lead"
            heading = f'<h2 class="{css}">{escape_markdown(gap.lead)}</h2>'
        if gap.bullet:
            before = "</li>" if self._open and not heading else self._open + heading + '<ul class="items">'
            self._open = "</li></ul>"
            return f"{before}<li>"
        closing, self._open = self._open, ""
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


def _cut_plain(text: str) -> Iterator[str]:
    for start in range(0, len(text), STREAMED_CHARACTERS):
        yield escape_markdown(text[start : start + STREAMED_CHARACTERS])


def _render_notices(answer: Answer) -> str:
    return "".join(f'<p class="notice">{escape_markdown(notice)}</p>' for notice in answer.notices)
