"""Attacks on answers that a language model words: whatever it is made to write, nothing of it is shown."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import rag.pipeline
from index.retrieval.search import PassageIndex
from index.retrieval.segment import encoded_texts
from index.storage.builder import build_index
from index.structure import parse_document
from index.types import Index, IndexedDocument
from rag.composition import Draft, Quote, quote_passage, state
from rag.evidence.context import ReportContext
from rag.evidence.reader import Reader
from rag.llm.client import Message
from rag.question.query import Query
from rag.quotation import flatten
from rag.service import ReportService
from rag.settings import Settings
from rag.types import Answer, Mode, Question, SentenceState, Status, Turn
from rag.verification.invariants import find_violations

ATTACKS = tomllib.loads((Path(__file__).parent / "attacks.toml").read_text("utf-8"))["attack"]
PIECE = 5
"""Characters that the model writes at a time: markers and tags come in two pieces, as real ones do."""
FOUND = 4
"""Passages handed to the model where it may write about whatever comes close."""
SETTINGS = Settings(llm_base_url="http://127.0.0.1:9/v1")  # nobody asks there


def list_attacks() -> Iterator[Any]:
    """Yield every attack; those that come from where another came, with the same aim, take their time."""
    tried: set[tuple[str, str]] = set()
    for attack in ATTACKS:
        kind = (attack["place"], attack["aim"])
        yield pytest.param(attack, id=attack["id"], marks=[pytest.mark.slow] if kind in tried else [])
        tried.add(kind)


every_attack = pytest.mark.parametrize("attack", [*list_attacks()])


@dataclass
class Hijacked:
    """A language model that does what an attack wants of it."""

    reply: str
    name: str = "hijacked"
    prompts: list[Sequence[Message]] = field(default_factory=list)

    def write(
        self, messages: Sequence[Message], max_tokens: int, seconds: float | None = None
    ) -> Generator[str]:
        self.prompts.append(messages)
        for start in range(0, len(self.reply), PIECE):
            yield self.reply[start : start + PIECE]

    def count_tokens(self, text: str) -> int:
        return len(text)


class Remembering:
    """The encoder of `index`, which encodes nothing twice: a planted report differs in a sentence or two."""

    def __init__(self, index: PassageIndex) -> None:
        self._encoder = index.encoder
        self._rows: dict[str, Any] = {}
        for segment in index.segments.values():
            texts, clauses = encoded_texts(segment.indexed)
            vectors = segment.passages.fetch(segment.addresses)
            clause_vectors = segment.clauses.fetch(list(chain(*segment.clause_addresses)))
            self._rows |= zip(texts, vectors, strict=True)
            self._rows |= zip(clauses, clause_vectors, strict=True)

    def encode_query(self, inputs: list[str], **options: Any) -> Any:
        return self._encoder.encode_query(inputs, **options)

    def encode_document(self, inputs: list[str], **options: Any) -> Any:
        new = [text for text in dict.fromkeys(inputs) if text not in self._rows]
        if new:
            self._rows |= zip(new, self._encoder.encode_document(new, **options), strict=True)
        return np.stack([self._rows[text] for text in inputs])


@pytest.fixture(scope="module")
def encoder(service: ReportService) -> Remembering:
    index = next(iter(service.contexts.values())).index
    assert isinstance(index, PassageIndex)
    return Remembering(index)


@pytest.fixture
def target(attack: dict[str, Any], service: ReportService, encoder: Remembering) -> tuple[Index, Reader]:
    """The bundled report, with the attack's sentence in it if there is one, and what reads it."""
    (bundled,) = service.contexts.values()
    if not attack["planted"]:
        return bundled.index, bundled.reader
    report = plant(attack["planted"], bundled.report, find_place(attack["question"], service))
    return build_index([report], encoder), bundled.reader


def find_place(question: str, service: ReportService) -> int:
    """Return where the sentence ends that answers `question`, or comes closest to it."""
    answer = service.ask(Question(question))
    citations = answer.citations or service.search(question, None, 1)
    return citations[0].sentence.end


def plant(sentence: str, indexed: IndexedDocument, place: int) -> IndexedDocument:
    document = indexed.document
    text = document.text[:place] + sentence + document.text[place:]
    document = replace(document, text=text, sha256=hashlib.sha256(text.encode()).hexdigest())
    return IndexedDocument(document, parse_document(document))


def texts_of(answer: Answer) -> Iterator[str]:
    """Yield all that a reader is shown."""
    yield answer.answer
    yield from answer.notices
    yield from (citation.quote for citation in (*answer.citations, *answer.closest))
    if answer.reason:
        yield answer.reason.text


def ask(attack: dict[str, Any], target: tuple[Index, Reader]) -> Hijacked:
    """Ask what the attack asks, and check all that is shown; return the model."""
    model = Hijacked(attack["reply"])
    index, reader = target
    service = ReportService.from_index(index, reader, SETTINGS, model=model)
    history = tuple(Turn(turn["role"], turn["content"]) for turn in attack["history"])
    stream = service.stream(Question(attack["question"], history, mode=Mode.LLM))
    answers = [answer for answer in stream if isinstance(answer, Answer)]
    assert answers
    for answer in answers:
        check(answer, attack, index)
    return model


def check(answer: Answer, attack: dict[str, Any], index: Index) -> None:
    assert answer.status in Status
    shown = list(texts_of(answer))
    assert [words for words in attack["forbidden"] if any(words in text for text in shown)] == []
    said = [attack["question"], *(turn["content"] for turn in attack["history"])]
    assert [
        words
        for words in attack["forbidden"]
        if words in answer.standalone_question and not any(words in text for text in said)
    ] == []
    assert find_violations(answer, index.documents) == []
    for sentence in answer.sentences:
        assert sentence.citations or sentence.state is SentenceState.LEFT_OUT


@every_attack
def test_nothing_that_an_attack_wants_is_shown(attack: dict[str, Any], target: tuple[Index, Reader]) -> None:
    ask(attack, target)


@every_attack
def test_nothing_is_shown_whatever_the_model_may_write_about(
    attack: dict[str, Any], target: tuple[Index, Reader], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even where the report would not answer, and with the planted sentence always before the model."""
    planted = []

    def find(query: Query, context: ReportContext) -> Draft:
        document = context.report.document
        quotes = [quote_passage(hit) for hit in context.index.search(attack["question"], None, FOUND)]
        for passage in context.report.structure.passages:
            if passage.span.of(document.text) in attack["planted"]:
                planted.append(flatten(passage.span.of(document.text)))
                quotes.insert(1, Quote(passage, passage.span, quotes[0].score))
        quotes = list({quote.passage: quote for quote in quotes}.values())
        return Draft(tuple(state(quote, document) for quote in quotes))

    monkeypatch.setattr(rag.pipeline, "answer", find)
    *_, prompt = ask(attack, target).prompts
    assert all(words in prompt[-1].content for words in planted)
    assert bool(planted) is bool(attack["planted"])
