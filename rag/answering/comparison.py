"""Two figures set side by side: both quoted, their difference or order shown as arithmetic."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import replace

from rag.answering.context import ReportContext
from rag.answering.fact import answer_part
from rag.composing import Draft, Refusal, Statement, merge_statements
from rag.conversation import Standalone
from rag.figures import ABOUT, Figure, find_figures, subtract
from rag.parts import Part, split_question
from rag.terms import split_terms

_DIFFERENCE = re.compile(
    r"相差(?:多少|几)?|差(?:多少|几)|差距|再?[高低多少大快慢]了?出?(?:多少|几)|多出(?:多少|几)|"
    r"(?:增加|减少|提高|下降|增长|降低|上升)了?(?:多少|几)|(?:还有|还剩|剩下?)有?多少"
)
_CLAUSE_ENDS = re.compile(r"[,，;；、]")
_POINTS = re.compile(r"个?百分点")
# “总额是多少” would ask for money alone.
_AMOUNT = "的数字是多少"
_ORDER = re.compile(r"哪[个一]|更[高低大小多少]")
_CHANGE = re.compile(
    r"[由从](?P<before>[^,，。;；由从]{2,12})(?:增加|提高|增长|上升|减少|下降|降低|下降|缩减)?[到至为](?P<after>[^,，。;；]{2,12})"
)


def compare(question: Standalone, context: ReportContext, room: int) -> tuple[Draft | Refusal, int, int]:
    """Quote what is compared and show how the two figures relate, where that can be computed.

    Returns also how many parts of the question, at most `room`, were asked and how many were left out.
    """
    statements: list[Statement] = []
    parts = split_question(question, context.report.document.meta.year)
    room = min(room, max(1, context.budget.readings))
    counts = min(len(parts), room), max(0, len(parts) - room)
    for part in parts[:room]:
        outcome = answer_part(_ask_amount(part), context)
        if isinstance(outcome, Refusal):
            # What went up or down may be told without an amount: “会议减少三分之一”.
            return outcome if len(parts) > 1 else answer_part(part, context), *counts
        statements += outcome.statements
    statements = merge_statements(statements)
    quotes = tuple(quote for statement in statements for quote in statement.quotes)
    words = [quote.span.of(context.report.document.text) for quote in quotes]
    relation = relate(question.text, words)
    return Draft((*statements, Statement(relation, quotes)) if relation else tuple(statements)), *counts


def _ask_amount(part: Part) -> Part:
    """Return `part` asking for the amount itself: the difference is computed, no passage has to state it."""
    focus = _DIFFERENCE.sub(_AMOUNT, _POINTS.sub("", part.focus))
    return replace(part, focus=focus if _AMOUNT in focus else f"{part.focus}{_AMOUNT}")


def relate(question: str, quotes: Sequence[str]) -> str | None:
    """Return the arithmetic that answers `question` from the figures of `quotes`, or None."""
    operands = _choose_operands(split_terms(question), quotes)
    if operands is None:
        return None
    larger, smaller = sorted(operands, key=lambda figure: figure.value, reverse=True)
    if _DIFFERENCE.search(question):
        difference = subtract(larger, smaller)
        unit = "个百分点" if larger.is_percentage else smaller.scale + larger.unit
        about = larger.hedge or smaller.hedge
        return f"{_show(larger)} − {_show(smaller)} = {difference:f}{unit}{about}"
    if _ORDER.search(question) and larger.value > smaller.value:
        return f"{_show(larger)} > {_show(smaller)}"
    return None


def _choose_operands(asked: Set[str], quotes: Sequence[str]) -> tuple[Figure, Figure] | None:
    """Return the two figures that are compared; None when it is not plain which they are."""
    changes = [match for quote in quotes for match in _CHANGE.finditer(quote)]
    if len(changes) > 1:  # two developments are compared by where they arrived
        exact = [figure for match in changes for figure in _find_exact(match["after"])]
    elif changes and len(quotes) == 1:
        exact = _find_exact(changes[0]["before"])[-1:] + _find_exact(changes[0]["after"])[:1]
    elif len(quotes) == 2:
        return _choose_pair(asked, *quotes)
    else:
        exact = [figure for quote in quotes for figure in _find_exact(quote)]
    match exact:
        case [left, right] if left.unit == right.unit:
            return left, right
    return None


def _choose_pair(asked: Set[str], left: str, right: str) -> tuple[Figure, Figure] | None:
    """Return the figures of one unit whose clauses have most terms of the question between them.

    Of figures in one clause the later counts: “由120元提高到200元” arrives at 200元.
    """
    pairs = [
        (here + there, (one, other))
        for here, one in _weigh_figures(asked, left)
        for there, other in _weigh_figures(asked, right)
        if one.unit == other.unit
    ]
    return max(reversed(pairs), key=lambda pair: pair[0])[1] if pairs else None


def _weigh_figures(asked: Set[str], quote: str) -> list[tuple[int, Figure]]:
    """Return the exact figures of `quote`, each with how many terms of the question its clause has."""
    clauses = _CLAUSE_ENDS.split(quote)
    return [
        (len(split_terms(clause) & asked), figure) for clause in clauses for figure in _find_exact(clause)
    ]


def _find_exact(words: str) -> list[Figure]:
    """Return the figures that can be reckoned with: exact ones, and those that are about right (左右)."""
    return [
        figure
        for figure in find_figures(words)
        if figure.hedge in ("", ABOUT) and figure.unit not in ("", "年", "月", "日")
    ]


def _show(figure: Figure) -> str:
    return figure.number + figure.scale + figure.unit + figure.hedge
