"""Reading in the pane, in a real Chromium: outline, search, permalinks, and one pane at a time on a phone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.sync_api import expect

from index.structure import parse_document
from index.types import IndexedDocument
from tests.ui.driving import ask, marked

# Gradio's queue sums up its own speed with a pandas option that newer pandas calls deprecated.
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore:.*no_silent_downcasting")]

# The words that a CSS highlight paints, as the reader sees them.
PAINTED = "name => [...(CSS.highlights.get(name) ?? [])].map(range => range.toString())"
WIDE = {"width": 1700, "height": 700}
PARAGRAPH = "𠮷镇全年新增道路47.3公里,完成投资3.5亿元,群众满意度持续提高。"
PHONE = {"width": 390, "height": 844}


def _painted(page: Any, name: str = "found") -> list[str]:
    return page.evaluate(PAINTED, name)


def _ready(page: Any) -> Any:
    expect(page.locator("#report[data-ready]")).to_be_attached()
    return page


def test_the_outline_leads_to_each_heading_and_tells_which_is_read(open_page, address):
    page = _ready(open_page(address, viewport=WIDE))
    links = page.locator("#outline a")
    expect(links).to_have_text(["一、回顾", "(一)𠮷镇人口😀增长", "名词解释"])
    links.nth(1).click()
    heading = page.locator("#report .run-in.level-2")
    expect(heading).to_be_focused()
    expect(heading).to_be_in_viewport()
    expect(links.nth(1)).to_have_attribute("aria-current", "location")
    expect(page.locator("#outline [aria-current]")).to_have_count(1)


def test_where_room_is_scarce_the_outline_opens_on_demand_and_closes_after_use(open_page, address):
    page = _ready(open_page(address))
    button, outline = page.get_by_role("button", name="目录"), page.locator("#outline")
    expect(outline).to_be_hidden()
    button.click()
    expect(button).to_have_attribute("aria-expanded", "true")
    outline.get_by_text("一、回顾").click()
    expect(outline).to_be_hidden()
    button.click()
    outline.locator("a").first.focus()
    page.keyboard.press("Escape")
    expect(outline).to_be_hidden()
    expect(button).to_be_focused()


def test_words_are_found_counted_and_stepped_through_from_the_keyboard(open_page, address, report):
    page = _ready(open_page(address))
    box, count = page.get_by_role("searchbox", name="在原文中查找"), page.locator("#find output")
    box.fill("全县人口")
    expect(count).to_have_text("1 / 2")
    assert _painted(page) == ["全县人口"] * 2
    steps = [("Enter", "2 / 2"), ("Enter", "1 / 2"), ("Shift+Enter", "2 / 2")]
    for key, expected in steps:
        box.press(key)
        expect(count).to_have_text(expected)
    assert _painted(page, "found-now") == ["全县人口"]
    box.fill("没有的词")
    expect(count).to_have_text("没有找到")
    box.fill("人口")
    box.press("Escape")
    expect(box).to_have_value("")
    expect(count).to_have_text("")
    expect(page.locator("#report")).to_be_focused()
    assert _painted(page) == []


def test_search_takes_full_width_for_ascii_and_crosses_pieces_after_an_astral_character(open_page, address):
    page = _ready(open_page(address))
    box = page.get_by_role("searchbox")
    for sought, expected in {
        "（一）": ["(一)"],
        "城镇扩大，全县": ["城镇扩大,全县"],
        "人口😀增长。全县": ["人口😀增长", "。", "全县"],
        '"六稳"任务': ["“六稳”任务"],
    }.items():
        box.fill(sought)
        assert _painted(page) == expected


def test_hits_and_the_marked_citation_stand_side_by_side(open_page, address, report):
    page = _ready(open_page(address))
    page.get_by_role("searchbox").fill("人口")
    ask(page, "第二处").locator("a.cite").click()
    assert marked(page) == "全县人口达到3万人"
    assert _painted(page) == ["人口"] * 3
    page.get_by_role("searchbox").fill("达到")
    assert marked(page) == "全县人口达到3万人"
    assert "".join(page.locator("#report [data-start]").all_text_contents()) == report.document.text


def test_the_report_is_fetched_once_and_never_again_for_an_answer(open_page, address):
    page = open_page(address)
    fetched = []
    page.on(
        "request", lambda request: fetched.append(request.url) if "/page/report/" in request.url else None
    )
    page.reload()
    for question in ("第一处", "第二处", "两句"):
        ask(page, question).locator("a.cite").first.click()
        assert marked(page) == "全县人口达到3万人"
    assert fetched == [f"{address}/page/report/jia"]


def test_the_highlight_stays_while_an_answer_is_streamed(open_page, address, scripted):
    page = open_page(address)
    ask(page, "第二处").locator("a.cite").click()
    assert marked(page) == "全县人口达到3万人"
    page.evaluate(
        """() => {
            const kept = document.querySelector("#report mark");
            window.lost = false;
            new MutationObserver(() => {
                if (document.querySelector("#chat .growing") && !kept.isConnected) window.lost = true;
            }).observe(document.body, {childList: true, subtree: true});
        }"""
    )
    ask(page, "很长")
    assert not page.evaluate("window.lost")


def test_a_permalink_opens_the_same_words_in_a_fresh_browser(open_page, address, answers):
    span = answers["第二处"].citations[0].span
    page = open_page(f"{address}/?doc=jia&start={span.start}&end={span.end}")
    assert marked(page) == "全县人口达到3万人"
    expect(page.locator("#cited .where")).to_contain_text("2020年 · 已完成")
    expect(page.locator("#note")).to_be_hidden()


def test_a_place_far_down_a_long_report_is_marked_exactly_and_in_view(open_page, serve_app, site):
    from ui.server.mount import mount_page

    (short,) = site[0].documents.values()
    text = short.document.text + "\n" + f"{PARAGRAPH}\n" * (100_000 // len(PARAGRAPH))
    document = replace(short.document, text=text)
    long = IndexedDocument(document, parse_document(document))
    service = replace(site[0], documents={"jia": long})
    end = len(text) - len(PARAGRAPH)
    with serve_app(lambda: mount_page(FastAPI(), service)) as url:
        page = open_page(f"{url}/?doc=jia&start={end - 20}&end={end - 3}")
        assert marked(page) == text[end - 20 : end - 3]


@pytest.mark.parametrize(
    "query",
    [
        "doc=yi&start=1&end=2",
        "doc=jia&start=5&end=5",
        "doc=jia&start=0&end=99999",
        "doc=jia&start=-1&end=<b>",
    ],
)
def test_a_permalink_to_nowhere_is_ignored_and_says_so(open_page, address, query):
    page = _ready(open_page(f"{address}/?{query}"))
    expect(page.locator("#note")).to_contain_text("链接所指的原文不存在")
    expect(page.locator("#report mark")).to_have_count(0)


def test_on_a_phone_a_marker_turns_to_the_report_and_there_is_a_way_back(open_page, address):
    page = open_page(address, viewport=PHONE)
    marker = ask(page, "第一处").locator("a.cite")
    expect(page.locator("#report")).to_be_hidden()
    marker.click()
    assert marked(page) == "全县人口达到3万人"
    expect(page.get_by_role("textbox", name="提问")).to_be_hidden()
    page.locator("#tools").get_by_role("button", name="对话").click()
    expect(marker).to_be_focused()
    page.locator("#head").get_by_role("button", name="原文").click()
    assert marked(page) == "全县人口达到3万人"
    page.keyboard.press("Escape")
    expect(marker).to_be_focused()
