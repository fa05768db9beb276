"""The card of a citation and of a glossary term, in a real Chromium: shown, read and copied by any means."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.ui.driving import ask, marked

# Gradio's queue sums up its own speed with a pandas option that newer pandas calls deprecated.
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore:.*no_silent_downcasting")]

QUOTE = "全县人口达到3万人"
LONG = 1000  # ms on the page's clock, which the test sets: longer than anything that a pointer is given


def _card(page: Any) -> Any:
    return page.get_by_role("dialog", name="引文")


def _clipboard(page: Any) -> str:
    return page.evaluate("navigator.clipboard.readText()")


@pytest.fixture
def copier(open_page, address):
    """A page that may read the clipboard, so that a test can."""
    return open_page(address, permissions=["clipboard-read", "clipboard-write"])


def test_hovering_a_marker_shows_quote_place_and_period(open_page, address):
    page = open_page(address)
    marker = ask(page, "第一处").locator("a.cite")
    page.clock.install()
    marker.hover()
    page.clock.run_for(LONG)
    expect(_card(page).locator("blockquote")).to_have_text(QUOTE)
    expect(_card(page).locator(".where")).to_contain_text("一、回顾")
    expect(_card(page).locator(".period.done")).to_have_text("2020年 · 已完成")
    _card(page).hover()
    page.clock.run_for(LONG)
    expect(_card(page)).to_be_visible()
    page.locator("#report").hover()
    page.clock.run_for(LONG)
    expect(_card(page)).to_be_hidden()


def test_the_card_is_reached_left_and_dismissed_from_the_keyboard(open_page, address):
    page = open_page(address)
    message = ask(page, "两句")
    marker = message.locator("a.cite").first
    page.get_by_role("textbox", name="提问").press("Shift+Tab")
    marker.focus()
    expect(_card(page)).to_be_visible()
    assert marker.get_attribute("aria-describedby") == _card(page).get_attribute("id")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="复制引文")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(marker).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="复制链接")).to_be_focused()
    page.keyboard.press("Tab")
    expect(message.locator("a.cite").nth(1)).to_be_focused()
    expect(_card(page).locator("blockquote")).to_have_text("城镇扩大")
    page.keyboard.press("Escape")
    expect(_card(page)).to_be_hidden()
    expect(message.locator("a.cite").nth(1)).to_be_focused()


def test_a_quote_is_copied_with_its_locator_and_a_link_that_opens_it(
    copier, address, report, answers, attack
):
    span = answers["第二处"].citations[0].span
    ask(copier, "第二处").locator("a.cite").hover()
    _card(copier).get_by_role("button", name="复制引文").click()
    expect(_card(copier).locator("output")).to_have_text("已复制")
    assert _clipboard(copier) == f"“{QUOTE}”\n——《甲县报告{attack}》一、回顾，2021-02-07"
    _card(copier).get_by_role("button", name="复制链接").click()
    expect(_card(copier).locator("output")).to_have_text("已复制")
    assert _clipboard(copier) == f"{address}/?doc=jia&start={span.start}&end={span.end}"


def test_copying_works_where_the_browser_offers_no_clipboard(copier):
    copier.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined, configurable: true})")
    ask(copier, "第一处").locator("a.cite").click()
    assert marked(copier) == QUOTE
    copier.locator("#cited").get_by_role("button", name="复制引文").click()
    expect(copier.locator("#cited output")).to_have_text("已复制")
    copier.evaluate("delete navigator.clipboard")
    assert _clipboard(copier).startswith(f"“{QUOTE}”")


def test_a_term_in_an_answer_shows_its_definition_and_leads_to_it(open_page, address):
    page = open_page(address)
    term = ask(page, "什么是六稳？").locator(".answer a.gloss")
    expect(term).to_have_text("六稳")
    term.hover()
    expect(_card(page).locator("blockquote")).to_have_text("稳就业等。")
    expect(_card(page).locator(".period.definition")).to_have_text("释义")
    term.click()
    assert marked(page) == "稳就业等。"


def test_a_term_in_the_report_is_explained_on_focus_and_the_way_back_leads_to_it(open_page, address, report):
    page = open_page(address)
    term = page.locator("#report a.gloss")
    expect(term).to_have_text("六稳")
    term.focus()
    expect(_card(page).locator("blockquote")).to_have_text("稳就业等。")
    page.keyboard.press("Enter")
    assert marked(page) == "稳就业等。"
    page.keyboard.press("Escape")
    expect(term).to_be_focused()
    assert "".join(page.locator("#report [data-start]").all_text_contents()) == report.document.text


def test_a_finger_reads_a_definition_in_place(open_page, address):
    page = open_page(address, viewport={"width": 390, "height": 844}, has_touch=True)
    expect(page.locator("#report[data-ready]")).to_be_attached()
    page.locator("#head").get_by_role("button", name="原文").tap()
    page.locator("#report a.gloss").tap()
    expect(_card(page).locator("blockquote")).to_have_text("稳就业等。")
    expect(page.locator("#report mark")).to_have_count(0)
    page.locator("#report .title").tap()
    expect(_card(page)).to_be_hidden()
