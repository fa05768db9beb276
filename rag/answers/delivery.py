"""Who gave the report, when and where: read off its title block."""

from __future__ import annotations

import re

from index.language.lexicon import compile_words
from index.language.periods import find_periods
from index.types import Document, IndexedDocument, Passage, Role
from rag.composition import Draft, Quote, state
from rag.evidence.evidence import Evidence
from rag.question.intent import Intent
from rag.question.query import Query

_PERSON = compile_words("questions", "person")
# A line that ends in a post and a name: “区人民政府区长 王小明”.
_POST = re.compile(r"(?:[省市区县州旗盟]长|主席|总理)[^一-鿿]*[一-鿿][ 　\xa0]?[一-鿿]{1,2}\s*[)）]?\s*$")


class DeliveryAnswerer:
    """Quotes the speaker's line, or the line of date and meeting."""

    name = "delivery"

    def wants(self, query: Query) -> bool:
        """Take what asks who gave the report, when or where."""
        return query.intent is Intent.DELIVERY

    def answer(self, query: Query, evidence: Evidence) -> Draft | None:
        """Return None where the report has no such line."""
        report = evidence.context.report
        dated, speaker = _find_lines(report)
        wanted = speaker if _PERSON.search(query.text) else dated
        if not wanted:
            return None
        statements = tuple(state(Quote(passage, passage.span, 1.0), report.document) for passage in wanted)
        return Draft(statements, kind=query.kind)


def find_delivery(report: IndexedDocument) -> list[Passage]:
    """Return the lines that say when and where the report was given, and by whom, each but once."""
    dated, speaker = _find_lines(report)
    lines = {"".join(p.span.of(report.document.text).split()): p for p in (*dated, *speaker)}
    return sorted(lines.values(), key=lambda passage: passage.span)


def _find_lines(report: IndexedDocument) -> tuple[list[Passage], list[Passage]]:
    """Return the lines of the title block with date or meeting, and those with the speaker."""
    document = report.document
    title = [p for p in report.structure.passages if p.role is Role.TITLE]
    dated = [p for p in title if _is_dated(p.span.of(document.text), document)]
    speaker = _find_speaker(title, document) or [p for p in title if _POST.search(p.span.of(document.text))]
    return dated, speaker


def _is_dated(words: str, document: Document) -> bool:
    """Tell whether a line names a meeting, or a year and what part of it."""
    return "会议" in words or any(time.part for time in find_periods(words, document.meta.year))


def _find_speaker(title: list[Passage], document: Document) -> list[Passage]:
    """Return the lines that name the speaker as meta.toml writes it, white space aside."""
    name = document.meta.speaker.split()[-1:] or [""]
    return [p for p in title if name[0] and name[0] in "".join(p.span.of(document.text).split())]
