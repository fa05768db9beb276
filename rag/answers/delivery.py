"""Who gave the report, when and where: read off its title block."""

from __future__ import annotations

import re

from index.types import Document, IndexedDocument, Passage, Role
from rag.answers.context import ReportContext
from rag.composition import Draft, Quote, state
from rag.types import Kind

_PERSON = re.compile(r"谁|哪位|什么人|报告人|叫什么|名字|姓名|\bwho\b", re.IGNORECASE)
_DATE = re.compile(r"\d年\d{1,2}月|[一二三四五六七八九〇○零]年[一二三四五六七八九十]{1,2}月")
# A line that ends in a post and a name: “区人民政府区长 王小明”.
_POST = re.compile(r"(?:[省市区县州旗盟]长|主席|总理)[^一-鿿]*[一-鿿][ 　\xa0]?[一-鿿]{1,2}\s*[)）]?\s*$")


def tell_delivery(question: str, context: ReportContext) -> Draft | None:
    """Quote the speaker's line or the line of date and meeting; None when the report has no such line."""
    dated, speaker = _find_lines(context.report)
    wanted = speaker if _PERSON.search(question) else dated
    if not wanted:
        return None
    return Draft(
        tuple(state(Quote(passage, passage.span, 1.0), context.report.document) for passage in wanted),
        kind=Kind.DELIVERY,
    )


def find_delivery(report: IndexedDocument) -> list[Passage]:
    """Return the lines that say when and where the report was given, and by whom, each but once."""
    dated, speaker = _find_lines(report)
    lines = {"".join(p.span.of(report.document.text).split()): p for p in (*dated, *speaker)}
    return sorted(lines.values(), key=lambda passage: passage.span)


def _find_lines(report: IndexedDocument) -> tuple[list[Passage], list[Passage]]:
    """Return the lines of the title block with date or meeting, and those with the speaker."""
    text = report.document.text
    title = [p for p in report.structure.passages if p.role is Role.TITLE]
    dated = [p for p in title if _DATE.search(p.span.of(text)) or "会议" in p.span.of(text)]
    speaker = _find_speaker(title, report.document) or [p for p in title if _POST.search(p.span.of(text))]
    return dated, speaker


def _find_speaker(title: list[Passage], document: Document) -> list[Passage]:
    """Return the lines that name the speaker as meta.toml writes it, white space aside."""
    name = document.meta.speaker.split()[-1:] or [""]
    return [p for p in title if name[0] and name[0] in "".join(p.span.of(document.text).split())]
