"""Asks a service as a client would, and checks every answer on the way."""

from rag.service import ReportService
from rag.types import Answer, Question, Turn
from rag.verification.invariants import find_violations


def ask(service: ReportService, text: str, *history: str) -> Answer:
    turns = tuple(Turn("user" if i % 2 == 0 else "assistant", line) for i, line in enumerate(history))
    answer = service.ask(Question(text, turns))
    assert find_violations(answer, service.documents) == []
    return answer
