"""Two figures set side by side: both quoted, their difference or order shown as arithmetic.

A change that the report states itself is quoted and not computed again. Where it is not plain what is to be
set against what, both are quoted and nothing is computed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from index.language.figures import Figure, find_figures, subtract
from index.language.opposites import find_opposite
from rag.answers.fact import FactAnswerer, is_likely
from rag.answers.operands import EARLIER, STATED, Side, Stated, choose_operands, fits
from rag.answers.refusal import refuse
from rag.composition import Draft, Quote, Refusal, Statement, merge_statements, state
from rag.evidence.answerability import estimate_answerability
from rag.evidence.evidence import Evidence
from rag.question.intent import Intent
from rag.question.query import Query
from rag.question.subquestions import DIFFERENCE
from rag.quotation import trim_quote

_FACT = FactAnswerer()
_ORDER = re.compile(r"哪[个一]|更[高低大小多少]")
_SINCE = re.compile(rf"[同环]比|[比较与同跟和](?:{EARLIER})|净增|[增减多少]收")
"""How a question asks for a change against an earlier time without saying that it wants both figures."""


class ComparisonAnswerer:
    """Quotes what is compared and shows how the two figures relate, where that can be computed."""

    name = "comparison"

    def wants(self, query: Query) -> bool:
        """Take what asks for a difference or an order."""
        return query.intent is Intent.COMPARISON

    def answer(self, query: Query, evidence: Evidence) -> Draft | Refusal | None:
        """Quote each operand; one that the report does not give has the whole refused."""
        if stated := _quote_stated(query, evidence):
            return stated
        document = evidence.context.report.document
        statements: list[Statement] = []
        sides: list[Side] = []
        for operand in query.parts:
            found = Evidence(operand, evidence.context)
            draft = _FACT.answer(operand, found)
            if draft is None:
                # What went up or down may be told without an amount: “会议减少三分之一”.
                return refuse(operand, found) if len(query.parts) > 1 else None
            statements += draft.statements
            sides.append(Side(operand, tuple(quote for one in draft.statements for quote in one.quotes)))
        if not sides:
            return None
        operands = choose_operands(query, sides, document)
        relation = relate(query.text, operands) if operands else None
        if not operands or not relation:
            told = "".join(one.words for one in statements)
            if find_opposite(query.text, told):  # what is left is told by no figure of what is done
                return refuse(query, evidence)
            return Draft(tuple(merge_statements(statements)), kind=query.kind)
        quotes = tuple({one.quote.span: one.quote for one in operands}.values())
        kept = merge_statements([state(quote, document) for quote in quotes])
        shown = Statement(relation, tuple(quote for one in kept for quote in one.quotes))
        return Draft((*kept, shown), kind=query.kind)


def _quote_stated(query: Query, evidence: Evidence) -> Draft | None:
    """Return the words in which the report states a change against an earlier time, if asked for one."""
    if not _SINCE.search(query.text):
        return None
    document = evidence.context.report.document
    for reading in evidence.readings:
        words = reading.span.of(document.text)
        told = any(
            STATED.search(words[: figure.span.start]) and fits(figure, query.target.unit, query.text)
            for figure in find_figures(words)
        )
        if reading.fits and told and is_likely(query, reading, evidence):
            likely = estimate_answerability(reading, evidence.readings[0])
            quote = Quote(reading.hit.passage, trim_quote(document.text, reading.span), likely)
            return Draft((state(quote, document),), kind=query.kind)
    return None


def relate(question: str, operands: Sequence[Stated]) -> str | None:
    """Return the arithmetic that answers `question` from two operands, or None."""
    one, other = (operand.figure for operand in operands)
    signed = one.is_percentage and one.falls is not other.falls
    larger, smaller = sorted(
        (one, other), key=lambda figure: figure.change if signed else figure.value, reverse=True
    )
    if DIFFERENCE.search(question):
        difference = subtract(larger, smaller, signed=signed)
        unit = "个百分点" if larger.is_percentage else smaller.scale + larger.unit
        about = larger.hedge or smaller.hedge
        return f"{_show(larger, signed)} − {_show(smaller, signed)} = {difference:f}{unit}{about}"
    if _ORDER.search(question) and larger.value != smaller.value:
        return f"{_show(larger, signed)} > {_show(smaller, signed)}"
    return None


def _show(figure: Figure, signed: bool) -> str:
    shown = replace(figure, number=-figure.number).shown if signed and figure.falls else figure.shown
    return f"({shown})" if shown.startswith("−") else shown
