"""Answers that a language model words, over real HTTP: whatever it does, the reader gets a true answer."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from rag.errors import ModelFault
from rag.llm.breaker import FAILURES
from rag.messages import messages_for
from rag.service import ReportService
from rag.terminal import render_answer
from rag.types import Answer, Language, Mode, SentenceState, Status
from tests.rag.llm.scripted_endpoint import KEY, ScriptedEndpoint, chunk
from tests.rag.llm.serving import ask, follow, serve
from tests.rag.llm.test_client import PATIENCE

FACT, EXTRACT = "2030年社会消费品零售总额是多少?", "社会消费品零售总额实现88亿元。[1]"
TRUE, TOLD = "2030年社会消费品零售总额为88亿元[1]。", "2030年社会消费品零售总额为88亿元。[1]"
TWICE = "老旧小区2030年改造了多少个,2031年计划改造多少个?"
FIRST, SECOND = "2030年改造老旧小区12个[1]。", "2031年计划改造老旧小区25个[2]。"
TOLD_FIRST, TOLD_SECOND = "2030年改造老旧小区12个。[1]", "2031年计划改造老旧小区25个。[2]"
EXTRACT_SECOND = "改造老旧小区25个。[2]"
WORDS = messages_for(Language.CHINESE)
BRIEF = 0.4
"""Seconds that a model is given where it must not be in time."""

Play = Callable[[ScriptedEndpoint], None]


@pytest.fixture
def worded(yunxi: ReportService, endpoint: ScriptedEndpoint) -> Iterator[ReportService]:
    with serve(yunxi, endpoint) as service:
        yield service


def check_extract(answer: Answer, notice: str) -> None:
    assert (answer.status, answer.answer) == (Status.ANSWERED, EXTRACT)
    assert (answer.mode, answer.model) == (Mode.EXTRACTIVE, None)
    assert [sentence.state for sentence in answer.sentences] == [SentenceState.QUOTED]
    assert answer.notices == (notice,)


# Good replies.


def test_a_true_sentence_is_shown_with_the_words_it_rests_on(worded: ReportService, endpoint) -> None:
    endpoint.reply(TRUE)
    answer = ask(worded, FACT)
    assert (answer.answer, answer.mode, answer.model) == (TOLD, Mode.LLM, "scripted")
    assert [citation.quote for citation in answer.citations] == ["社会消费品零售总额实现88亿元"]
    assert [sentence.state for sentence in answer.sentences] == [SentenceState.VERIFIED]
    assert answer.notices == ()


def test_the_model_reads_the_question_and_what_answers_it_and_no_secret(worded, endpoint) -> None:
    endpoint.reply(TRUE)
    ask(worded, FACT)
    asked = "\n".join(message["content"] for message in endpoint.requests[0].messages)
    assert FACT in asked
    assert "社会消费品零售总额实现88亿元" in asked
    assert "外贸进出口增长4%" not in asked
    assert KEY not in asked


def test_the_first_model_that_is_listed_is_named(yunxi: ReportService, endpoint) -> None:
    endpoint.reply(TRUE)
    with serve(yunxi, endpoint, llm_model=None) as service:
        assert ask(service, FACT).model == "scripted"


@pytest.mark.parametrize("cut", range(1, 4))
def test_a_character_in_two_packets_is_one(worded: ReportService, endpoint, cut: int) -> None:
    event = chunk(TRUE)
    middle = event.index("社".encode()) + cut
    endpoint.reply(event[:middle], event[middle:])
    assert ask(worded, FACT).answer == TOLD


@pytest.mark.parametrize("pieces", [(FIRST + SECOND,), (FIRST, SECOND), tuple(FIRST + SECOND)])
def test_an_answer_grows_by_whole_sentences(worded: ReportService, endpoint, pieces) -> None:
    endpoint.reply(*pieces)
    answers = [item for item in follow(worded, TWICE) if isinstance(item, Answer)]
    assert {answer.answer for answer in answers} <= {TOLD_FIRST, TOLD_FIRST + TOLD_SECOND}
    assert answers[-1].answer == TOLD_FIRST + TOLD_SECOND
    assert len({answer.id for answer in answers}) == 1


def test_a_sentence_that_is_not_true_is_left_out_and_what_it_should_have_said_is_quoted(
    worded: ReportService, endpoint
) -> None:
    endpoint.reply(FIRST, "2031年计划改造老旧小区26个[2]。")
    answer = ask(worded, TWICE)
    assert answer.answer == TOLD_FIRST + EXTRACT_SECOND
    first, left_out, added = answer.sentences
    assert [first.state, left_out.state, added.state] == [
        SentenceState.VERIFIED,
        SentenceState.LEFT_OUT,
        SentenceState.QUOTED,
    ]
    assert (left_out.span.start, left_out.span.end, left_out.citations) == (len(TOLD_FIRST),) * 2 + ((),)
    assert "26" not in "".join(answer.notices)
    assert WORDS.added in answer.notices


def test_what_the_model_leaves_open_is_quoted(worded: ReportService, endpoint) -> None:
    endpoint.reply(SECOND)
    answer = ask(worded, TWICE)
    assert answer.answer == "2031年计划改造老旧小区25个。[1]改造老旧小区12个。[2]"
    assert answer.notices == (WORDS.added,)


@pytest.mark.parametrize("question", ["你好", "2029年社会消费品零售总额是多少?", "为什么外贸进出口下降?"])
def test_what_needs_no_words_or_has_none_in_the_report_is_not_asked_of_the_model(
    worded: ReportService, endpoint, question: str
) -> None:
    answer = ask(worded, question)
    assert answer.status is not Status.ANSWERED
    assert endpoint.requests == []


def test_the_terminal_names_the_model_and_says_what_there_is_to_say(worded: ReportService, endpoint) -> None:
    endpoint.reply(FIRST)
    shown = render_answer(ask(worded, TWICE))
    assert shown.startswith(f"{TOLD_FIRST}{EXTRACT_SECOND}\nModel: scripted\nNote: {WORDS.added}\n\n[1] ")


# Replies without a word that can be shown.


@pytest.mark.parametrize(
    "reply",
    [
        "抱歉，我无法回答。",
        "抱歉，我无法回答这个问题，因为我只是一个语言模型。",
        "Retail sales came to 8.8 billion yuan in 2030 [1].",
        "2030年の社会消費品小売総額は88億元でした[1]。",
        "2030年社会消费品零售总额为99亿元[1]。",
        "2029年社会消费品零售总额为88亿元[1]。",
        "<p>2030年社会消费品零售总额为88亿元[1]。</p>",
        "<script>alert('88亿元')</script>",
        "![88亿元](https://example.invalid/88.png)",
        "[88亿元](javascript:alert(1))",
        "```python\nprint('社会消费品零售总额88亿元')\n```",
        '{"answer": "88亿元"}',
        "<think>2030年社会消费品零售总额为88亿元[1]。",
        "88",
        "。。。",
        "哈" * 2_000,
    ],
)
def test_a_reply_of_which_nothing_can_be_shown_gives_way_to_the_extract(
    worded: ReportService, endpoint, reply: str
) -> None:
    endpoint.reply(reply)
    check_extract(ask(worded, FACT), WORDS.nothing_verified)


def test_marks_of_markdown_do_not_cost_a_true_sentence(worded: ReportService, endpoint) -> None:
    endpoint.reply(f"## 回答\n\n- **{TRUE}**\n")
    assert ask(worded, FACT).answer == TOLD


@pytest.mark.parametrize(
    ("repeated", "shown"), [(TRUE, TOLD), (FIRST, EXTRACT), ("我再想一想这个问题。", EXTRACT)]
)
def test_a_model_that_goes_in_circles_is_stopped(worded, endpoint, repeated: str, shown: str) -> None:
    endpoint.reply(repeated, after="endless")
    assert ask(worded, FACT).answer == shown
    assert endpoint.requests[0].gone.wait(PATIENCE)


# Faults.


def say(*pieces: Any, **more: Any) -> Play:
    return lambda endpoint: endpoint.reply(*pieces, **more)


def fail(status: int, times: int = 1, **more: Any) -> Play:
    def play(endpoint: ScriptedEndpoint) -> None:
        for _ in range(times):
            endpoint.fail(status, **more)

    return play


@pytest.mark.parametrize(
    ("play", "fault"),
    [
        (fail(429, times=3), ModelFault.RATE_LIMITED),
        (fail(500, times=3), ModelFault.BROKEN),
        (fail(404), ModelFault.BROKEN),
        (fail(401), ModelFault.REFUSED),
        (fail(400, code="context_length_exceeded"), ModelFault.CONTEXT_EXCEEDED),
        (say("2030年社会", after="cut"), ModelFault.BROKEN),
        (say("2030年社会", finish=None), ModelFault.BROKEN),
        (say(b"data: {half\n\n"), ModelFault.BROKEN),
        (say(b'data: {"choices": 5}\n\n'), ModelFault.BROKEN),
        (say(b'data: {"choices": [{"delta": {"content": "\xe5\x9b"}}]}\n\n'), ModelFault.BROKEN),
        (lambda endpoint: endpoint.send(b"<html>Hello</html>"), ModelFault.BROKEN),
        (say(), ModelFault.EMPTY),
        (say(" \n"), ModelFault.EMPTY),
    ],
)
def test_a_fault_gives_way_to_the_extract(
    worded: ReportService, endpoint, play: Play, fault: ModelFault
) -> None:
    play(endpoint)
    check_extract(ask(worded, FACT), WORDS.tell_fault(fault, midway=False))


@pytest.mark.parametrize("play", [ScriptedEndpoint.hang, say(after="silence"), say("年", after="silence")])
def test_a_slow_model_gives_way_to_the_extract(yunxi: ReportService, endpoint, play: Play) -> None:
    play(endpoint)
    with serve(yunxi, endpoint, llm_timeout=BRIEF) as service:
        check_extract(ask(service, FACT), WORDS.tell_fault(ModelFault.TOO_SLOW, midway=False))


def test_without_a_server_there_is_the_extract(yunxi: ReportService, endpoint) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with serve(yunxi, endpoint, llm_base_url=f"http://127.0.0.1:{port}/v1") as service:
        check_extract(ask(service, FACT), WORDS.tell_fault(ModelFault.UNREACHABLE, midway=False))


def test_without_a_model_at_the_endpoint_there_is_the_extract(yunxi: ReportService, endpoint) -> None:
    endpoint.models = []
    with serve(yunxi, endpoint, llm_model=None) as service:
        check_extract(ask(service, FACT), WORDS.tell_fault(ModelFault.BROKEN, midway=False))


def test_a_model_that_keeps_failing_is_left_alone(worded: ReportService, endpoint) -> None:
    for _ in range(FAILURES):
        endpoint.fail(401)
        ask(worded, FACT)
    check_extract(ask(worded, FACT), WORDS.tell_fault(ModelFault.UNAVAILABLE, midway=False))
    assert len(endpoint.requests) == FAILURES


@pytest.mark.parametrize("status", [429, 500])
def test_a_hiccup_is_not_noticed(worded: ReportService, endpoint, status: int) -> None:
    endpoint.fail(status)
    endpoint.reply(TRUE)
    answer = ask(worded, FACT)
    assert (answer.answer, answer.notices) == (TOLD, ())


@pytest.mark.parametrize(
    ("pieces", "after", "fault"),
    [
        ((FIRST, "2031年"), "cut", ModelFault.BROKEN),
        ((FIRST, "2031年"), "silence", ModelFault.TOO_SLOW),
        ((FIRST, "2031年", b"data: {half\n\n"), "done", ModelFault.BROKEN),
        ((FIRST, "2031年", b'data: {"error": {"message": "CUDA"}}\n\n'), "done", ModelFault.BROKEN),
    ],
)
def test_what_was_shown_before_a_fault_stays_and_the_rest_is_quoted(
    yunxi: ReportService, endpoint, monkeypatch, pieces, after, fault: ModelFault
) -> None:
    monkeypatch.setattr("rag.llm.reply.PAUSE_SHARE", BRIEF / PATIENCE)
    endpoint.reply(*pieces, after=after)
    with serve(yunxi, endpoint, llm_timeout=PATIENCE) as service:
        answer = ask(service, TWICE)
    assert answer.answer == TOLD_FIRST + EXTRACT_SECOND
    assert (answer.mode, answer.model) == (Mode.LLM, "scripted")
    assert [sentence.state for sentence in answer.sentences] == [SentenceState.VERIFIED, SentenceState.QUOTED]
    assert answer.notices == (WORDS.tell_fault(fault, midway=True), WORDS.added)


def test_a_question_in_english_hears_of_a_fault_in_english(worded: ReportService, endpoint) -> None:
    endpoint.fail(401)
    answer = ask(worded, "How many old residential compounds were renovated in 2030?")
    assert answer.answer == "改造老旧小区12个。[1]"
    assert answer.notices == (messages_for(Language.ENGLISH).tell_fault(ModelFault.REFUSED, midway=False),)
