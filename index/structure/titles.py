"""Joins the lines of a title block that were broken in mid-phrase."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.types import Span

__all__ = ["join_title_lines"]

_MEETING_BEGINS = re.compile(
    r"[—\-–（(]*\s*(?:\d{4}年\d{1,2}月\d{1,2}日\s*)?[在于]|[—\-–（(]*\s*\d{4}年\d{1,2}月\d{1,2}日.*[在于]"
)
_MEETING_ENDS = re.compile(r"会议(?:第?.{0,6}次?会议)?(?:上|通过)?[）)]?|会上")
_OFFICE = re.compile(r"(?:[省市县区州盟旗镇乡]长|主[席任]|总理)\s*$")
_NAME = re.compile(r"[\u4e00-\u9fff·?？\s]{2,10}$")


def join_title_lines(text: str, lines: Sequence[Span]) -> list[Span]:
    """Return the spans of the title block: a meeting, or office and holder, broken over lines is one."""
    joined: list[Span] = []
    for line in lines:
        if joined and _continues(text, joined[-1], line):
            joined[-1] = Span(joined[-1].start, line.end)
        else:
            joined.append(line)
    return joined


def _continues(text: str, before: Span, line: Span) -> bool:
    words = before.of(text)
    if _MEETING_BEGINS.match(words) and not _MEETING_ENDS.search(words):
        return True
    return _OFFICE.search(words) is not None and _NAME.fullmatch(line.of(text)) is not None
