"""Who gave the report, when and where: read off its title block."""

from __future__ import annotations

import re

from index.types import Passage, Role
from rag.answers.context import ReportContext
from rag.composition import Draft, Quote, state
from rag.types import Kind

_PERSON = re.compile(r"谁|哪位|什么人|报告人|叫什么|名字|姓名|\bwho\b", re.IGNORECASE)
_DATE = re.compile(r"\d年\d{1,2}月|[一二三四五六七八九〇○零]年[一二三四五六七八九十]{1,2}月")


def tell_delivery(question: str, context: ReportContext) -> Draft | None:
    """Quote the speaker's line or the line of date and meeting; None when the report has no such line."""
    text = context.report.document.text
    title = [p for p in context.report.structure.passages if p.role is Role.TITLE]
    dated = [p for p in title if _DATE.search(p.span.of(text)) or "会议" in p.span.of(text)]
    speaker = _find_speaker(title, context)
    wanted = speaker if _PERSON.search(question) else dated
    if not wanted:
        return None
    return Draft(
        tuple(state(Quote(passage, passage.span, 1.0), context.report.document) for passage in wanted),
        kind=Kind.DELIVERY,
    )


def _find_speaker(title: list[Passage], context: ReportContext) -> list[Passage]:
    """Return the lines that name the speaker as meta.toml writes it, white space aside."""
    document = context.report.document
    name = document.meta.speaker.split()[-1:] or [""]
    return [p for p in title if name[0] and name[0] in "".join(p.span.of(document.text).split())]
