"""How the page treats whoever stops, retries, edits, judges, exports and comes back, in a real Chromium."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import expect

from tests.ui.driving import ask, marked
from ui.texts import CHINESE, ENGLISH

# Gradio's queue sums up its own speed with a pandas option that newer pandas calls deprecated.
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore:.*no_silent_downcasting")]

QUESTIONS = "[data-testid=user]"
REPLIES = "[data-testid=bot]"


def _press(page, name):
    page.get_by_role("button", name=name).last.click()


def _send(page, question):
    box = page.get_by_role("textbox", name=CHINESE.question)
    expect(box).to_be_enabled()
    box.fill(question)
    box.press("Enter")


def _offset_of_last_question(page):
    """Return how far below the upper edge of the conversation the last question stands, in pixels."""
    return page.evaluate(
        """() => {
            const top = (element) => element.getBoundingClientRect().top;
            return top([...document.querySelectorAll("#chat .user-row")].at(-1))
                - top(document.querySelector("#chat .bubble-wrap"));
        }"""
    )


def test_an_answer_that_is_awaited_can_be_stopped_and_asked_again(open_page, address, scripted):
    page = open_page(address)
    _send(page, "慢")
    expect(page.locator("#chat .searching")).to_be_visible()
    _press(page, CHINESE.stop)
    expect(page.locator("#chat .stopped")).to_have_text(CHINESE.stopped)
    expect(page.get_by_role("button", name=CHINESE.stop)).to_be_hidden()
    scripted.patience.set()
    _press(page, CHINESE.retry)
    expect(page.locator("#chat .answer")).to_have_text("城镇扩大。[1]")
    expect(page.locator(REPLIES)).to_have_count(1)


def test_answering_again_drops_what_came_after(open_page, address):
    page = open_page(address)
    first = ask(page, "第一处")
    ask(page, "第二处")
    first.get_by_role("button", name=CHINESE.retry).click()
    expect(page.locator(QUESTIONS)).to_have_text(["第一处"])
    expect(page.locator("#chat .acts")).to_be_visible()


def test_a_question_is_edited_in_the_box_and_its_answer_replaced(open_page, address):
    page = open_page(address)
    ask(page, "第一处")
    _press(page, CHINESE.edit)
    box = page.get_by_role("textbox", name=CHINESE.editing)
    expect(box).to_have_value("第一处")
    expect(box).to_be_focused()
    box.fill("两句")
    box.press("Enter")
    expect(page.locator(QUESTIONS)).to_have_text(["两句"])
    expect(page.locator("#chat .answer")).to_have_text("全县人口达到3万人。[1]城镇扩大。[2]")
    expect(page.get_by_role("button", name=CHINESE.cancel_edit)).to_be_hidden()


def test_editing_can_be_given_up(open_page, address):
    page = open_page(address)
    ask(page, "第一处")
    _press(page, CHINESE.edit)
    _press(page, CHINESE.cancel_edit)
    expect(page.get_by_role("textbox", name=CHINESE.question)).to_have_value("")
    ask(page, "第二处")
    expect(page.locator(QUESTIONS)).to_have_text(["第一处", "第二处"])


def test_a_question_to_go_on_with_is_asked_when_chosen(open_page, address, scripted):
    page = open_page(address)
    ask(page, "六稳")
    page.locator("#chat .option", has_text="什么是六稳？").click()
    expect(page.locator("#chat .answer")).to_have_text(["落实“六稳”任务。[1]", "六稳指稳就业等。[1]"])
    expect(page.locator(QUESTIONS).last).to_have_text("什么是六稳？")


def test_a_verdict_and_its_comment_are_kept_on_this_machine(open_page, address):
    page = open_page(address)
    ask(page, "第一处")
    _press(page, CHINESE.unhelpful)
    expect(page.locator("#chat .act-down.chosen")).to_be_visible()
    page.get_by_role("textbox", name=CHINESE.remark).fill("年份不对")
    _press(page, CHINESE.save)
    expect(page.locator("#remark")).to_be_hidden()
    with urlopen(f"{address}/page/feedback.jsonl") as response:
        *_, last = map(json.loads, response.read().decode().splitlines())
    assert (last["question"], last["verdict"], last["comment"]) == ("第一处", "down", "年份不对")


def test_words_about_one_answer_are_not_taken_for_another(open_page, address):
    page = open_page(address)
    first, second = ask(page, "第一处"), ask(page, "第二处")
    comment = page.get_by_role("textbox", name=CHINESE.remark)
    first.get_by_role("button", name=CHINESE.helpful).click()
    expect(page.locator("#chat .act-up.chosen")).to_be_visible()
    comment.fill("第一处的")
    second.get_by_role("button", name=CHINESE.helpful).click()
    expect(comment).to_have_value("")
    _press(page, CHINESE.clear)
    expect(comment).to_be_hidden()


def test_a_button_keeps_the_focus_when_its_message_is_rendered_anew(open_page, address):
    page = open_page(address)
    ask(page, "第一处")
    page.locator("#chat .act-up").press("Enter")
    expect(page.locator("#chat .act-up.chosen")).to_be_focused()


def test_what_is_unfolded_stays_so_when_its_message_is_rendered_anew_until_it_is_folded(open_page, address):
    page = open_page(address)
    ask(page, "第一处").locator("summary").click()
    _press(page, CHINESE.helpful)
    expect(page.locator("#chat .act-up.chosen")).to_be_visible()
    expect(page.locator("#chat .found table")).to_be_visible()
    page.locator("#chat summary").click()
    _press(page, CHINESE.unhelpful)
    expect(page.locator("#chat .act-down.chosen")).to_be_visible()
    expect(page.locator("#chat .found table")).to_be_hidden()


def test_the_conversation_is_exported_with_footnotes_that_link_to_the_words(open_page, address):
    page = open_page(address)
    ask(page, "两句")
    with page.expect_download() as download:
        _press(page, CHINESE.export_conversation)
    assert download.value.suggested_filename == f"{CHINESE.page_title}.md"
    text = Path(download.value.path()).read_text("utf-8")
    assert re.search(r"全县人口达到3万人。\[\^\S+\]", text)
    assert f"{address}/?doc=jia&start=" in text


def test_a_refreshed_page_still_has_the_conversation_and_goes_on_with_it(open_page, address, scripted):
    page = open_page(address)
    ask(page, "第一处")
    _press(page, CHINESE.helpful)
    expect(page.locator("#chat .act-up.chosen")).to_be_visible()
    page.reload()
    expect(page.locator("#chat .answer")).to_have_text("全县人口达到3万人。[1]")
    expect(page.locator("#chat .act-up.chosen")).to_be_visible()
    page.locator("#chat a.cite").click()
    assert marked(page) == "全县人口达到3万人"
    ask(page, "第二处")
    assert scripted.told("第二处").history[0].content == "第一处"


def test_clearing_can_be_undone_until_something_is_asked(open_page, address):
    page = open_page(address)
    ask(page, "第一处")
    _press(page, CHINESE.clear)
    expect(page.locator("[data-testid=bot]")).to_have_count(0)
    page.get_by_role("button", name=CHINESE.undo_clear).click()
    expect(page.locator("#chat .answer")).to_have_text("全县人口达到3万人。[1]")
    expect(page.get_by_role("button", name=CHINESE.undo_clear)).to_have_count(0)
    _press(page, CHINESE.clear)
    expect(page.locator("[data-testid=bot]")).to_have_count(0)
    ask(page, "第二处")
    expect(page.get_by_role("button", name=CHINESE.undo_clear)).to_have_count(0)


def test_an_answer_is_copied_with_its_footnotes(open_page, address):
    page = open_page(address, permissions=["clipboard-read", "clipboard-write"])
    ask(page, "两句").get_by_role("button", name=CHINESE.copy_answer).click()
    expect(page.locator("#toast")).to_have_text(CHINESE.copied)
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("全县人口达到3万人。[^1]城镇扩大。[^2]")
    assert "[^2]: “城镇扩大”" in copied


def test_a_new_answer_brings_its_first_source_into_view_and_the_next_question_takes_it_away(
    open_page, address
):
    page = open_page(address)
    ask(page, "两句")
    assert marked(page) == "全县人口达到3万人"
    expect(page.get_by_role("textbox", name=CHINESE.question)).to_be_focused()
    ask(page, "你好")
    expect(page.locator("#report mark")).to_have_count(0)


def test_a_cleared_conversation_does_not_come_back(open_page, address):
    page = open_page(address)
    ask(page, "第一处")
    _press(page, CHINESE.clear)
    expect(page.locator("#chat .card")).to_be_visible()
    page.reload()
    expect(page.locator("#chat .card")).to_be_visible()
    expect(page.locator(REPLIES)).to_have_count(0)


def test_another_browser_does_not_see_the_conversation(open_page, address):
    ask(open_page(address), "第一处")
    other = open_page(address)
    expect(other.locator("#chat .card")).to_be_visible()
    expect(other.locator(REPLIES)).to_have_count(0)


def test_another_language_is_chosen_and_the_conversation_follows(open_page, address):
    page = open_page(address)
    ask(page, "第一处")
    _press(page, CHINESE.settings)
    page.get_by_role("combobox", name=CHINESE.language).select_option(ENGLISH.tag)
    expect(page.get_by_role("textbox", name=ENGLISH.question)).to_be_enabled()
    expect(page.get_by_role("button", name=ENGLISH.retry)).to_be_visible()
    expect(page.locator("#chat .answer")).to_have_text("全县人口达到3万人。[1]")
    assert page.evaluate("document.documentElement.lang") == ENGLISH.tag


def test_fewer_sources_are_listed_when_the_drawer_says_so(open_page, address):
    page = open_page(address)
    message = ask(page, "列举")
    expect(page.locator("#chat .option")).to_be_visible()  # nothing more is on its way to the page
    expect(message.locator(".sources li")).to_have_count(3)
    _press(page, CHINESE.settings)
    page.get_by_role("radio", name="1", exact=True).check()
    expect(message.locator(".sources li")).to_have_count(1)
    expect(message.locator(".more")).to_contain_text("2")


def test_how_an_answer_was_found_opens_with_passages_that_lead_to_the_report(open_page, address):
    page = open_page(address)
    panel = ask(page, "第一处").locator(".found")
    passage = panel.locator("a.passage").last
    expect(passage).to_be_hidden()
    panel.locator("summary").click()
    expect(panel.locator("caption")).to_have_text(CHINESE.retrieved)
    passage.click()
    assert marked(page) == "城镇扩大"


def test_the_question_comes_to_the_upper_edge_while_its_answer_grows(open_page, address):
    page = open_page(address)
    ask(page, "很长")
    ask(page, "很长")
    assert 0 <= _offset_of_last_question(page) < 40


def test_who_scrolls_is_left_alone(open_page, address, scripted):
    page = open_page(address)
    ask(page, "很长")
    _send(page, "慢")
    expect(page.locator("#chat .searching")).to_be_visible()
    page.locator("#chat").hover()
    page.mouse.wheel(0, -5000)
    conversation = page.locator("#chat .bubble-wrap")
    expect(conversation).to_have_js_property("scrollTop", 0)
    scripted.patience.set()
    expect(page.locator("#chat .answer").last).to_have_text("城镇扩大。[1]")
    expect(conversation).to_have_js_property("scrollTop", 0)


def test_visitors_at_the_same_time_do_not_wait_for_each_other(open_page, address, scripted):
    first, second = open_page(address), open_page(address)
    _send(first, "慢")
    expect(first.locator("#chat .searching")).to_be_visible()
    ask(second, "第一处").locator("a.cite").click()
    assert marked(second) == "全县人口达到3万人"
    scripted.patience.set()
    expect(first.locator("#chat .answer")).to_have_text("城镇扩大。[1]")
    expect(second.locator("#chat .answer")).to_have_text("全县人口达到3万人。[1]")
    assert marked(first) == "城镇扩大"
