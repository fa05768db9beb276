"""Tokens, cost and times: what is counted, and how tokens are estimated."""

from __future__ import annotations

import math

import pytest

from index.encoder import load_tokenizer
from rag.errors import ModelError
from rag.llm.client import ChatClient, Message
from rag.llm.tokens import FIRST_FACTOR, MOST_FACTOR, RECENT, TokenCounter
from rag.metrics import Metrics
from tests.rag.llm.scripted_endpoint import ScriptedEndpoint
from tests.rag.llm.test_client import ASKED, failure_of, text_of

LONG = "去年全区种树一百九十四万棵，新增绿地三十公顷。" * 20


def read_figures() -> dict[str, float]:
    lines = Metrics().render().decode().splitlines()
    pairs = (line.rsplit(" ", 1) for line in lines if line.startswith("report_rag_llm"))
    return {name.removeprefix("report_rag_llm_"): float(value) for name, value in pairs}


@pytest.fixture
def figures():
    """Return by how much a figure has risen since the test began."""
    before = read_figures()

    def risen(name: str) -> float:
        return read_figures().get(name, 0.0) - before.get(name, 0.0)

    return risen


def count_own(text: str) -> int:
    return len(load_tokenizer().encode(text, add_special_tokens=False).ids)


def test_tokens_and_their_cost_are_counted_as_reported(endpoint: ScriptedEndpoint, figures) -> None:
    endpoint.reply("两棵。", usage=(1_000, 500))
    model = ChatClient(endpoint.settings(llm_input_price=2, llm_output_price=6))
    text_of(model)
    model.close()
    assert figures('tokens_total{direction="input"}') == 1_000
    assert figures('tokens_total{direction="output"}') == 500
    assert figures("cost_total") == pytest.approx(0.005)


def test_tokens_that_are_not_reported_are_estimated(model: ChatClient, endpoint, figures) -> None:
    endpoint.reply("种了", "两棵。", usage=None)
    text_of(model)
    assert figures('tokens_total{direction="input"}') == sum(model.count_tokens(one.content) for one in ASKED)
    assert figures('tokens_total{direction="output"}') == model.count_tokens("种了两棵。")


@pytest.mark.parametrize("usage", [None, (0, 0)])
def test_calls_are_counted_by_how_they_ended(model: ChatClient, endpoint, figures, usage) -> None:
    endpoint.reply("两棵。", usage=usage)
    endpoint.fail(401)
    endpoint.reply("种", after="silence")
    text_of(model)
    failure_of(model)
    for piece in (pieces := model.write(ASKED, 100)):
        if piece:
            pieces.close()  # type: ignore[attr-defined]
    assert [figures(f'calls_total{{outcome="{how}"}}') for how in ("done", "refused", "cancelled")] == [
        1,
        1,
        1,
    ]
    assert figures("seconds_count") == 3
    assert figures("first_token_seconds_count") == 2


@pytest.mark.parametrize("usage", [(10**400, 9), (50, 10**400), (10**7 + 1, 9), (-1, 9)])
def test_counts_that_no_reply_can_have_taken_are_not_believed(
    model: ChatClient, endpoint, figures, usage
) -> None:
    endpoint.reply("两棵。", usage=usage)
    list(model.write([Message("user", LONG)], 100))
    assert figures('tokens_total{direction="input"}') == model.count_tokens(LONG)
    assert model.count_tokens(LONG) == math.ceil(FIRST_FACTOR * count_own(LONG))


def test_what_was_written_before_the_reader_left_is_paid_for(model: ChatClient, endpoint, figures) -> None:
    endpoint.reply("种了两棵", after="silence")
    for piece in (pieces := model.write(ASKED, 100)):
        if piece:
            pieces.close()  # type: ignore[attr-defined]
    assert figures('tokens_total{direction="output"}') == model.count_tokens("种了两棵")


def test_a_call_that_is_not_made_takes_no_time(model: ChatClient, endpoint, figures) -> None:
    for _ in range(3):
        endpoint.fail(401)
        failure_of(model)
    failure_of(model)
    assert figures('calls_total{outcome="unavailable"}') == 1
    assert figures("seconds_count") == 3
    assert figures('tokens_total{direction="input"}') == 0


def test_a_search_for_a_model_counts_where_it_fails(endpoint: ScriptedEndpoint, figures) -> None:
    model = ChatClient(endpoint.settings(llm_model=None))
    endpoint.models = None
    for _ in range(4):
        with pytest.raises(ModelError):
            _ = model.name
    assert figures('calls_total{outcome="broken"}') == figures("seconds_count") == 3
    assert figures('calls_total{outcome="unavailable"}') == 1
    model.close()


# Estimates.


def test_an_estimate_is_cautious_until_the_endpoint_reports(model: ChatClient) -> None:
    assert model.count_tokens(LONG) == math.ceil(FIRST_FACTOR * count_own(LONG))
    assert model.count_tokens("") == 0


def test_an_estimate_follows_what_the_endpoint_reports(model: ChatClient, endpoint) -> None:
    endpoint.reply("两棵。", usage=(2 * count_own(LONG), 9))
    list(model.write([Message("user", LONG)], 100))
    assert model.count_tokens(LONG) == 2 * count_own(LONG)


def test_a_short_prompt_says_nothing_about_tokens() -> None:
    counter = TokenCounter()
    counter.learn(["种树"], 400)
    assert counter.factor == FIRST_FACTOR


def test_the_largest_of_the_recent_ratios_counts_and_none_below_one() -> None:
    counter, own = TokenCounter(), count_own(LONG)
    counter.learn([LONG], own * 2)
    counter.learn([LONG], own)
    assert counter.factor == 2
    for _ in range(RECENT):
        counter.learn([LONG], 1)
    assert counter.factor == 1


@pytest.mark.parametrize("times", [5, 10**400], ids=["few", "countless"])
def test_no_ratio_is_believed_that_no_vocabulary_has(times: int) -> None:
    counter = TokenCounter()
    counter.learn([LONG], count_own(LONG) * times)
    assert counter.factor == MOST_FACTOR
