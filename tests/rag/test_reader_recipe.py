"""The recipe of near misses and topics: what answers, what misses, and that no test is trained on."""

from __future__ import annotations

import json
import random
import re

import pytest
import torch

from index.encoder import load_tokenizer
from index.types import IndexedDocument
from rag.evidence.reader import OnnxReader, Pair
from rag.evidence.reader.pairs import encode_pairs
from rag.evidence.reader.reader import BUNDLED, GRAPH_FILE
from rag.indicators.extraction import find_indicators
from rag.training import corpus, facts
from rag.training.corpus import OPEN_DEV, TestGrams, list_reports, load_report
from rag.training.dequantisation import load_reader
from rag.training.examples import Group
from rag.training.facts import Facts
from rag.training.recipe import Recipe
from rag.training.topics import Topics
from rag.training.wording import Wording, load_wording, split_verb
from tests.rag.reports import make_report

REPORT = make_report()
TEXT = REPORT.document.text
NAMES = ["林业增加值", "汽车零售总额", "公办幼儿园"]


def make_facts(seed: int = 0, report: IndexedDocument = REPORT) -> list[Group]:
    return list(Facts(report, NAMES, random.Random(seed)).ask(60))


def test_the_same_seed_makes_the_same_questions():
    assert make_facts() == make_facts()
    assert make_facts() != make_facts(1)


def test_a_fact_points_at_its_figure_and_stands_in_the_report():
    answered = [group for group in make_facts() if group.positives]
    assert answered
    for group in answered:
        [window] = group.positives
        assert window.answer is not None
        assert any(character.isdigit() for character in window.answer.of(window.text))
        assert window.text in TEXT
        assert window.on_topic


def test_a_near_miss_is_about_words_that_answer_another_question():
    groups = make_facts()
    right = {window.text for group in groups for window in group.positives}
    missed = [group for group in groups if not group.positives]
    assert missed
    for group in missed:
        assert group.negatives[0].text in right
        assert all(window.answer is None for window in group.negatives)


@pytest.mark.parametrize("kind", facts.KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_of_near_miss_is_asked_and_never_for_words_that_stand_there(kind):
    maker = Facts(REPORT, NAMES, random.Random(0))
    indicators = find_indicators(REPORT) * 20
    asked = [(one, kind(maker, one, one.span.of(TEXT))) for one in indicators]
    assert any(question for _, question in asked)
    if kind is facts.other_period:
        for one, question in asked:
            assert not question or one.period.label not in question


@pytest.mark.parametrize(("kind", "gives"), facts.GIVES.items())
def test_details_that_are_missed_have_questions_and_a_sign_that_they_are_given(kind, gives):
    assert load_wording()["missing"][kind]
    assert isinstance(gives, re.Pattern)


def test_topics_tell_what_is_on_them_and_what_is_not():
    groups = list(Topics(REPORT, ["看病贵不贵"], random.Random(0)).ask(20, 40, 10))
    told = [window.on_topic for group in groups for window in (*group.negatives, *group.others)]
    assert True in told
    assert False in told
    assert all(window.on_topic is not True for group in groups for window in group.negatives)


@pytest.mark.parametrize(
    "template",
    [one for kind in ("amount", "rate", "share") for lines in load_wording()[kind].values() for one in lines],
)
def test_every_template_can_be_filled(template):
    filled = Wording(REPORT, random.Random(0)).fill(template, "改造老旧小区", "2020年", "个")
    assert "{" not in filled
    assert split_verb("改造老旧小区") == ("改造", "老旧小区")


def test_questions_of_tests_are_known_by_a_run_of_their_characters():
    tests = TestGrams(["2030年云溪区改造了多少个老旧小区?", "外贸呢?"])
    assert tests.touches("请问 2030年云溪区改造了多少个 老旧小区")
    assert tests.touches("外贸呢")
    assert not tests.touches("云溪区改造了多少小区")


def test_reports_of_tests_are_held_out_and_a_third_of_the_others(tmp_path):
    names = [f"云溪区_{year}" for year in range(1990, 2050)]
    for name in [*names, *OPEN_DEV]:
        (tmp_path / f"{name}.txt").write_text("云溪区政府工作报告", "utf-8")
    trained, held_out = list_reports(tmp_path, {"云溪区_1990"})
    assert sorted([*trained, *held_out]) == sorted([*names, *OPEN_DEV])
    assert {"云溪区_1990", *OPEN_DEV} <= set(held_out)
    assert 10 < len(held_out) - len(OPEN_DEV) < 32


def test_the_recipe_mixes_every_kind_and_drops_what_a_test_asks(tmp_path, monkeypatch):
    (tmp_path / "云溪区_2031.txt").write_text(TEXT, "utf-8")
    rows = [
        {
            "report": "云溪区_2031",
            "question": "小区改了几个?",
            "gold": ["60个"],
            "evidence_spans": [_find("综合改造老旧小区60个")],
        },
        {
            "report": "云溪区_2031",
            "question": "云溪区信访案件里有多少件是网上来的?",
            "gold": [],
            "evidence_spans": [],
        },
    ]
    (tmp_path / "questions.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    monkeypatch.setattr(corpus, "HERE", tmp_path)
    monkeypatch.setattr("rag.training.recipe.HERE", tmp_path)
    recipe = Recipe(tmp_path, ["云溪区_2031"], TestGrams([str(rows[1]["question"])]))
    groups = recipe.gather([], lambda *_: None)
    questions = [group.question for group in groups]
    assert questions.count("小区改了几个?") == 2
    assert rows[1]["question"] not in questions
    assert recipe.dropped["own"] == 1
    assert len(groups) > 10


def _find(words: str) -> list[int]:
    return [TEXT.index(words), TEXT.index(words) + len(words)]


def test_a_report_is_known_by_its_place_and_year(tmp_path):
    (tmp_path / "云溪区_2031.txt").write_text(TEXT, "utf-8")
    meta = load_report(tmp_path, "云溪区_2031").document.meta
    assert (meta.place, meta.year) == ("云溪区", 2031)


def test_the_bundled_reader_can_be_trained_further():
    """Its weights, taken out of the graph, judge as the graph does; activations are rounded there."""
    reader = OnnxReader.load(threads=1)
    pair = Pair("2030年零售总额是多少?", "2030年", "社会消费品零售总额实现88亿元,外贸进出口下降3.5%。")
    model = load_reader(BUNDLED / GRAPH_FILE).eval()
    [encoded] = encode_pairs(load_tokenizer(), [pair])
    with torch.no_grad():
        heads = model(torch.tensor([encoded.ids]))
    [judgement] = reader.judge([pair])
    assert float(heads.judged) == pytest.approx(judgement.logit, abs=0.2)
