"""The page in a real Chromium, around a scripted service."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from rag.service import Readiness
from tests.ui.driving import ask, marked

# Gradio's queue sums up its own speed with a pandas option that newer pandas calls deprecated.
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore:.*no_silent_downcasting")]


def test_the_start_screen_says_what_the_report_is_and_offers_questions(open_page, address, report):
    page = open_page(address)
    card = page.locator("#chat .card")
    for fact in (report.document.meta.title, "甲县", "2021-02-07", "县政府网站"):
        expect(card).to_contain_text(fact)
    expect(page.locator("#chat .example")).to_have_text("什么是六稳？")


def test_a_topic_of_the_start_screen_is_asked_when_tapped(open_page, address, scripted):
    page = open_page(address)
    topic = page.locator("#chat button.topic").first
    question = topic.get_attribute("title")
    topic.click()
    expect(page.locator("[data-testid=user]")).to_have_text(question)
    expect(page.locator("[data-testid=bot] .not-found")).to_be_visible()


def test_an_example_question_is_asked_when_chosen(open_page, address, scripted):
    page = open_page(address)
    page.locator("#chat .example").first.click()
    expect(page.locator("#chat .answer")).to_have_text("六稳指稳就业等。[1]")
    assert scripted.told("什么是六稳？").history == ()


def test_the_report_pane_shows_every_character_of_the_text(open_page, address, report):
    page = open_page(address)
    pieces = page.locator("#report [data-start]")
    expect(pieces.first).to_be_attached()
    assert "".join(pieces.all_text_contents()) == report.document.text


def test_choosing_a_marker_highlights_exactly_the_quote_in_view(open_page, address, answers):
    page = open_page(address)
    message = ask(page, "第一处")
    expect(message.locator(".answer")).to_have_text("全县人口达到3万人。[1]")
    marker = message.locator("a.cite")
    span = answers["第一处"].citations[0].span
    assert marker.get_attribute("href") == f"#cite-1-{span.start}-{span.end}"
    marker.click()
    assert marked(page) == "全县人口达到3万人"


def test_offsets_alone_choose_between_two_occurrences_after_an_astral_character(open_page, address, answers):
    page = open_page(address)
    ask(page, "第二处").locator("a.cite").click()
    assert marked(page) == "全县人口达到3万人"
    before = page.locator("#report mark").evaluate(
        """mark => {
            const range = document.createRange();
            range.setStart(document.querySelector("#report .text"), 0);
            range.setEndBefore(mark);
            const box = document.createElement("div");
            box.append(range.cloneContents());
            return [...box.querySelectorAll("[data-start]")].map(piece => piece.textContent).join("");
        }"""
    )
    assert len(before) == answers["第二处"].citations[0].span.start


def test_a_new_highlight_replaces_the_old_and_restores_the_text(open_page, address, report):
    page = open_page(address)
    message = ask(page, "两句")
    message.locator("a.cite").nth(0).click()
    assert marked(page) == "全县人口达到3万人"
    message.locator("a.cite").nth(1).click()
    expect(page.locator("#report mark")).to_have_text("城镇扩大")
    assert "".join(page.locator("#report [data-start]").all_text_contents()) == report.document.text


def test_a_source_below_the_answer_shows_place_and_period_and_opens_the_report(open_page, address):
    page = open_page(address)
    source = ask(page, "第一处").locator(".sources li")
    expect(source.locator(".where")).to_contain_text("一、回顾 › (一)𠮷镇人口😀增长")
    expect(source.locator(".period")).to_have_text("2020年 · 已完成")
    source.locator(".source").click()
    assert marked(page) == "全县人口达到3万人"


def test_a_marker_works_from_the_keyboard_and_escape_leads_back(open_page, address):
    page = open_page(address)
    marker = ask(page, "第一处").locator("a.cite")
    marker.focus()
    page.keyboard.press("Enter")
    assert marked(page) == "全县人口达到3万人"
    expect(page.locator("#report mark")).to_be_focused()
    page.keyboard.press("Escape")
    expect(marker).to_be_focused()


def test_any_range_is_highlighted_exactly(open_page, address, report):
    page = open_page(address)
    expect(page.locator("#report [data-start]").first).to_be_attached()
    text = report.document.text
    ranges = [
        [start, min(start + length, len(text))] for start in range(0, len(text), 3) for length in (1, 2, 17)
    ]
    found = page.evaluate(
        """async ranges => {
            const link = document.body.appendChild(document.createElement("a"));
            const found = [];
            for (const [start, end] of ranges) {
                link.href = `#cite-1-${start}-${end}`;
                link.click();
                await new Promise(requestAnimationFrame);
                const marks = [...document.querySelectorAll("#report mark")];
                found.push(marks.map(mark => mark.textContent).join(""));
            }
            return found;
        }""",
        ranges,
    )
    assert found == [text[start:end] for start, end in ranges]


def test_an_answer_grows_while_it_is_streamed(open_page, address):
    page = open_page(address)
    page.evaluate(
        """() => {
            window.lengths = [];
            new MutationObserver(() => {
                const answer = document.querySelector("#chat .answer");
                if (answer) window.lengths.push(answer.textContent.length);
            }).observe(document.body, {childList: true, subtree: true, characterData: true});
        }"""
    )
    ask(page, "很长")
    expect(page.locator("#chat .sources")).to_be_visible()
    lengths = page.evaluate("window.lengths")
    assert lengths == sorted(lengths)
    assert len(set(lengths)) > 2


def test_what_is_not_found_gives_the_reason_and_passages_that_are_no_answer(open_page, address):
    page = open_page(address)
    message = ask(page, "1999年呢")
    expect(message.locator("h2")).to_have_count(0)
    expect(message.locator(".not-found")).to_contain_text("这份报告没有谈到1999年。")
    expect(message.locator(".sources-heading")).to_contain_text("不是答案")
    expect(message.locator("a.cite")).to_have_count(0)
    message.locator(".source").click()
    assert marked(page) == "城镇扩大"


def test_a_digest_has_leads_items_with_markers_and_a_way_to_the_rest(open_page, address, scripted):
    page = open_page(address)
    message = ask(page, "人口情况")
    answer = message.locator(".answer")
    expect(answer.get_by_role("heading")).to_have_text(["2020年", "2021年(计划)"])
    expect(answer.get_by_role("listitem")).to_have_text(
        ["全县人口达到3万人。[1]", "城镇扩大,全县人口达到3万人。[2]", "落实“六稳”任务。[3]"]
    )
    answer.get_by_role("link", name="[4]").click()
    assert marked(page) == "力争学校达到4所"
    expect(message.locator(".source").first).to_be_hidden()
    message.get_by_text("出处（4 处）").click()
    expect(message.locator(".source").first).to_be_visible()
    more = page.get_by_role("button", name="展开其余 5 处")
    more.click()
    expect(page.locator("[data-testid=user]").last).to_have_text("还有呢？")
    expect(more).to_be_hidden()
    assert [turn.role for turn in scripted.told("还有呢？").history] == ["user", "assistant"]


def test_a_digest_comes_back_when_the_page_is_loaded_anew(open_page, address):
    page = open_page(address)
    ask(page, "人口情况")
    expect(page.locator("#chat .option").first).to_be_visible()
    page.reload()
    expect(page.locator("#chat .answer h2")).to_have_text(["2020年", "2021年(计划)"])
    expect(page.get_by_role("button", name="展开其余 5 处")).to_be_visible()


def test_what_the_report_does_say_comes_first_where_it_gives_no_direct_answer(open_page, address, spoken_of):
    page = open_page(address)
    message = ask(page, spoken_of.standalone_question)
    expect(message.locator(".reason")).to_have_text(spoken_of.reason.text)
    expect(message.locator(".verdict")).to_have_count(0)
    expect(message.locator(".sources-heading")).to_have_text("报告的有关原文")
    message.locator(".source").first.click()
    assert marked(page) == "全县人口达到3万人"


def test_a_question_sent_while_another_is_being_answered_is_answered_too(open_page, address, scripted):
    page = open_page(address)
    box = page.get_by_role("textbox", name="提问")
    expect(box).to_be_enabled()
    box.fill("慢")
    box.press("Enter")
    expect(page.locator("#chat .searching")).to_be_visible()
    expect(box).to_have_value("")
    box.fill("第一处")
    box.press("Enter")
    expect(page.locator("#chat .answer")).to_have_text("全县人口达到3万人。[1]")
    scripted.patience.set()
    expect(page.locator("#chat .answer")).to_have_text(["城镇扩大。[1]", "全县人口达到3万人。[1]"])


def test_a_failure_is_said_and_the_conversation_goes_on(open_page, address):
    page = open_page(address)
    box = page.get_by_role("textbox", name="提问")
    expect(box).to_be_enabled()
    box.fill("出错")
    box.press("Enter")
    expect(page.locator("#chat .problem")).to_contain_text("回答时出了错")
    ask(page, "你好")
    expect(page.locator("[data-testid=bot]")).to_have_count(2)


def test_small_talk_is_plain(open_page, address):
    message = ask(open_page(address), "你好")
    expect(message).to_have_text("您好，请就报告提问。")


def test_the_conversation_so_far_goes_with_the_next_question_until_it_is_cleared(
    open_page, address, scripted
):
    page = open_page(address)
    ask(page, "第一处")
    ask(page, "第二处")
    assert [turn.content for turn in scripted.told("第二处").history] == ["第一处", "全县人口达到3万人。[1]"]
    page.get_by_role("button", name="清空对话").click()
    expect(page.locator("#chat .card")).to_be_visible()
    ask(page, "第一处")
    assert scripted.told("第一处").history == ()


def test_scripts_in_question_answer_title_and_text_stay_inert(open_page, address, attack):
    page = open_page(address)
    expect(page.locator("#chat .card")).to_contain_text(attack)
    expect(page.locator("#report header")).to_contain_text(attack)
    message = ask(page, "攻击")
    expect(message.locator(".answer")).to_have_text(f"{attack}[1]*星号*。[1]")
    expect(message.locator("a.cite")).to_have_count(1)
    message.locator("a.cite").click()
    assert marked(page) == attack
    ask(page, attack)
    expect(page.locator("[data-testid=user]").last).to_have_text(attack)
    assert page.evaluate("window.hacked") is None


def test_a_blank_question_is_not_sent_and_leaves_everything_as_it_is(open_page, address, scripted):
    page = open_page(address)
    ask(page, "第一处").locator("a.cite").click()
    assert marked(page) == "全县人口达到3万人"
    box = page.get_by_role("textbox", name="提问")
    box.fill("   ")
    box.press("Enter")
    page.get_by_role("button", name="发送").click()
    expect(box).to_have_value("   ")
    assert marked(page) == "全县人口达到3万人"
    ask(page, "你好")
    expect(page.locator("[data-testid=user]")).to_have_text(["第一处", "你好"])
    assert not [question for question in scripted.asked if not question.text.strip()]


def test_the_page_shows_progress_until_the_service_is_ready(open_page, address, scripted):
    scripted.readiness = Readiness(False, "正在编码段落", 3, 10)
    page = open_page(address)
    expect(page.locator(".progress")).to_contain_text("正在编码段落 3 / 10")
    expect(page.locator(".progress progress")).to_have_attribute("value", "3")
    expect(page.get_by_role("textbox", name="提问")).to_be_disabled()
    scripted.readiness = Readiness(True, "")
    expect(page.get_by_role("textbox", name="提问")).to_be_enabled()
    expect(page.locator("#report [data-start]").first).to_be_attached()


def test_a_failed_load_is_explained(open_page, address, scripted):
    scripted.readiness = Readiness(False, "", error="The corpus folder <b>/nowhere</b> cannot be read.")
    page = open_page(address)
    expect(page.get_by_role("alert")).to_contain_text("The corpus folder <b>/nowhere</b> cannot be read.")
    expect(page.get_by_role("textbox", name="提问")).to_be_disabled()


def test_two_visitors_have_conversations_of_their_own(open_page, address, scripted):
    first, second = open_page(address), open_page(address)
    ask(first, "第一处")
    ask(second, "第二处")
    assert scripted.told("第二处").history == ()
    expect(first.locator("[data-testid=bot]")).to_have_count(1)


def test_the_interface_follows_the_browsers_language(open_page, address):
    page = open_page(address, locale="en-GB")
    expect(page.get_by_role("textbox", name="Your question")).to_be_enabled()
    expect(page.locator("#report header")).to_contain_text("Speaker")
    assert page.evaluate("document.documentElement.lang") == "en"


def test_the_page_is_dark_where_the_system_is(open_page, address):
    brightness = {}
    for scheme in ("light", "dark"):
        page = open_page(address, color_scheme=scheme)
        expect(page.locator("#report[data-ready]")).to_be_attached()
        shown = [
            page.locator(pane).evaluate("pane => getComputedStyle(pane).getPropertyValue('--paper')")
            for pane in ("#conversation", "#source")
        ]
        brightness[scheme] = [int(color.strip().removeprefix("#")[:2], 16) for color in shown]
    assert min(brightness["light"]) > 0xF0
    assert max(brightness["dark"]) < 0x30


def test_on_a_phone_the_panes_are_stacked_and_nothing_is_cut_off(open_page, address):
    page = open_page(address, viewport={"width": 390, "height": 844})
    message = ask(page, "第二处")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    message.locator("a.cite").click()
    assert marked(page) == "全县人口达到3万人"
