"""The protocol over standard input and output, as `report-rag mcp` speaks it."""

from __future__ import annotations

import logging
import threading
from typing import Any

import anyio
import anyio.to_thread
from mcp.server.lowlevel.server import Server
from mcp.server.stdio import stdio_server

from index.errors import IndexFloorError
from rag.api.mcp.server import create_server
from rag.errors import RagError
from rag.service import ReportService

_LOG = logging.getLogger(__name__)


def serve_stdio(service: ReportService) -> None:
    """Serve until standard input ends; the index is loaded meanwhile, for hosts want a first reply soon.

    Nothing but messages goes to standard output.
    """
    logging.basicConfig(format="%(levelname)s: %(message)s")  # to standard error
    loaded = threading.Event()
    threading.Thread(target=_load, args=(service, loaded), name="load-index", daemon=True).start()

    async def wait() -> None:
        if not loaded.is_set():
            await anyio.to_thread.run_sync(loaded.wait, abandon_on_cancel=True)

    anyio.run(_serve, create_server(service, wait))


async def _serve(server: Server[Any]) -> None:
    async with stdio_server() as (received, sent):
        await server.run(received, sent, server.create_initialization_options())


def _load(service: ReportService, loaded: threading.Event) -> None:
    try:
        service.load()
    except (IndexFloorError, RagError, OSError) as error:
        _LOG.error("The index could not be loaded: %s", error)
    except Exception:
        _LOG.exception("The index could not be loaded.")
    finally:
        loaded.set()  # what is called now says what is wrong
