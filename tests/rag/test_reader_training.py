"""The recipe of the reader: what it is trained on, and that training teaches."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from itertools import pairwise

import pytest
import torch

from index.encoder import load_tokenizer
from rag.evidence.reader.pairs import MAX_WINDOW
from rag.training import optimisation
from rag.training.examples import (
    Group,
    Window,
    ask_foreign,
    content_words,
    cut_windows,
    read_questions,
    read_squad,
)
from rag.training.model import ReaderModel
from rag.training.optimisation import train
from tests.rag.reports import make_report

REPORT = make_report()
TEXT = REPORT.document.text
PARAGRAPH = "云溪河全长81公里。它发源于北山,流经三个县,最后注入东湖。河上有桥十二座。"


@pytest.fixture
def squad(tmp_path) -> Iterator[Group]:
    paragraphs = [
        {"context": PARAGRAPH, "qas": [{"question": "雲溪河發源於哪裡?", "answers": [{"text": "北山"}]}]},
        {"context": "东湖盛产莲藕。", "qas": []},
    ]
    path = tmp_path / "squad.json"
    path.write_text(json.dumps({"data": [{"title": "云溪河", "paragraphs": paragraphs}]}), "utf-8")
    return read_squad(path, random.Random(0))


def test_a_general_question_comes_with_the_sentence_that_answers_and_others(squad):
    [group] = squad
    [positive] = group.positives
    assert positive.answer is not None
    assert (positive.text, positive.answer.of(positive.text)) == (
        "它发源于北山,流经三个县,最后注入东湖。",
        "北山",
    )
    assert group.question == "云溪河发源于哪里?"
    assert group.negatives
    assert all("北山" not in window.text for window in group.negatives)


@pytest.mark.parametrize("text", [PARAGRAPH, "长句" * 200, "甲,乙;" * 90 + "。", "", "。"])
def test_windows_cover_a_paragraph_in_order(text):
    windows = [window.text for window in cut_windows(text, "")]
    assert "".join(windows) == text
    assert all(0 < len(window) <= MAX_WINDOW for window in windows)


ROWS = [
    {"question": "小区改了几个?", "gold": ["60个"], "evidence": ["综合改造老旧小区60个"]},
    {"question": "信访案件里有多少件是网上来的?", "gold": [], "evidence": []},
]


def test_a_question_over_a_report_comes_with_its_evidence_and_what_is_found_besides():
    answered, refused = read_questions(ROWS, REPORT)
    [positive] = answered.positives
    assert positive.answer is not None
    assert positive.answer.of(positive.text) == "60个"
    assert all("60个" not in window.text for window in answered.negatives)
    assert refused.positives == ()
    assert any("信访案件120件" in window.text for window in refused.negatives)


def test_what_is_tempting_is_the_first_negative():
    row = {"question": "云溪河有多长?", "gold": [], "evidence": [], "tempting": ["新建和改造市政道路31条"]}
    [group] = read_questions([row], REPORT)
    assert group.positives == ()
    assert "新建和改造市政道路31条" in group.negatives[0].text
    assert group.negatives[0].answer is None


def test_a_foreign_question_lacks_its_rarest_word_and_gets_no_positive():
    asked = ["小区改造了几个?", "航天发射场的小区改造了几个?"]
    frequency = dict.fromkeys(content_words(asked[0]), 1)
    [group] = ask_foreign(asked, REPORT, frequency)
    assert group.question == asked[1]
    assert group.positives == ()
    assert group.negatives


@pytest.fixture
def model() -> ReaderModel:
    from transformers import BertConfig, BertModel

    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=load_tokenizer().get_vocab_size(),
        hidden_size=16,
        num_hidden_layers=8,
        num_attention_heads=2,
        intermediate_size=32,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    return ReaderModel(BertModel(config, add_pooling_layer=False))


@pytest.fixture(scope="module")
def group() -> Group:
    [group] = read_questions(ROWS[:1], REPORT)
    return group


@pytest.mark.slow  # gradient steps, for a package that the wheel leaves out
def test_training_teaches(model, group):
    frozen = model.bert.embeddings.word_embeddings.weight.clone()
    losses = []

    def listen(stage: str, done: int, total: int) -> None:
        losses.append(float(stage.rpartition(" ")[2]))

    train(model, [group] * 400, load_tokenizer(), listen)
    assert losses[-1] < losses[0]
    assert all(later - earlier < 0.5 for earlier, later in pairwise(losses))
    assert torch.equal(frozen, model.bert.embeddings.word_embeddings.weight)
    assert not model.training


@pytest.mark.slow  # gradient steps, for a package that the wheel leaves out
def test_training_goes_on_from_its_checkpoint(model, group, tmp_path, monkeypatch):
    monkeypatch.setattr(optimisation, "STEPS_A_CHECKPOINT", 3)
    start, groups, steps = copy.deepcopy(model), [group] * 40, []
    train(model, groups, load_tokenizer(), lambda *_: None)

    def stop(_stage: str, done: int, _total: int) -> None:
        steps.append(done)
        if len(steps) == 4:
            raise KeyboardInterrupt

    broken = copy.deepcopy(start)
    with pytest.raises(KeyboardInterrupt):
        train(broken, groups, load_tokenizer(), stop, checkpoint=tmp_path / "kept.pt")
    train(start, groups, load_tokenizer(), stop, checkpoint=tmp_path / "kept.pt")
    assert steps[:5] == [1, 2, 3, 4, 4]
    for one, other in zip(model.parameters(), start.parameters(), strict=True):
        assert torch.allclose(one, other)


@pytest.mark.slow  # gradient steps, for a package that the wheel leaves out
def test_what_nobody_knows_is_not_taught(model):
    window = Window("", "综合改造老旧小区60个")
    nothing = Group("小区", (), (), (window,))
    before = copy.deepcopy(model.state_dict())
    train(model, [nothing] * 32, load_tokenizer(), lambda *_: None)
    moved = [
        name
        for name, values in model.state_dict().items()
        if not torch.allclose(values, before[name], atol=1e-3)
    ]
    assert moved == []


def test_smoothing_changes_nothing_that_the_model_computes(model, group):
    from rag.training.export import smooth

    pairs = optimisation.encode_groups([group], load_tokenizer())
    ids = torch.tensor([pairs[0].ids])
    with torch.no_grad():
        before = model(ids)
        smooth(model, pairs)
        after = model(ids)
    for one, other in zip(before, after, strict=True):
        assert torch.allclose(one, other, atol=1e-4)
