"""`make bench`: the figures of this machine in one run, printed as a table."""

from __future__ import annotations

from pathlib import Path

from tests.bench.encoder import measure_encoder
from tests.bench.page import LONG, PageFigures, measure_page
from tests.bench.server import Latency, build_index, measure_server

QUESTIONS = Path(__file__).parents[1] / "questions/dev.jsonl"


def main() -> None:
    """Measure and print; the server first, while this process holds no model."""
    with build_index() as built:
        server = measure_server(QUESTIONS, built)
        page = measure_page(QUESTIONS, built)
    encoder = measure_encoder()
    bundled, torch = encoder.bundled, encoder.torch
    pace = bundled.queries_per_second / 1_000  # passes a millisecond
    rows = [
        ("queries, bundled encoder", f"{bundled.queries_per_second:.0f} /s"),
        ("queries, the same weights in torch fp32", f"{torch.queries_per_second:.0f} /s"),
        ("queries, times as fast", f"{bundled.queries_per_second / torch.queries_per_second:.1f}"),
        ("passages, bundled encoder", f"{bundled.passages_per_second:.0f} /s"),
        ("passages, the same weights in torch fp32", f"{torch.passages_per_second:.0f} /s"),
        ("passages, times as fast", f"{bundled.passages_per_second / torch.passages_per_second:.1f}"),
        ("retrieval over REST, p50 / p95", show_latency(server.retrieval)),
        ("full answer over REST, p50 / p95", show_latency(server.answer)),
        ("full answer over REST, in passes of the encoder", f"{server.answer.p50 * pace:.1f}"),
        ("index built, from a new process", f"{server.build_s:.1f} s"),
        ("server ready, from a new process", f"{server.ready_s:.1f} s"),
        ("server's peak memory", f"{server.peak_mib:.0f} MiB"),
        *show_page(page),
    ]
    width = max(len(name) for name, _ in rows)
    print("\n".join(f"{name:{width}}  {value:>16}" for name, value in rows))


def show_page(page: PageFigures | None) -> list[tuple[str, str]]:
    """Return the rows of the page."""
    if page is None:
        return [("page", "no Chromium")]
    return [
        ("page, first contentful paint", f"{page.first_paint:.0f} ms"),
        ("page, send to first token", f"{page.first_token:.0f} ms"),
        (f"page, highlight in {LONG:,} characters", f"{page.long_highlight:.0f} ms"),
        (f"page, scroll in {LONG:,} characters", f"{page.long_scroll:.0f} ms"),
    ]


def show_latency(latency: Latency) -> str:
    """Return both percentiles in milliseconds."""
    return f"{latency.p50:.1f} / {latency.p95:.1f} ms"


if __name__ == "__main__":
    main()
