"""The whole server, page included: without a key nothing of it is open but what has to be."""

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2

from rag.service import ReportService
from rag.settings import Settings
from ui.app import create_app

OPEN = {"/health/live", "/health/ready", "/login", "/logout"}
PAGE = {
    "/page/assets/page.css",
    "/page/report/a",
    "/page/figures/a",
    "/page/citation/a",
    "/page/feedback.jsonl",
}
GRADIO = {"/", "/config", "/gradio_api/info", "/gradio_api/queue/join", "/gradio_api/file=a", "/theme.css"}
BESIDE = {*PAGE, *GRADIO, "/mcp", "/docs", "/openapi.json", "/nothing"}
"""What the description of REST does not tell of."""
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def test_no_route_is_open_but_health_and_login(tmp_path: Path) -> None:
    async def find_open() -> set[str]:
        app = create_app(ReportService(Settings(data=tmp_path, host="0.0.0.0")))  # never started
        routes = {re.sub(r"{.*?}", "a", path) for path in app.openapi()["paths"]}
        assert len(routes) > len(OPEN)
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://reports.example") as client:
            return {
                path
                for path in {*routes, *OPEN, *BESIDE}
                for method in METHODS
                if (await client.request(method, path)).status_code != 401
            }

    with ThreadPoolExecutor(1) as thread:  # where no driver of a browser runs a loop already
        assert thread.submit(asyncio.run, find_open()).result() == OPEN
