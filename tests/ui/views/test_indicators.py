"""The overview of a report's figures: as HTML, and in a real Chromium."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import expect

from rag.indicators import find_indicators
from tests.rag.reports import TEXT, make_report
from tests.ui.driving import marked
from ui.texts import CHINESE, ENGLISH
from ui.views.indicators import render_figures

MADE_UP = make_report()


def test_every_figure_links_to_the_clause_that_states_it():
    links = re.findall(
        r'<td><a [^>]*href="#cite-0-(\d+)-(\d+)"[^>]*>([^<]*)<', render_figures(MADE_UP, CHINESE)
    )
    stated = [(one.span.start, one.span.end, one.shown_value) for one in find_indicators(MADE_UP)]
    assert [(int(start), int(end), value) for start, end, value in links] == stated


def test_markup_in_a_report_is_escaped(attack):
    hostile = make_report(TEXT.replace("高新技术企业", f"{attack}企业"))
    html = render_figures(replace(hostile, document=replace(hostile.document, id=attack)), CHINESE)
    assert "<img" not in html
    assert "<script" not in html


def test_a_report_without_figures_says_so():
    assert CHINESE.no_figures in render_figures(make_report("某地报告\n\n各位代表:\n\n一切都好。\n"), CHINESE)


def test_the_overview_speaks_the_languages_of_the_page():
    html = render_figures(MADE_UP, ENGLISH)
    assert ENGLISH.figures_table in html
    assert CHINESE.figures_table not in html


@pytest.fixture
def overview(open_page: Any, figures: str) -> Any:
    """A page with the overview open."""
    page = open_page(figures)
    page.get_by_role("button", name="数据一览").click()
    expect(page.locator("#figures tbody tr").first).to_be_visible()
    return page


@pytest.mark.browser
def test_the_overview_may_be_opened_before_the_report_is_there(open_page, figures):
    page = open_page(figures)
    held = []
    page.route("**/page/report/**", lambda route: held.append(route))
    page.reload()
    page.get_by_role("button", name="数据一览").click()
    expect(page.locator("#figures")).to_be_visible()
    expect(page.locator("#figures tbody")).to_have_count(0)
    for route in held:
        route.continue_()
    expect(page.locator("#figures tbody tr").first).to_be_visible()


def _shown(page: Any) -> list[str]:
    return page.locator("#figures tbody tr:visible th").all_text_contents()


@pytest.mark.browser
def test_the_overview_is_fetched_when_it_is_opened_and_only_once(open_page, figures):
    page = open_page(figures)
    fetched = []
    page.on("request", lambda request: fetched.append(request.url) if "/figures/" in request.url else None)
    button = page.get_by_role("button", name="数据一览")
    expect(page.locator("#report[data-ready]")).to_be_attached()
    assert fetched == []
    for pressed in ("true", "false", "true"):
        button.click()
        expect(button).to_have_attribute("aria-pressed", pressed)
    expect(page.locator("#figures tbody tr").first).to_be_visible()
    expect(page.locator("#report")).to_be_hidden()
    assert len(fetched) == 1


@pytest.mark.browser
def test_a_figure_opens_its_source_and_escape_leads_back_to_it(overview):
    link = overview.locator("#figures td").get_by_role("link", name="25个，老旧小区改造，查看原文")
    link.focus()
    overview.keyboard.press("Enter")
    assert marked(overview) == "改造老旧小区25个"
    expect(overview.locator("#report mark")).to_be_focused()
    overview.keyboard.press("Escape")
    expect(link).to_be_focused()


@pytest.mark.browser
def test_one_indicator_over_periods_is_charted_with_total_result_and_target_apart(overview):
    chart = overview.get_by_role("figure", name="老旧小区改造")
    expect(chart.locator("li")).to_have_text(
        [re.compile("“十五五”时期.*60个"), re.compile("2030年.*12个"), re.compile("2031年.*计划与目标.*25个")]
    )
    bars = chart.locator("rect")
    assert [bar.get_attribute("class") for bar in bars.all()] == ["span", "year", "target"]
    widths = [bar.bounding_box()["width"] for bar in bars.all()]
    assert widths[1] / widths[0] == pytest.approx(12 / 60, abs=0.02)
    chart.get_by_role("link").first.click()
    assert marked(overview) == "综合改造老旧小区60个"


@pytest.mark.browser
def test_the_table_is_filtered_by_words_period_and_kind(overview):
    everything = len(_shown(overview))
    status = overview.locator("#figures .filters output")
    expect(status).to_have_text(f"显示 {everything} 条，共 {everything} 条")
    box = overview.get_by_role("searchbox", name="按名称、数值或单位筛选")
    box.fill("老旧小区")
    expect(status).to_have_text(f"显示 3 条，共 {everything} 条")
    overview.get_by_role("combobox", name="类别").select_option("已完成")
    expect(status).to_have_text(f"显示 2 条，共 {everything} 条")
    overview.get_by_role("combobox", name="时期").select_option("2030年")
    assert _shown(overview) == ["老旧小区改造"]
    expect(overview.locator("#figures figure:visible")).to_have_count(1)


@pytest.mark.browser
def test_the_table_is_sorted_up_down_and_as_in_the_report(overview):
    before = _shown(overview)
    button = overview.get_by_role("button", name="数值")
    head = overview.locator("#figures thead th", has=button)
    numbers = "rows => rows.map(row => Number(row.dataset.number))"
    for order in ("ascending", "descending"):
        button.click()
        expect(head).to_have_attribute("aria-sort", order)
        found = overview.locator("#figures tbody tr").evaluate_all(numbers)
        assert found == sorted(found, reverse=order == "descending")
    button.click()
    expect(head).to_have_attribute("aria-sort", "none")
    assert _shown(overview) == before


@pytest.mark.browser
def test_on_a_phone_the_overview_fits(open_page, figures):
    page = open_page(figures, viewport={"width": 390, "height": 844})
    page.locator("#conversation .switch").get_by_text("原文").click()
    page.get_by_role("button", name="数据一览").click()
    expect(page.locator("#figures tbody tr").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
