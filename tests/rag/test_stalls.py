"""One request never stalls everybody: parts, work and waiting are bounded, long sentences read in part."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Generator

import pytest

from index.types import Clause, Hit
from rag.api.streaming import _encode
from rag.budget import Budget
from rag.errors import AbandonedError, OverBudgetError
from rag.evidence.candidates import MOST_OPENINGS, _find_candidates, _Sought, _standardise
from rag.evidence.term_weights import TermWeights, WeightedTerms
from rag.question import understanding
from rag.question.subquestions import MAX_PARTS, split_message
from rag.question.understanding import read_query
from rag.service import ReportService
from rag.types import Answer, Question, Stage, Status
from tests.rag.asking import ask
from tests.rag.conftest import ScriptedService
from tests.rag.llm.test_client import PATIENCE
from tests.rag.llm.test_streaming import running
from tests.rag.reports import make_report

ONE, OTHER = "2030年改造了多少个老旧小区?", "2031年外贸进出口预期增长多少?"


class Clock:
    """Time that passes by a fixed amount each time it is read."""

    def __init__(self, step: float) -> None:
        self.now = 0.0
        self.step = step

    def __call__(self) -> float:
        self.now += self.step
        return self.now


def test_of_a_message_that_asks_too_much_the_first_parts_are_answered_and_the_rest_is_told_of(yunxi):
    given = ask(yunxi, ONE + OTHER * (MAX_PARTS + 3))
    assert given.status is Status.ANSWERED
    assert given.answer == "改造老旧小区12个。[1]外贸进出口增长4%。[2]"
    assert given.notices == ("一次最多回答8个问题，后面的4个没有回答，请另行提问。",)


def test_the_rest_is_told_of_in_english_to_who_asks_in_english(yunxi):
    given = ask(yunxi, "How many old residential communities were renovated in 2030? " * (MAX_PARTS + 2))
    assert "At most 8 questions are answered at a time: please ask the last 2 again." in given.notices


def test_a_message_is_split_into_sentences_once_whatever_completing_them_brings(yunxi, monkeypatch):
    messages: list[str] = []

    def split(message: str) -> list[str]:
        messages.append(message)
        return split_message(message)

    monkeypatch.setattr(understanding, "split_message", split)
    asked = "云溪区新建小学哪个；社会消费品零售总额占多少；它呢；其中改造老旧小区吗；" * MAX_PARTS
    ask(yunxi, asked)
    assert len(messages) == 1


def test_clauses_that_ask_one_thing_each_count_as_parts(yunxi):
    given = ask(yunxi, "，".join(["新建水库几座", "新建机场几个"] * MAX_PARTS) + "?")
    assert given.notices == ("一次最多回答8个问题，后面的8个没有回答，请另行提问。",)


@pytest.mark.parametrize("both", [f"{ONE}{OTHER}", f"1.{ONE} 2.{OTHER}"])
def test_each_sentence_of_a_message_is_answered_as_if_asked_alone(yunxi, both):
    together = ask(yunxi, both)
    alone = [ask(yunxi, question) for question in (ONE, OTHER)]
    assert [one.quote for one in together.citations] == [
        one.quote for given in alone for one in given.citations
    ]


def test_a_sentence_that_is_out_of_scope_leaves_the_others_answered(yunxi):
    given = ask(yunxi, f"2020年改造了多少个老旧小区?{OTHER}")
    assert given.answer == "外贸进出口增长4%。[1]"
    assert len(given.notices) == 1


def test_no_further_part_is_begun_after_enough_work(yunxi):
    budget = Budget(enough=0.5, most=1e9, clock=Clock(1.0))
    given = yunxi.ask(Question(ONE + OTHER, budget=budget))
    assert given.answer == "改造老旧小区12个。[1]"
    assert given.notices == ("一次最多回答8个问题，后面的1个没有回答，请另行提问。",)


def test_a_question_that_takes_too_much_work_is_refused_with_what_to_do(yunxi):
    with pytest.raises(OverBudgetError, match="fewer words"):
        yunxi.ask(Question(ONE, budget=Budget(most=0.5, clock=Clock(1.0))))


def test_work_on_a_question_stops_when_nobody_waits_any_more(yunxi):
    with pytest.raises(AbandonedError):
        yunxi.ask(Question(ONE, budget=Budget(lambda: False)))


def test_a_piece_of_work_that_begins_has_all_of_the_budget():
    clock = Clock(0.0)
    budget = Budget(enough=1.0, most=2.0, clock=clock)
    clock.now = 1.5
    assert budget.is_used
    budget.start()
    assert not budget.is_used
    budget.check()


def test_a_stream_that_nobody_follows_ends_without_a_word():
    def leave() -> Generator[Stage | Answer]:
        yield Stage.SEARCHING
        raise AbandonedError("Nobody waits for the answer any more.")

    told = b"".join(_encode(leave(), lambda _: None))
    assert b"error" not in told


def test_rest_answers_499_where_the_client_left(client, monkeypatch):
    def leave(*_: object) -> Generator[Stage | Answer]:
        yield Stage.SEARCHING
        raise AbandonedError("Nobody waits for the answer any more.")

    monkeypatch.setattr(ReportService, "stream", leave)
    assert client.post("/api/ask", json={"question": ONE}).status_code == 499


class Endless(ScriptedService):
    """Works until a check finds that nobody waits."""

    began: threading.Event
    stopped: threading.Event

    def stream(self, question: Question) -> Generator[Stage | Answer]:
        yield Stage.SEARCHING
        try:
            while True:
                self.began.set()
                question.budget.check()
        except AbandonedError:
            self.stopped.set()
            raise


@pytest.mark.parametrize("stream", [True, False])
def test_work_stops_within_a_stage_when_the_client_leaves(script, settings, stream):
    service = Endless(settings, script)
    service.began, service.stopped = threading.Event(), threading.Event()
    body = json.dumps({"question": ONE, "stream": stream}).encode()
    head = f"POST /api/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n"
    head += "Content-Type: application/json\r\n\r\n"
    with running(service) as (address, _):
        with socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2]))) as client:
            client.sendall(head.encode() + body)
            assert service.began.wait(PATIENCE)
        assert service.stopped.wait(PATIENCE)


def test_of_a_sentence_as_long_as_a_report_only_the_likest_clauses_are_weighed():
    clauses = "新建学校3所,改造桥梁5座," * 2_000
    text = f"某区政府工作报告\n一、2030年工作回顾\n{clauses}改造老旧小区12个。\n"
    report = make_report(text)
    passage = max(report.structure.passages, key=lambda one: len(one.span))
    hit = Hit(passage, 1.0, 0.9, 1.0, tuple(Clause(span, 0.8) for span in passage.clauses))
    weights = TermWeights.from_passages([text])
    terms = WeightedTerms.from_subject("改造老旧小区", "", weights)
    asked = _Sought(read_query(ONE, report), terms, question=ONE, timeless=ONE, unseen=0.0)
    candidates = list(_find_candidates(asked, hit, report, _standardise(hit.clauses)))
    assert len(passage.clauses) > 4_000
    assert len({candidate.span.start for candidate in candidates}) == MOST_OPENINGS
    best = max(candidates, key=lambda candidate: candidate.score)
    assert best.span.of(text) == "改造老旧小区12个。"
