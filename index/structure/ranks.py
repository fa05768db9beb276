"""Ranks headings whose marks alone mislead: parts without a number, numbering that restarts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from index.language.periods import A_PLAN, A_YEAR
from index.structure.headings import Heading, Scheme

__all__ = ["rank_headings"]

# How parts are worded where nothing numbers them: 2009年工作回顾, 今后五年的主要任务, 加强政府自身建设.
_PART_NAME = re.compile(
    rf"(?:关于)?(?:{A_YEAR}|(?:过去|今后)的?五年|{A_PLAN}).{{0,16}}?(?:回顾|安排|部署|任务|工作|规划)"
    r"|.{0,8}政府自身(?:改革和)?建设.{0,10}"
)


def rank_headings(text: str, headings: Sequence[Heading]) -> list[Heading]:
    """Return `headings` (in reading order) with the ranks that they have among each other."""
    return _lower_restarts(_raise_parts(text, headings))


def _raise_parts(text: str, headings: Sequence[Heading]) -> list[Heading]:
    """Give the unnumbered lines that stand above the numbering 一、 their rank.

    Such a line is a part when the next 一、 after it starts anew, or when the report has no 一、 at all; in a
    report with such parts also a line that is worded like one. Where 一、 itself counts the parts, a line
    worded like one has lost its number.
    """
    counted = any(heading.scheme is Scheme.PART for heading in headings)
    raised = set()
    following: int | None = None
    for heading in reversed(headings):
        if heading.scheme is Scheme.PART:
            following = heading.number
        elif heading.scheme is Scheme.UNNUMBERED and (not counted or following == 1):
            raised.add(heading.line)
            following = None
    rank = Scheme.UNNUMBERED_PART if raised else Scheme.PART
    return [
        replace(heading, scheme=rank)
        if heading.line in raised or _is_worded_as_part(text, heading)
        else heading
        for heading in headings
    ]


def _is_worded_as_part(text: str, heading: Heading) -> bool:
    return heading.scheme is Scheme.UNNUMBERED and _PART_NAME.fullmatch(heading.words.of(text)) is not None


def _lower_restarts(headings: Sequence[Heading]) -> list[Heading]:
    """Give 一、 二、 … that start anew inside a numbered part the rank of its sections."""
    lowered = []
    outer = inner = 0  # the last number of the parts, and of the row inside the last part
    for heading in headings:
        if heading.scheme <= Scheme.UNNUMBERED_PART:
            outer = inner = 0
        elif heading.scheme is Scheme.PART and heading.number:
            restarts = outer > 0 and heading.number == 1
            if restarts or (inner and heading.number == inner + 1):
                inner = heading.number
                heading = replace(heading, scheme=Scheme.SECTION)
            else:
                outer, inner = heading.number, 0
        lowered.append(heading)
    return lowered
