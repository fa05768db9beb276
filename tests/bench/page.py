"""What a reader waits for at the page in a real Chromium: first paint, first token, a very long report."""

from __future__ import annotations

import json
import random
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from playwright.sync_api import sync_playwright

from index.documents.corpus import load_corpus
from index.structure import parse_document
from index.types import Document, IndexedDocument
from tests.bench.server import BuiltIndex, start_server
from tests.ui.conftest import CHROMIUM_FLAGS, ScriptedService, serve
from tests.ui.setup_browser import find_browser
from ui.server.mount import mount_page

ROUNDS = 10  # of which the median is taken
LONG = 100_000  # characters of a report that must stay usable
CORPUS = Path(__file__).parents[2] / "corpus"
VIEWPORT = {"width": 1440, "height": 900}

# Milliseconds from the key that sends a question to the first words of its answer, on the page's own clock.
_FIRST_TOKEN = """
question => new Promise(resolve => {
  const known = document.querySelectorAll("#chat .answer").length;
  const box = document.querySelector("#question textarea");
  box.value = question;
  box.dispatchEvent(new Event("input", {bubbles: true}));
  requestAnimationFrame(() => {
    const sent = performance.now();
    new MutationObserver((_, observer) => {
      const answer = [...document.querySelectorAll("#chat .answer")][known];
      if (!answer?.textContent) return;
      observer.disconnect();
      resolve(performance.now() - sent);
    }).observe(document.body, {childList: true, subtree: true, characterData: true});
    const enter = {key: "Enter", code: "Enter", bubbles: true, cancelable: true};
    for (const type of ["keydown", "keypress"]) box.dispatchEvent(new KeyboardEvent(type, enter));
  });
})
"""
# Milliseconds from the press of a link until its words are marked, in view and drawn.
_HIGHLIGHT = """
([start, end]) => new Promise(resolve => {
  const link = document.createElement("a");
  link.href = `#cite-1-${start}-${end}`;
  document.body.append(link);
  const pressed = performance.now();
  document.addEventListener("report:marked", () => {
    requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - pressed)));
  }, {once: true});
  link.click();
  link.remove();
})
"""
# Milliseconds from a jump of the text to a place far away until what stands there is drawn.
_SCROLL = """
share => new Promise(resolve => {
  const report = document.getElementById("report");
  const begun = performance.now();
  report.scrollTop = share * report.scrollHeight;
  requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - begun)));
})
"""


@dataclass(frozen=True, slots=True)
class PageFigures:
    """Milliseconds, medians of ROUNDS; `long_…` are of a report of LONG characters."""

    first_paint: float
    first_token: float
    long_highlight: float
    long_scroll: float


def measure_page(questions: Path, built: BuiltIndex) -> PageFigures | None:
    """Measure the page of a server on a built index; None where there is no Chromium."""
    path = find_browser()
    if path is None:
        return None
    lines = [json.loads(line) for line in questions.read_text("utf-8").split("\n") if line]
    asked = [one["question"] for one in lines if one["answerable"] and not one.get("history")]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        with start_server(built.env) as (_, port, _):
            url = f"http://127.0.0.1:{port}"
            paints = [_measure_paint(chromium, url) for _ in range(ROUNDS)]
            tokens = _measure_tokens(chromium, url, asked[: ROUNDS + 1])
        with _serve_long_report() as (url, length):
            highlights, scrolls = _measure_reading(chromium, url, length)
        chromium.close()
    return PageFigures(*map(statistics.median, (paints, tokens, highlights, scrolls)))


@contextmanager
def _open(chromium: Any, url: str) -> Iterator[Any]:
    """Give the page at `url` once the report stands in it, in a browser that has cached nothing."""
    context = chromium.new_context(locale="zh-CN", viewport=VIEWPORT)
    page = context.new_page()
    page.goto(url)
    page.wait_for_selector("#report[data-ready]", state="attached")
    page.wait_for_selector("#question textarea:enabled")
    yield page
    context.close()


def _measure_paint(chromium: Any, url: str) -> float:
    with _open(chromium, url) as page:
        paint: float = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
        return paint


def _measure_tokens(chromium: Any, url: str, questions: list[str]) -> list[float]:
    """Ask the questions one after the other, each in a conversation of its own; the first one warms up."""
    found = []
    for question in questions:
        with _open(chromium, url) as page:
            found.append(page.evaluate(_FIRST_TOKEN, question))
    return found[1:]


@contextmanager
def _serve_long_report() -> Iterator[tuple[str, int]]:
    """Serve a page whose report is the bundled one again and again; it is read and not asked."""
    bundled = load_corpus(CORPUS)[0]
    text = (bundled.text * (LONG // len(bundled.text) + 1))[:LONG]
    document = replace(bundled, text=text)
    assert isinstance(document, Document)
    service = ScriptedService(documents={document.id: IndexedDocument(document, parse_document(document))})
    with serve(lambda: mount_page(FastAPI(), service)) as url:  # type: ignore[arg-type]
        yield url, len(text)


def _measure_reading(chromium: Any, url: str, length: int) -> tuple[list[float], list[float]]:
    places = random.Random(0)
    with _open(chromium, url) as page:
        starts = [places.randrange(length - 20) for _ in range(ROUNDS)]
        highlights = [page.evaluate(_HIGHLIGHT, [start, start + 20]) for start in starts]
        scrolls = [page.evaluate(_SCROLL, places.random()) for _ in range(ROUNDS)]
    return highlights, scrolls
