"""The real service over the made-up report, with the scripted endpoint as its language model."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from rag.llm.client import ChatClient
from rag.service import ReportService
from rag.types import Answer, Mode, Question, Stage
from rag.verification.invariants import find_violations
from tests.rag.llm.scripted_endpoint import ScriptedEndpoint


@contextmanager
def serve(loaded: ReportService, endpoint: ScriptedEndpoint, **settings: Any) -> Iterator[ReportService]:
    """A service that knows what `loaded` does and words answers with the model at `endpoint`."""
    chosen = endpoint.settings(**settings)
    with closing(ChatClient(chosen)) as client:
        context = next(iter(loaded.contexts.values()))
        yield ReportService.from_index(context.index, context.reader, chosen, model=client)


def follow(service: ReportService, question: str) -> list[Stage | Answer]:
    """Ask with the model; check that every answer on the way is sound, and the next one goes on from it."""
    items = list(service.stream(Question(question, mode=Mode.LLM)))
    text = ""
    for item in items:
        if isinstance(item, Answer):
            assert find_violations(item, service.documents) == []
            assert item.answer.startswith(text)
            text = item.answer
    return items


def ask(service: ReportService, question: str) -> Answer:
    """Ask with the model; return the complete answer."""
    last = follow(service, question)[-1]
    assert isinstance(last, Answer)
    return last
