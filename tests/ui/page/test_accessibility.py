"""Whether everybody can use the page: axe-core's verdict on each of its states, and all of it by keyboard."""

from __future__ import annotations

import os
import re
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.ui.driving import ask, marked
from ui.texts import CHINESE, ENGLISH

# Gradio's queue sums up its own speed with a pandas option that newer pandas calls deprecated.
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore:.*no_silent_downcasting")]

GRAVE = {"serious", "critical"}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def axe() -> str:
    """The script of axe-core."""
    script: Path | None = runpy.run_path(str(Path(__file__).parents[1] / "setup_axe.py"))["find_axe"]()
    if script is None:
        reason = "axe-core has not been fetched (tests/ui/setup_axe.py says why)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return script.read_text("utf-8")


@pytest.fixture
def judge(axe: str) -> Callable[[Any], list[str]]:
    """Return what is seriously wrong with a page as it stands, each with the elements concerned."""

    def judge(page: Any) -> list[str]:
        page.evaluate(axe)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
        return [
            f"{violation['id']}: {[(node['target'], node['any'][:1]) for node in violation['nodes']]}"
            for violation in found
            if violation["impact"] in GRAVE
        ]

    return judge


LOOKS: list[dict[str, Any]] = [
    {},
    {"color_scheme": "dark"},
    {"locale": "en-GB"},
    {"viewport": PHONE, "color_scheme": "dark"},
]


def _name(look: dict[str, Any]) -> str:
    return "-".join(str(value) for value in look.values() if isinstance(value, str)) or "plain"


@pytest.mark.parametrize("look", LOOKS, ids=_name)
def test_no_state_of_the_page_keeps_anybody_out(open_page, address, judge, look):
    page = open_page(address, **look)
    words = ENGLISH if look.get("locale", "").startswith("en") else CHINESE
    expect(page.locator("#chat .card")).to_be_visible()
    expect(page.locator("#report[data-ready]")).to_be_attached()
    assert judge(page) == []
    message = ask(page, "六稳", words)
    message.locator("summary").click()
    expect(page.locator("#chat .option")).to_be_visible()
    ask(page, "1999年呢", words)
    rewording = ask(page, "改写", words)
    expect(rewording.locator(".state.quoted").first).to_be_visible()
    page.get_by_role("button", name=words.settings).click()
    expect(page.locator("#language")).to_be_visible()
    assert judge(page) == []
    page.get_by_role("button", name=words.settings).click()
    message.locator("a.cite").click()
    assert marked(page) == "落实“六稳”任务"
    assert judge(page) == []


@pytest.mark.parametrize("look", LOOKS, ids=_name)
def test_an_answer_under_leads_keeps_nobody_out(open_page, address, judge, spoken_of, look):
    page = open_page(address, **look)
    words = ENGLISH if look.get("locale", "").startswith("en") else CHINESE
    ask(page, spoken_of.standalone_question, words)
    message = ask(page, "人口情况", words)
    message.get_by_text(words.all_sources.format(count=4)).click()
    expect(page.get_by_role("button", name=words.show_more.format(count=5))).to_be_visible()
    assert judge(page) == []


def test_the_overview_of_figures_keeps_nobody_out(open_page, figures, judge):
    page = open_page(figures)
    page.get_by_role("button", name=CHINESE.figures).click()
    expect(page.locator("#figures tbody tr").first).to_be_visible()
    assert judge(page) == []


def test_what_is_read_out_is_words_and_in_the_language_of_the_page(open_page, address):
    page = open_page(address)
    ask(page, "第一处")
    expect(page.get_by_role("log", name=CHINESE.conversation)).to_be_visible()
    expect(page.get_by_role("button", name=CHINESE.send)).to_be_visible()
    labels = page.evaluate("[...document.querySelectorAll('[aria-label]')].map(element => element.ariaLabel)")
    assert not [label for label in labels if "<" in label or re.search("[a-z]{3}", label)]


def _tab_to(page: Any, name: str, *, key: str = "Tab") -> None:
    """Press Tab until the element of this name has the focus."""
    for _ in range(40):
        page.keyboard.press(key)
        if page.evaluate("document.activeElement.ariaLabel ?? document.activeElement.innerText") == name:
            return
    pytest.fail(f"{name} cannot be reached with {key}")


def test_everything_is_done_without_a_mouse(open_page, address):
    page = open_page(address)
    box = page.get_by_role("textbox", name=CHINESE.question)
    expect(box).to_be_enabled()
    expect(page.locator("#report[data-ready]")).to_be_attached()
    for _ in range(20):
        page.keyboard.press("Tab")
        if box.evaluate("box => box === document.activeElement"):
            break
    page.keyboard.type("第一处")
    page.keyboard.press("Enter")
    expect(page.locator("#chat .acts")).to_be_visible()
    _tab_to(page, "[1]", key="Shift+Tab")
    page.keyboard.press("Enter")
    assert marked(page) == "全县人口达到3万人"
    page.keyboard.press("Escape")
    expect(page.locator("#chat a.cite")).to_be_focused()
    _tab_to(page, CHINESE.helpful)
    page.keyboard.press("Enter")
    expect(page.locator("#chat .act-up.chosen")).to_be_focused()
    _tab_to(page, CHINESE.contents)
    page.keyboard.press("Enter")
    _tab_to(page, "一、回顾")
    page.keyboard.press("Enter")
    expect(page.locator("#report h3")).to_be_in_viewport()
    _tab_to(page, CHINESE.figures, key="Shift+Tab")
    page.keyboard.press("Space")
    expect(page.locator("#figures")).to_be_visible()
