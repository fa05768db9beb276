"""The trained reader: what it is shown, and what the bundled one makes of it."""

from __future__ import annotations

import math
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.encoder import load_tokenizer
from index.errors import EncoderError
from index.types import Passage, Span
from rag.evidence.reader import OnnxReader, Pair, UndecidedReader, choose_window, describe_place, load_reader
from rag.evidence.reader.pairs import MAX_TEXT_TOKENS, MAX_WINDOW, encode_pairs
from rag.evidence.reader.reader import BUNDLED, GRAPH_FILE
from rag.types import Status
from tests.rag.asking import ask
from tests.rag.reports import make_report, serve_report

TOKENIZER = load_tokenizer()
REPORT = make_report()
TEXT = REPORT.document.text


@pytest.fixture(scope="module")
def reader() -> OnnxReader:
    return OnnxReader.load(threads=2)


def find_passage(words: str) -> Passage:
    return next(one for one in REPORT.structure.passages if words in one.span.of(TEXT))


@pytest.mark.parametrize("passage", REPORT.structure.passages, ids=lambda one: one.span.of(TEXT)[:12])
def test_a_window_is_a_short_stretch_of_its_passage_that_begins_with_a_clause(passage):
    clauses = passage.clauses or (passage.span,)
    for core in clauses:
        window = choose_window(passage, REPORT.document, core)
        assert passage.span.contains(window)
        assert window.start in [clause.start for clause in clauses]
        assert window.overlaps(core)
        assert len(window) <= MAX_WINDOW


def test_the_context_says_when_and_where():
    passage = find_passage("社会消费品零售总额实现88亿元")
    assert describe_place(passage) == "2030年 (一)产业发展提质增效"


@given(st.text(max_size=300), st.text(max_size=80), st.text(max_size=300))
@settings(deadline=None)
def test_tokens_stand_where_their_offsets_say(question, context, text):
    [pair] = encode_pairs(TOKENIZER, [Pair(question, context, text)])
    assert len(pair.offsets) <= MAX_TEXT_TOKENS
    assert len(pair.ids) == pair.first + len(pair.offsets) + 1
    assert all(0 <= start <= end <= len(text) for start, end in pair.offsets)


QUESTION = "2030年零售总额是多少?"
RIGHT = Pair(QUESTION, "2030年 (一)产业发展提质增效", "社会消费品零售总额实现88亿元,外贸进出口下降3.5%。")
WRONG = Pair(QUESTION, "2030年 (二)民生福祉不断增进", "交办信访案件120件,办结95件。")


def test_the_window_that_answers_is_judged_higher(reader):
    right, wrong = reader.judge([RIGHT, WRONG])
    assert right.logit > wrong.logit


def test_the_words_that_answer_weigh_most(reader):
    [judgement] = reader.judge([RIGHT])
    first, _ = RIGHT.text.split(",")
    assert judgement.weigh(0, len(RIGHT.text)) == pytest.approx(1.0, abs=1e-3)
    assert judgement.weigh(0, len(first)) > judgement.weigh(len(first) + 1, len(RIGHT.text))


def test_judgements_are_aligned_and_the_same_from_any_thread(reader):
    pairs = [RIGHT, WRONG, Pair("", "", ""), RIGHT]
    with ThreadPoolExecutor(4) as pool:
        runs = list(pool.map(lambda _: [one.logit for one in reader.judge(pairs)], range(4)))
    assert runs[0][0] == runs[0][3] != runs[0][1]
    assert all(run == runs[0] for run in runs)


def test_nothing_is_read_where_nothing_is_asked(reader):
    assert reader.judge([]) == []


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BUNDLED, tmp_path / "reader"))


def test_a_changed_reader_is_named_with_its_remedy(copy):
    content = bytearray((copy / GRAPH_FILE).read_bytes())
    content[-1] ^= 1
    (copy / GRAPH_FILE).write_bytes(content)
    with pytest.raises(EncoderError, match=f"reader's .*{GRAPH_FILE}.*reinstall"):
        OnnxReader.load(copy)


def test_a_missing_reader_is_named_with_its_remedy(copy):
    (copy / GRAPH_FILE).unlink()
    with pytest.raises(EncoderError, match=f"{GRAPH_FILE}.*reinstall"):
        OnnxReader.load(copy)


def test_a_damaged_reader_leaves_answers_to_the_rules_and_says_so_in_a_sentence(copy, service):
    (copy / GRAPH_FILE).write_bytes(b"")
    reader, told = load_reader(copy)
    assert isinstance(reader, UndecidedReader)
    assert len(told) == 1
    assert GRAPH_FILE in told[0]
    assert told[0].endswith(".")
    assert ". " not in told[0]
    answered = ask(serve_report(REPORT, service, reader), "2030年社会消费品零售总额是多少?")
    assert "88亿元" in answered.answer
    refused = ask(serve_report(REPORT, service, reader), "2030年航天发射了多少次?")
    assert refused.status is Status.NOT_FOUND


ODD = [
    Pair("?!…、、、", "", "。"),
    Pair("社零", "", ""),
    Pair("问" * 4000, "期" * 500, "字" * 4000),
    Pair("", "", "\0\n"),
]


@pytest.mark.parametrize("pair", ODD)
def test_whatever_is_read_is_judged_by_a_finite_number(reader, pair):
    [judgement] = reader.judge([pair])
    assert math.isfinite(judgement.logit)
    assert judgement.weigh(0, 0) == 0
    assert 0 <= judgement.weigh(0, len(pair.text) + 1) <= 1.001
    assert len(judgement.begins) == len(judgement.offsets) <= MAX_TEXT_TOKENS


def test_a_core_outside_the_clauses_still_gives_a_window():
    passage = find_passage("改造老旧小区12个")
    assert choose_window(passage, REPORT.document, Span(0, 1)).start == passage.span.start
