"""An answer as a chat message: text with citation markers, the list of sources, or why there is no answer.

Markers are made here, from `Answer.citations` alone: what looks like one inside a sentence stays text.
A message is HTML without a blank line, so that the chat's Markdown takes it as one block; its sanitiser stays
on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from index.types import DocumentMeta, Period, PeriodKind
from rag.quoting import MARKER
from rag.types import Answer, Citation, Status
from rag.wording import normalise_question
from ui.markup import class_of_document, escape_markdown
from ui.words import Words

# Characters by which a streamed sentence grows: about a clause, so that reading can begin at once.
STREAMED_CHARACTERS = 12


class AnswerPrinter:
    """Renders answers in one language; `documents` describes every report that can be cited, by id."""

    def __init__(self, documents: Mapping[str, DocumentMeta], words: Words) -> None:
        self._documents = documents
        self._words = words

    def stream(self, answer: Answer, asked: str) -> Iterator[str]:
        """Yield the message as it grows; the last one is complete. `asked` is the question as it was put."""
        lead = self._render_standalone(answer, asked)
        if answer.status is Status.NOT_FOUND:
            yield lead + self._render_not_found(answer)
            return
        text = ""
        for piece in self._pieces(answer):
            text += piece
            yield f'{lead}<div class="answer">{text}</div>'
        yield (
            f'{lead}<div class="answer">{text}</div>{_render_notices(answer)}'
            f"{self._render_sources(answer.citations, self._words.sources)}"
        )

    def _pieces(self, answer: Answer) -> Iterator[str]:
        """Yield the answer's text in reading order: sentences in small pieces, what follows each in one."""
        markers = {citation.n: self._render_marker(citation) for citation in answer.citations}

        def render_between(text: str) -> str:
            first, *rest = MARKER.split(text)
            numbers, others = rest[::2], rest[1::2]
            return escape_markdown(first) + "".join(
                markers.get(int(number), escape_markdown(f"[{number}]")) + escape_markdown(other)
                for number, other in zip(numbers, others, strict=True)
            )

        done = 0
        for sentence in sorted(answer.sentences, key=lambda sentence: sentence.span):
            yield render_between(answer.answer[done : sentence.span.start])
            for start in range(sentence.span.start, sentence.span.end, STREAMED_CHARACTERS):
                end = min(start + STREAMED_CHARACTERS, sentence.span.end)
                yield escape_markdown(answer.answer[start:end])
            done = sentence.span.end
        yield render_between(answer.answer[done:])

    def _render_marker(self, citation: Citation) -> str:
        hover = escape_markdown(" · ".join(filter(None, (_path(citation), self._badge(citation.period)))))
        return (
            f'<span class="cited {class_of_document(citation.document)}" title="{hover}">'
            f'<a class="cite" href="{_href(citation)}">[{citation.n}]</a></span>'
        )

    def _render_not_found(self, answer: Answer) -> str:
        reason = answer.reason.text if answer.reason else answer.answer
        return (
            f'<div class="not-found"><p class="verdict">{self._words.not_found}</p>'
            f"<p>{escape_markdown(reason)}</p>"
            f"{_render_notices(answer)}{self._render_sources(answer.closest, self._words.closest)}</div>"
        )

    def _render_sources(self, citations: tuple[Citation, ...], heading: str) -> str:
        if not citations:
            return ""
        items = "".join(f"<li>{self._render_source(citation)}</li>" for citation in citations)
        return f'<p class="sources-heading">{heading}</p><ol class="sources">{items}</ol>'

    def _render_source(self, citation: Citation) -> str:
        badge = self._badge(citation.period)
        chip = f'<span class="period {citation.period.kind}">{escape_markdown(badge)}</span>' if badge else ""
        title = self._documents[citation.document].title if len(self._documents) > 1 else ""
        where = escape_markdown(" · ".join(filter(None, (title, _path(citation)))))
        return (
            f'<span class="cited {class_of_document(citation.document)}">'
            f'<a class="source" href="{_href(citation)}"><span class="number">{citation.n}</span>'
            f'<span class="quote">{escape_markdown(citation.quote)}</span></a></span>'
            f'<span class="where">{chip}{where}</span>'
        )

    def _render_standalone(self, answer: Answer, asked: str) -> str:
        """Return how a follow-up question was understood, if differently from how it was put."""
        if normalise_question(asked) == normalise_question(answer.standalone_question):
            return ""
        read_as = self._words.read_as.format(question=answer.standalone_question)
        return f'<p class="read-as">{escape_markdown(read_as)}</p>'

    def _badge(self, period: Period) -> str:
        words = "" if period.kind is PeriodKind.OTHER else self._words.of_kind(period.kind)
        return " · ".join(filter(None, (period.label, words)))


def _href(citation: Citation) -> str:
    return f"#cite-{citation.n}-{citation.span.start}-{citation.span.end}"


def _path(citation: Citation) -> str:
    return " › ".join(citation.section)


def _render_notices(answer: Answer) -> str:
    return "".join(f'<p class="notice">{escape_markdown(notice)}</p>' for notice in answer.notices)
