"""The whole server as one application: page and REST on one port; uvicorn calls `create_app` by its name."""

from __future__ import annotations

import gc
import logging
import os
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool

from index.errors import IndexFloorError
from rag.api import create_api
from rag.question.english import prepare
from rag.service import ReportService
from rag.settings import Settings
from ui.server.mount import mount_page

_LOG = logging.getLogger(__name__)


def create_app(service: ReportService | None = None) -> FastAPI:
    """Return the server, with a service made from the environment's settings unless one is given.

    The index is loaded in the background once the server starts: the page can be reached at once and shows
    how far loading has come.
    """
    service = service or ReportService(Settings.load(os.environ, {}))
    app = create_api(service)
    _load_at_start(app, service)
    return mount_page(app, service)


def _load_at_start(app: FastAPI, service: ReportService) -> None:
    outer: Callable[[FastAPI], AbstractAsyncContextManager[Any]] = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(running: FastAPI) -> AsyncIterator[Any]:
        threading.Thread(target=_load, args=(service,), name="load-index", daemon=True).start()
        try:
            async with outer(running) as state:
                yield state
        finally:
            await run_in_threadpool(service.worker.stop)

    app.router.lifespan_context = lifespan


def _load(service: ReportService) -> None:
    try:
        prepare()  # before anybody asks: the first question in English would hold up everything else
        service.load()
        service.worker.start()
        # What was loaded stays. To look through all of it for what does not takes a quarter of a second, in
        # which no other thread runs.
        gc.collect()
        gc.freeze()
    except (IndexFloorError, OSError):
        # `readiness` has the sentence: the page and /health/ready show it, and `serve` ends with it.
        _LOG.debug("The index could not be loaded.", exc_info=True)
    except Exception:
        # Not foreseen: whoever runs the server wants the whole of it.
        _LOG.exception("The index could not be loaded.")
