"""What reading a long report in the page takes: marking a citation, scrolling, finding words.

A report of 100,000 characters is made of the bundled one, again and again, and shown in a real Chromium with
its outline open and a search painted. Times are in milliseconds, from the deed until the frame after it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from fastapi import FastAPI

from index.corpus import load_corpus
from index.structure.parser import parse_document
from index.types import IndexedDocument
from tests.bench.server import Latency
from tests.ui.conftest import CHROMIUM_FLAGS, ScriptedService, serve
from tests.ui.setup_browser import find_browser
from ui.mount import mount_page

CHARACTERS = 100_000
WINDOW = {"width": 1700, "height": 900}
SOUGHT = "发展"  # the commonest word of such reports: hundreds of hits are painted
ROUNDS = 40

# Each deed is timed until a task after the frame that shows it; the frame comes before the task.
_HELPERS = """
    const shown = () => new Promise(done => requestAnimationFrame(() => setTimeout(done)));
    const time = async deed => {
        await shown();
        const start = performance.now();
        deed();
        await shown();
        return performance.now() - start;
    };
    const pane = document.getElementById("report");
"""
_MARK = """async ranges => {
    HELPERS
    const link = document.body.appendChild(document.createElement("a"));
    const times = [];
    for (const [start, end] of ranges) {
        link.href = `#cite-1-${start}-${end}`;
        times.push(await time(() => link.click()));
        const mark = document.querySelector("#report mark").getBoundingClientRect();
        const frame = pane.getBoundingClientRect();
        if (mark.top < frame.top || mark.bottom > frame.bottom) throw new Error("The mark is out of view.");
    }
    return times;
}"""
_SCROLL = """async rounds => {
    HELPERS
    const times = [];
    for (let i = 0; i < rounds; i += 1) {
        const top = (pane.scrollHeight * ((i * 7) % rounds)) / rounds;
        times.push(await time(() => { pane.scrollTop = top; }));
    }
    return times;
}"""
_FIND = """async ([words, rounds]) => {
    HELPERS
    const input = document.querySelector("#find input");
    const times = [];
    for (let i = 0; i < rounds; i += 1) {
        input.value = words.slice(0, 1 + (i % words.length));
        times.push(await time(() => input.dispatchEvent(new Event("input", { bubbles: true }))));
    }
    return times;
}"""


@dataclass(frozen=True, slots=True)
class ReadingFigures:
    """How long each deed takes in the pane of a report of so many characters."""

    characters: int
    mark: Latency
    scroll: Latency
    find: Latency


def measure_reading() -> ReadingFigures:
    """Show the long report in a Chromium and time what a reader does in it."""
    from playwright.sync_api import sync_playwright

    report = make_long_report()
    service = ScriptedService(documents={report.document.id: report})
    spans = [passage.span for passage in report.structure.passages]
    quoted = [(span.start, span.end) for span in spans[:: len(spans) // ROUNDS]]
    with (
        serve(lambda: mount_page(FastAPI(), service)) as url,  # type: ignore[arg-type]
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=find_browser(), args=CHROMIUM_FLAGS)
        page = browser.new_page(viewport=WINDOW)
        page.goto(url)
        page.locator("#report[data-ready]").wait_for()
        assert page.locator("#outline").is_visible()
        find = page.evaluate(_FIND.replace("HELPERS", _HELPERS), [SOUGHT, ROUNDS])
        page.locator("#find input").fill(SOUGHT)
        mark = page.evaluate(_MARK.replace("HELPERS", _HELPERS), quoted)
        scroll = page.evaluate(_SCROLL.replace("HELPERS", _HELPERS), ROUNDS)
        browser.close()
    return ReadingFigures(len(report.document.text), Latency.of(mark), Latency.of(scroll), Latency.of(find))


def make_long_report(characters: int = CHARACTERS) -> IndexedDocument:
    """Return the first bundled report, repeated until it has `characters` characters, and its structure."""
    document = load_corpus(Path(__file__).parents[2] / "corpus")[0]
    repeats = -(-characters // len(document.text))
    long = replace(document, text=(document.text * repeats)[:characters])
    return IndexedDocument(long, parse_document(long))


def main() -> None:
    """Measure and print."""
    figures = measure_reading()
    print(f"a report of {figures.characters:,} characters, p50 / p95 in milliseconds")
    for name in ("mark", "scroll", "find"):
        latency = getattr(figures, name)
        print(f"{name:8}{latency.p50:8.1f} /{latency.p95:7.1f}")


if __name__ == "__main__":
    main()
