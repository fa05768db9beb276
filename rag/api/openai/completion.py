"""An answer as a chat message: sentences with markers, footnotes below a rule, and an annotation a source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlencode

from index.types import PeriodKind
from rag.api.openai.schemas import Annotation, UrlCitation, Usage
from rag.llm.tokens import TokenCounter
from rag.messages import messages_for, name_label, write_lead
from rag.quotation import mark
from rag.service import ReportService
from rag.types import SPEAKS_OF_IT, Answer, Citation, Language, SentenceState

RULE = "\n\n---\n"
"""Between the answer and its footnotes; a client sends the message back with the next question."""
MOST_CLOSEST = 3
"""Nearest passages that a refusal shows; `report_rag` has them all."""


@cache
def _counter() -> TokenCounter:
    return TokenCounter()


def count_tokens(text: str) -> int:
    """Return how many tokens of the bundled encoder `text` takes."""
    return _counter().count_own(text)


def count_usage(prompt: str, reply: str) -> Usage:
    """Return what a request and its reply took."""
    sent, received = count_tokens(prompt), count_tokens(reply)
    return Usage(prompt_tokens=sent, completion_tokens=received, total_tokens=sent + received)


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes answers as messages of one conversation.

    `address` is where the page is, ending in a slash; `limit` how many tokens a message may have (None: as
    many as it needs).
    """

    service: ReportService
    address: str
    language: Language
    limit: int | None = None

    def fit(self, answer: Answer, told: str = "") -> str:
        """Return the longest part of an answer that fits the limit with its footnotes, in whole sentences.

        `told` is what stands before it. An answer without sentences fits or does not.
        """
        if self.limit is None:
            return answer.answer
        for end in reversed(_find_ends(answer)):
            shown = answer.answer[:end]
            if count_tokens(told + shown + self.write_notes(answer, shown)) <= self.limit:
                return shown
        return ""

    def write_notes(self, answer: Answer, shown: str) -> str:
        """Return what stands below the part of an answer that is told: sources, or the nearest passages."""
        lines = [f"- {self._describe(one, mark((one.n,)))}" for one in self._cited(answer, shown)]
        if shown == answer.answer:
            lines = [*answer.notices, *([""] if lines and answer.notices else []), *lines]
            if answer.closest:
                messages = messages_for(self.language)
                speaks = answer.reason is not None and answer.reason.code in SPEAKS_OF_IT
                lines += [messages.what_it_says if speaks else messages.closest_passages, ""]
                lines += [f"- {self._describe(one)}" for one in answer.closest[:MOST_CLOSEST]]
        return RULE + "\n".join(lines) if lines else ""

    def annotate(self, answer: Answer, shown: str, offset: int = 0) -> list[Annotation]:
        """Return an annotation for each source of `shown`, at its first marker; it begins at `offset`."""
        return [
            self._annotate(one, offset + shown.index(mark((one.n,)))) for one in self._cited(answer, shown)
        ]

    def _cited(self, answer: Answer, shown: str) -> Iterator[Citation]:
        return (one for one in answer.citations if mark((one.n,)) in shown)

    def _annotate(self, citation: Citation, place: int) -> Annotation:
        link = self._link(citation)
        return Annotation(
            url_citation=UrlCitation(
                start_index=place,
                end_index=place + len(mark((citation.n,))),
                title=self._title(citation),
                url=link,
            ),
            document=citation.document,
            start=citation.span.start,
            end=citation.span.end,
            quote=citation.quote,
            permalink=link,
        )

    def _describe(self, citation: Citation, marker: str = "") -> str:
        """Return a citation as one line: marker, quote, where it stands, its period, its link."""
        planned = citation.period.kind is PeriodKind.PLANNED
        lead = write_lead(citation.period.label, planned=planned, language=self.language).rstrip(":")
        period = lead if citation.period.label else ""
        section = " › ".join(name_label(heading, self.language) for heading in citation.section)
        place = " · ".join(filter(None, (period, section, self._title(citation))))
        quote = " ".join(citation.quote.split())
        return f"{marker} “{quote}” ({place}) {self._link(citation)}".strip()

    def _link(self, citation: Citation) -> str:
        place = {"doc": citation.document, "start": citation.span.start, "end": citation.span.end}
        return f"{self.address}?{urlencode(place)}"

    def _title(self, citation: Citation) -> str:
        """Return the title of what is cited, or its id where it was removed while the answer was made."""
        report = self.service.documents.get(citation.document)
        return report.document.meta.title if report else citation.document


def _find_ends(answer: Answer) -> list[int]:
    """Return where each sentence shown ends, its markers included; the last is where the answer does."""
    shown = [one for one in answer.sentences if one.state is not SentenceState.LEFT_OUT]
    return [*(one.span.end + len(mark(one.citations)) for one in shown[:-1]), len(answer.answer)]
