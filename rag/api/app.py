"""The REST application: routes, what stands before them, and how errors are told."""

from __future__ import annotations

from functools import partial

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline

from rag.api import openai
from rag.api.description import PROBLEM, complete_description
from rag.api.mcp.http import add_mcp
from rag.api.middleware import ErrorDocuments, RequestCounter, RootPath
from rag.api.problems import add_handlers
from rag.api.routes import router
from rag.api.security import add_headers, guard, trust_proxies
from rag.metrics import Metrics
from rag.observation.audit import AuditLog
from rag.observation.request_log import RequestLog
from rag.service import ReportService
from rag.version import read_version

DESCRIPTION = (
    "Ask an official report and get a short answer in which every statement points at the exact characters "
    "it rests on, or an honest “the report does not say”. Offsets are code points of a document's canonical "
    "text. Errors are RFC 9457 problem documents."
)


def create_api(service: ReportService) -> FastAPI:
    """Return the REST application on `service`, which the caller loads; a page may be mounted beside it.

    The pages at /docs load nothing from other hosts.
    """
    app: FastAPI = FastAPIOffline(
        redoc_url=None,
        title="Report Q&A",
        description=DESCRIPTION,
        version=read_version(),
        strict_content_type=False,  # a body without Content-Type is read as JSON
        responses={"default": PROBLEM},
        swagger_ui_parameters={"validatorUrl": None},  # otherwise the schema is sent to a public validator
        telemetry={"auto_configure": False, "tracing": False, "metrics": False, "logs": False},
    )
    app.state.service = service
    app.state.metrics = Metrics()
    app.state.metrics.watch_index(lambda: service.generation, lambda: service.count)
    app.include_router(router)
    add_mcp(app, service)
    # The way FastAPI documents for extending the description.
    app.openapi = partial(  # type: ignore[method-assign]
        complete_description, app.openapi, models=openai.MODELS, errors={openai.PREFIX: openai.ERROR}
    )
    add_handlers(app)
    app.add_middleware(ErrorDocuments)
    guard(app, service.settings)
    app.add_middleware(openai.OpenAIErrors)  # around whatever refuses a request
    add_headers(app, service.settings)
    app.add_middleware(RequestCounter, metrics=app.state.metrics)
    app.add_middleware(RequestLog, audit=AuditLog(service.settings.data))
    trust_proxies(app, service.settings)
    if service.settings.root_path:
        app.add_middleware(RootPath, prefix=service.settings.root_path)  # the last one added stands first
    return app
