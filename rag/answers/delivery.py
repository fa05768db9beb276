"""Who gave the report, when and where: read off its title block."""

from __future__ import annotations

import re

from index.language.periods import find_periods
from index.types import Document, Passage, Role
from rag.composition import Draft, Quote, state
from rag.evidence.evidence import Evidence
from rag.question.intent import Intent
from rag.question.query import Query

_PERSON = re.compile(r"谁|哪位|什么人|报告人|叫什么|名字|姓名|\bwho\b", re.IGNORECASE)


class DeliveryAnswerer:
    """Quotes the speaker's line, or the line of date and meeting."""

    name = "delivery"

    def wants(self, query: Query) -> bool:
        """Take what asks who gave the report, when or where."""
        return query.intent is Intent.DELIVERY

    def answer(self, query: Query, evidence: Evidence) -> Draft | None:
        """Return None where the report has no such line."""
        document = evidence.context.report.document
        title = [p for p in evidence.context.report.structure.passages if p.role is Role.TITLE]
        if _PERSON.search(query.text):
            wanted = _find_speaker(title, document)
        else:
            wanted = [p for p in title if _is_dated(p.span.of(document.text), document)]
        if not wanted:
            return None
        statements = tuple(state(Quote(passage, passage.span, 1.0), document) for passage in wanted)
        return Draft(statements, kind=query.kind)


def _is_dated(words: str, document: Document) -> bool:
    """Tell whether a line names a meeting, or a year and what part of it."""
    return "会议" in words or any(time.part for time in find_periods(words, document.meta.year))


def _find_speaker(title: list[Passage], document: Document) -> list[Passage]:
    """Return the lines that name the speaker as meta.toml writes it, white space aside."""
    name = document.meta.speaker.split()[-1:] or [""]
    return [p for p in title if name[0] and name[0] in "".join(p.span.of(document.text).split())]
