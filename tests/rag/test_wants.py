"""What a question wants: a judgement that is bounded, and needs no encoder."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from index.language.periods import find_periods, find_times
from index.language.text import normalise_question
from rag.question import wants as module
from rag.question.classifier import LONGEST_READ, Encode, features
from rag.question.understanding import read_query
from rag.question.wants import OPEN, TimeWish, Want, choose_time, judge_time, judge_wants
from rag.service import ReportService
from rag.training.wants import QUESTIONS

ROOT = Path(__file__).parents[2]


def encode(service: ReportService) -> Encode:
    return service.contexts["saihan-2021"].index.encode


def judge(question: str, service: ReportService) -> Want:
    asked = normalise_question(question)
    return judge_wants(asked, find_times(asked, 2021), encode(service)(asked)).best


@pytest.mark.parametrize(
    ("question", "want"),
    [
        ("2020年新建了多少公里地铁?", Want.FACT),
        ("去年开通了哪些公交线路?", Want.LIST),
        ("这份报告由哪几部分组成?", Want.OUTLINE),
        ("“河长制”是什么意思?", Want.DEFINITION),
        ("进口和出口哪个增长得更快?", Want.COMPARISON),
        ("政府怎么帮助残疾人?", Want.THEME),
        ("垃圾分类", Want.KEYWORD),
        ("旅游业恢复得怎么样了?", Want.SITUATION),
        ("我是开网约车的,报告里有什么跟我有关?", Want.AUDIENCE),
        ("报告承认工作中还有哪些不足?", Want.PROBLEMS),
        ("用三句话概括这份报告", Want.OVERVIEW),
        ("报告里提到区块链了吗?", Want.MENTION),
        ("新机场建成了吗?", Want.WHETHER),
        ("这个报告是谁作的?", Want.DELIVERY),
        ("你好呀", Want.SMALLTALK),
        ("你觉得明年房价会跌吗?", Want.JUDGEMENT),
        ("帮我写一首诗", Want.OUTSIDE),
        ("What was done for the environment?", Want.THEME),
        ("How many jobs were created?", Want.FACT),
        ("Please summarise the report.", Want.OVERVIEW),
    ],
)
def test_each_want_is_known(service: ReportService, question: str, want: Want) -> None:
    assert judge(question, service) is want


@pytest.mark.parametrize(
    "question", ["", "?", "。。。", "的" * 5_000, "𠮷\ud800", "a b c " * 900, "1234567890"]
)
def test_any_text_gets_likelihoods_that_sum_to_one(question: str) -> None:
    judged = judge_wants(question)
    assert set(judged.likelihoods) == set(Want)
    assert sum(judged.likelihoods.values()) == pytest.approx(1)


def test_the_features_of_a_long_text_are_bounded() -> None:
    of_any_character = "".join(map(chr, range(0x4E00, 0x9E00)))  # no run stands in it twice
    assert len(features(of_any_character)) < 4 * 4 * LONGEST_READ


def test_which_time_is_asked_for_says_nothing_of_what_is_wanted() -> None:
    one, other = ("2019年建了几所小学?", "去年建了几所小学?")
    assert features(one, find_times(one, 2021)) == features(other, find_times(other, 2021))


def test_without_a_vector_the_wording_alone_decides() -> None:
    assert judge_wants("报告分几个部分?").best is Want.OUTLINE
    assert judge_wants("教育方面做了什么?").open > 0.5


def test_another_encoders_vectors_are_not_read(
    service: ReportService, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = service.contexts["saihan-2021"]
    monkeypatch.setattr(context.index, "encoder", object())
    assert context.index.encode("教育") is None
    asked = read_query("教育方面做了什么?", context.report, encode=context.index.encode)
    assert asked.openness is not None


def test_weights_of_other_wants_are_refused_with_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with np.load(module.WEIGHTS_FILE) as stored:
        arrays = {name: stored[name] for name in stored.files}
    np.savez(tmp_path / "wants.npz", **{**arrays, "labels": np.array(["fact", "dream"])})
    monkeypatch.setattr(module, "WEIGHTS_FILE", tmp_path / "wants.npz")
    with pytest.raises(ValueError, match=r"run python -m rag\.training\.wants"):
        judge_wants("教育")


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("2021年教育方面有哪些举措?", TimeWish.NAMED),
        ("我今年退休,报告里有什么跟我有关?", TimeWish.ALL),
        ("教育上已经做成了哪些事?", TimeWish.DONE),
        ("往后打算怎么治理污水?", TimeWish.PLANNED),
        ("养老", TimeWish.ALL),
    ],
)
def test_which_time_an_open_question_wants_is_judged(
    question: str, wanted: TimeWish, service: ReportService
) -> None:
    asked = normalise_question(question)
    times = find_times(asked, 2021)
    likely = judge_time(asked, times, encode(service)(asked))
    assert choose_time([likely], named=bool(find_periods(asked, 2021))) is wanted


def test_no_question_of_a_test_set_was_trained_on() -> None:
    trained = {re.sub(r"\W", "", row["question"]) for row in _rows(QUESTIONS) + _rows(QUESTIONS.parent)}
    asked = {re.sub(r"\W", "", row["question"]) for row in _rows(ROOT / "tests" / "questions")}
    assert {one for one in trained & asked if len(one) > 8} == set()  # 谢谢 and GDP are anybody's


def test_every_training_question_has_a_want_and_every_want_has_questions() -> None:
    labels = [row["intent"] for row in _rows(QUESTIONS)]
    assert set(labels) == set(map(str, Want))
    assert set(map(str, OPEN)) <= set(labels)


def _rows(folder: Path) -> list[dict[str, str]]:
    return [
        json.loads(line) for path in folder.glob("*.jsonl") for line in path.read_text("utf-8").splitlines()
    ]
