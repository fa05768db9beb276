"""Answers that a language model words, in a real Chromium: sentence by sentence, and who wrote them."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import expect

from tests.ui.driving import ask, marked
from ui.texts import CHINESE, ENGLISH

# Gradio's queue sums up its own speed with a pandas option that newer pandas calls deprecated.
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore:.*no_silent_downcasting")]

FIRST = "全县人口已达到3万人。(模型写，已核对)[1]"
SECOND = "〔略去一句〕城镇有所扩大。(模型写，已核对)[2]"
THIRD = "落实“六稳”任务。(原文摘录)[3]"


def _press(page, name):
    page.get_by_role("button", name=name).last.click()


def _send(page, question, words=CHINESE):
    box = page.get_by_role("textbox", name=words.question)
    expect(box).to_be_enabled()
    box.fill(question)
    box.press("Enter")


def _expect_kept(page, text):
    """Wait until what the browser was given to keep holds `text`."""
    expect(page.locator("#received [data-parcel=keep]")).to_contain_text(text)


def _come_back(page, address):
    """Open the page anew in the same browser; a reload would cut off whatever is still on its way."""
    again = page.context.new_page()
    again.goto(address)
    return again


@pytest.fixture
def gates(scripted, reworded):
    """Let a scripted answer go on: before its first sentence, and before each of the next."""
    gates = [threading.Event() for _ in reworded]
    scripted.scripts["改写"] = [step for pair in zip(gates, reworded, strict=True) for step in pair]
    yield gates
    for gate in gates:
        gate.set()


def test_an_answer_grows_by_the_sentences_that_have_been_verified(open_page, address, gates):
    page = open_page(address)
    _send(page, "改写")
    expect(page.locator("#chat .searching")).to_have_text(CHINESE.writing)
    answer = page.locator("#chat .answer")
    for gate, text in zip(gates, (FIRST, FIRST + SECOND, FIRST + SECOND + THIRD), strict=True):
        expect(page.get_by_role("button", name=CHINESE.stop)).to_be_visible()
        gate.set()
        expect(answer).to_have_text(text)
    expect(page.locator("#chat .model")).to_contain_text("由 qwen<3> 写成，每句都与原文核对")
    expect(page.get_by_role("button", name=CHINESE.stop)).to_be_hidden()


def test_a_sentence_leads_to_its_source_while_the_next_one_is_being_written(open_page, address, gates):
    page = open_page(address)
    _send(page, "改写")
    gates[0].set()
    page.locator("#chat a.cite").click()
    assert marked(page) == "全县人口达到3万人"


def test_stopping_stops_the_model_and_what_was_verified_stays(open_page, address, gates, scripted):
    page = open_page(address)
    _send(page, "改写")
    gates[0].set()
    expect(page.locator("#chat .answer")).to_have_text(FIRST)
    _press(page, CHINESE.stop)
    expect(page.locator("#chat .stopped")).to_have_text(CHINESE.stopped)
    assert scripted.left.wait(60)
    expect(page.locator("#chat .answer")).to_have_text(FIRST)
    expect(page.locator("#chat .source")).to_have_count(1)
    expect(page.get_by_role("button", name=CHINESE.stop)).to_be_hidden()
    page = _come_back(page, address)
    expect(page.locator("#chat .answer")).to_have_text(FIRST)
    expect(page.locator("#chat .stopped")).to_have_text(CHINESE.stopped)
    for gate in gates:
        gate.set()
    _press(page, CHINESE.retry)
    expect(page.locator("#chat .answer")).to_have_text(FIRST + SECOND + THIRD)
    expect(page.locator("#chat .stopped")).to_have_count(0)


def test_a_model_can_be_stopped_before_its_first_sentence(open_page, address, gates, scripted):
    page = open_page(address)
    _send(page, "改写")
    expect(page.locator("#chat .searching")).to_have_text(CHINESE.writing)
    _press(page, CHINESE.stop)
    expect(page.locator("#chat .stopped")).to_have_text(CHINESE.stopped)
    assert scripted.left.wait(60)
    expect(page.locator("#chat .answer")).to_have_count(0)


def test_closing_the_page_stops_the_model(open_page, address, gates, scripted):
    page = open_page(address)
    _send(page, "改写")
    gates[0].set()
    expect(page.locator("#chat .answer")).to_have_text(FIRST)
    page.close()
    assert scripted.left.wait(60)


def test_clearing_the_conversation_stops_the_model(open_page, address, gates, scripted):
    page = open_page(address)
    _send(page, "改写")
    gates[0].set()
    expect(page.locator("#chat .answer")).to_have_text(FIRST)
    _press(page, CHINESE.clear)
    assert scripted.left.wait(60)
    expect(page.locator("#chat .card")).to_be_visible()


def test_each_state_has_a_mark_that_explains_itself(open_page, address, reworded):
    message = ask(open_page(address), "改写")
    titles = [mark.get_attribute("title") for mark in message.locator(".answer .state").all()]
    assert titles == ["模型写，已核对", "模型写，已核对", "原文摘录"]
    marks = message.locator(".answer .state").evaluate_all(
        "marks => marks.map(mark => getComputedStyle(mark, '::before').content)"
    )
    assert [mark.split('"')[1] for mark in marks] == ["✓", "✓", "“”"]
    expect(message.locator(".left-out")).to_have_attribute("title", "模型在这里写的话没有显示")
    expect(message.locator(".notice")).to_have_text(list(reworded[-1].notices))
    expect(message.locator(".legend")).to_have_text(["模型写，已核对", "原文摘录"])


def test_an_extract_looks_as_it_always_did(open_page, address):
    message = ask(open_page(address), "两句")
    expect(message.locator(".answer")).to_have_text("全县人口达到3万人。[1]城镇扩大。[2]")
    expect(message.locator(".state, .left-out, .model")).to_have_count(0)


def test_states_and_model_are_told_in_english_too(open_page, address, gates):
    page = open_page(address, locale="en-GB")
    _send(page, "改写", ENGLISH)
    expect(page.locator("#chat .searching")).to_have_text(ENGLISH.writing)
    for gate in gates:
        gate.set()
    expect(page.locator("#chat .answer")).to_have_text(
        "全县人口已达到3万人。(written by the model, checked)[1][one sentence left out]"
        "城镇有所扩大。(written by the model, checked)[2]落实“六稳”任务。(quoted from the report)[3]"
    )
    expect(page.locator("#chat .model")).to_contain_text("Written by qwen<3>, each sentence checked")


def test_marks_can_be_told_from_the_page_in_light_and_dark(open_page, address):
    for scheme in ("light", "dark"):
        page = open_page(address, color_scheme=scheme)
        ask(page, "改写")
        contrasts = page.evaluate(
            """() => {
                const luminance = (color) => {
                    const [red, green, blue] = color.match(/[\\d.]+/g).map((part) => {
                        const share = part / 255;
                        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
                    });
                    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
                };
                const page = luminance(getComputedStyle(document.body).backgroundColor);
                const marks = [...document.querySelectorAll("#chat .answer .state, #chat .left-out")];
                return marks.map((mark) => {
                    const both = [page, luminance(getComputedStyle(mark).color)];
                    return (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05);
                });
            }"""
        )
        assert len(contrasts) == 4
        assert min(contrasts) >= 4.5  # WCAG AA


def test_a_refreshed_page_still_knows_model_states_and_gaps(open_page, address):
    page = open_page(address)
    ask(page, "改写")
    _expect_kept(page, '"model":"qwen<3>"')
    page = _come_back(page, address)
    expect(page.locator("#chat .answer")).to_have_text(FIRST + SECOND + THIRD)
    expect(page.locator("#chat .model")).to_contain_text("由 qwen<3> 写成")
    expect(page.locator("#chat .notice")).to_have_count(2)


def test_the_exported_file_names_the_model_and_the_states(open_page, address):
    page = open_page(address)
    ask(page, "改写")
    with page.expect_download() as download:
        _press(page, CHINESE.export_conversation)
    text = Path(download.value.path()).read_text("utf-8")
    assert "全县人口已达到3万人。✓[^1]〔略去一句〕城镇有所扩大。✓[^2]落实“六稳”任务。“”[^3]" in text
    assert "✓ 模型写，已核对 · “” 原文摘录" in text


def test_feedback_tells_which_model_was_judged_and_the_states(open_page, address):
    page = open_page(address)
    ask(page, "改写")
    _press(page, CHINESE.unhelpful)
    expect(page.locator("#chat .act-down.chosen")).to_be_visible()
    with urlopen(f"{address}/page/feedback.jsonl") as response:
        reply = next(
            line["reply"]
            for line in map(json.loads, response.read().decode().splitlines())
            if line["question"] == "改写"
        )
    assert reply["model"] == "qwen<3>"
    states = [sentence["state"] for sentence in reply["sentences"]]
    assert states == ["verified", "left_out", "verified", "quoted"]


def test_the_model_is_asked_once_the_drawer_says_so(open_page, model_site):
    service, address = model_site
    page = open_page(address)
    ask(page, "第一处")
    assert service.told("第一处").mode == "extractive"
    _press(page, CHINESE.settings)
    expect(page.locator("#settings")).to_contain_text(CHINESE.modes_mean)
    page.get_by_role("radio", name=CHINESE.with_model).check()
    _expect_kept(page, '"choice":{"documents":null,"mode":"llm"')
    ask(page, "改写")
    assert service.told("改写").mode == "llm"
    page = _come_back(page, address)
    expect(page.locator("#chat .answer")).to_have_count(2)
    ask(page, "第二处")
    assert service.told("第二处").mode == "llm"
