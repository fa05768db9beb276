"""What every test of the page does: ask a question, and read which words of the report are marked."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from ui.texts import CHINESE, Words


def ask(page: Any, question: str, words: Words = CHINESE) -> Any:
    """Type a question, send it with Enter, and return the last answer once it is complete."""
    before = page.locator("[data-testid=bot]").count()
    box = page.get_by_role("textbox", name=words.question)
    expect(box).to_be_enabled()
    box.fill(question)
    box.press("Enter")
    message = page.locator("[data-testid=bot]").nth(before)
    expect(message.locator(".not-found, .answer").last).to_be_visible()
    expect(page.get_by_role("button", name=words.stop)).to_be_hidden()
    return message


def marked(page: Any) -> str:
    """Return the marked words of the report once they are in view."""
    expect(page.locator("#report mark").first).to_be_in_viewport()
    return "".join(page.locator("#report mark").all_text_contents())
