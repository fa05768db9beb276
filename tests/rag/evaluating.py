"""A made-up report, answers to questions about it, and their marks: what tests of the evaluation share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from index.types import (
    Document,
    DocumentMeta,
    IndexedDocument,
    Passage,
    Period,
    PeriodKind,
    Role,
    Span,
    Structure,
)
from rag.evaluation import Case, Scorecard, evaluate
from rag.types import Answer, Citation, Mode, Question, Status

ROOT = Path(__file__).parents[2]
DEV = ROOT / "tests/questions/dev.jsonl"
ORACLE = ROOT.parent / "shared/tools/score.py"
NO_PERIOD = Period("", PeriodKind.OTHER)

# Chrome (0–8), body (8–43), chrome (43–): the first words of the body stand in the chrome as well.
TEXT = "网页:城镇收入。\n城镇收入增加到5.4万元。粮食产量18万吨以上。新建学校11所,改造老旧小区20个。\n主办单位"
BODY = Span(9, 51)


def index_text(name: str, text: str, body: Span) -> IndexedDocument:
    meta = DocumentMeta(name, "某地", 2021, dt.date(2021, 2, 7), "某人", "某会", "某处", "无")
    passage = Passage(name, body, (), NO_PERIOD, Role.BODY)
    return IndexedDocument(Document(name, text, "0" * 64, meta), Structure((), (passage,), ()))


def cite(
    text: str, quote: str, *, document: str = "report", start: int | None = None, n: int = 1
) -> Citation:
    where = text.rindex(quote) if start is None else start
    span = Span(where, where + len(quote))
    return Citation(n, document, span, quote, span, (), NO_PERIOD, 1.0)


def answered(words: str, *citations: Citation) -> Answer:
    return Answer("1", Status.ANSWERED, words, Mode.EXTRACTIVE, "", citations=citations)


def refused(words: str = "报告没有提到。") -> Answer:
    return Answer("1", Status.NOT_FOUND, words, Mode.EXTRACTIVE, "")


@dataclass
class ScriptedService:
    """Gives the answers it was told to give, by question; an exception is raised."""

    documents: Mapping[str, IndexedDocument]
    script: dict[str, Answer | Exception]
    asked: list[Question] = field(default_factory=list)

    def ask(self, question: Question) -> Answer:
        self.asked.append(question)
        answer = self.script[question.text]
        if isinstance(answer, Exception):
            raise answer
        return answer


def case(name: str, category: str = "numeric", **known: object) -> Case:
    given: dict[str, object] = {
        "answerable": True,
        "gold": ("5.4万元",),
        "evidence": ("城镇收入增加到5.4万元",),
    }
    return Case(id=name, category=category, question=name, **(given | known))


def score(*scripted: tuple[Case, Answer | Exception]) -> Scorecard:
    service = ScriptedService(
        {"report": index_text("report", TEXT, BODY)}, {case.question: answer for case, answer in scripted}
    )
    return Scorecard.from_marks("cases.jsonl", evaluate(service, [case for case, _ in scripted]))


RIGHT = answered("城镇收入增加到5.4万元。[1]", cite(TEXT, "城镇收入增加到5.4万元"))
