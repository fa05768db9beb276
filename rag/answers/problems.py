"""Problems that a report admits: its own list of them, without the words that only lead up to it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest

from index.language.lexicon import alternatives
from index.structure.dating import admits_problems
from index.types import IndexedDocument, Passage, PeriodKind, Role
from rag.evidence.cutting import cut, is_lead_in, span_of
from rag.evidence.selection import Run
from rag.quotation import CLOSING_MARKS

_RESOLVES = re.compile(
    r"^(?:各位代表[,，])?(?:针对|今后|面?对(?:此|于?(?:这些|[以上述]{2}|存在))|"
    rf"我们{alternatives('answers', 'must')})"
)
"""A sentence that only promises to deal with what was admitted before it."""
_ITEM_ENDS = f"{CLOSING_MARKS};；"
_OPENS = re.compile(r"各位代表|同时|在(?:总结|看到|[肯取][定得]).{0,20}(?:同时|成绩)|当前|我们[也还]")
"""How the sentence begins that admits problems, before it names any."""
_LEADS_UP = re.compile(
    rf"主要(?:[表体]现|是)在?|{alternatives('answers', 'problems')}[,，]$|[看认意][到识]{{1,2}}到?[,，:：]?$"
)


def find_problems(report: IndexedDocument) -> list[Passage]:
    """Return the sentences in which `report` admits problems, in order: none where it admits none."""
    text = report.document.text
    found: list[Passage] = []
    admitting = False
    for passage in report.structure.passages:
        words = passage.span.of(text)
        listed = passage.role is Role.BODY and passage.period.kind is PeriodKind.OTHER
        admitting = listed and (admitting or admits_problems(words))
        if admitting and _RESOLVES.match(words):
            admitting = False
        if admitting:
            found.append(passage)
    return found


def split_problems(passages: Sequence[Passage], report: IndexedDocument) -> list[list[Run]]:
    """Return the runs of clauses of each problem: one ends where a sentence or a part of it (；) does.

    What only leads up to the list (“…还存在一些问题:”) is left out.
    """
    text = report.document.text
    items: list[list[Run]] = []
    for passage in passages:
        item: list[Run] = []
        for bounds in cut(text, passage):
            span = span_of(passage, bounds)
            words = span.of(text)
            leading = not items and not item
            if is_lead_in(words) or (leading and (_OPENS.match(words) or _LEADS_UP.search(words))):
                continue
            item.append(Run(passage, span, words, 1.0, 1.0))
            if words.rstrip().endswith(tuple(_ITEM_ENDS)):
                items.append(item)
                item = []
        if item:
            items.append(item)
    return items


def choose_problems(items: Sequence[Sequence[Run]], limit: int, count: int | None) -> list[Run]:
    """Return runs in reading order: the first of every problem, then the second of each, while they fit.

    Of more than `count` problems only the first so many are told.
    """
    chosen: list[Run] = []
    used = 0
    for row in zip_longest(*items[:count]):
        for run in row:
            if run is not None and used + run.length <= limit:
                chosen.append(run)
                used += run.length
    return sorted(chosen, key=lambda run: run.span)
