"""The page mounted on a server: its routes, its place at `/`, and what a browser may load for it."""

from __future__ import annotations

import gradio as gr
from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import HTMLResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.middleware import Middleware

from index.types import IndexedDocument, Span
from rag.errors import InputError
from rag.service import ReportService
from ui.conversation.feedback import FILE_NAME, FeedbackError, FeedbackStore
from ui.page.application import ASSETS, build_page
from ui.page.settings_drawer import FEEDBACK_ADDRESS, offers_feedback
from ui.server.policy import PagePolicy, PromptEvents
from ui.texts import words_for
from ui.views.citation import render_card
from ui.views.indicators import render_figures
from ui.views.report import render_report

_STYLES = ("shared/page", "chat/chat", "pane/pane", "shared/card", "pane/figures")
_SCRIPTS = ("pane/reading", "chat/conversation")
_HEAD = "\n".join(
    [
        '<link rel="icon" href="page/assets/shared/icon.svg" type="image/svg+xml">',
        *(f'<link rel="stylesheet" href="page/assets/{name}.css">' for name in _STYLES),
        '<script src="page/assets/shared/language.js"></script>',  # before Gradio's own
        *(f'<script type="module" src="page/assets/{name}.js"></script>' for name in _SCRIPTS),
    ]
)


def mount_page(app: FastAPI, service: ReportService) -> FastAPI:
    """Add the page at `/` to a server that has its other routes already, for `/` takes whatever is left."""
    app.mount("/page/assets", StaticFiles(directory=ASSETS), name="page-assets")

    @app.get("/page/report/{document}", include_in_schema=False)
    def read_report(document: str, request: Request) -> HTMLResponse:
        return HTMLResponse(render_report(_find(document, service), words_for(request)))

    @app.get("/page/figures/{document}", include_in_schema=False)
    def read_figures(document: str, request: Request) -> HTMLResponse:
        return HTMLResponse(render_figures(_find(document, service), words_for(request)))

    @app.get("/page/citation/{document}", include_in_schema=False)
    def read_citation(document: str, start: int, end: int, request: Request) -> HTMLResponse:
        indexed = _find(document, service)
        if not 0 <= start < end <= (length := len(indexed.document.text)):
            raise InputError(f"{start}–{end} is no range of {document!r}; use 0 <= start < end <= {length}.")
        return HTMLResponse(render_card(indexed, Span(start, end), words_for(request)))

    @app.get(f"/{FEEDBACK_ADDRESS}", include_in_schema=False)
    def read_feedback() -> Response:
        if not offers_feedback(service.settings):
            raise HTTPException(404, f"Feedback is not handed out over the network: copy {FILE_NAME}.")
        headers = {"Content-Disposition": 'attachment; filename="feedback.jsonl"'}
        try:
            feedback = FeedbackStore(service.settings.data).export()
        except FeedbackError as error:
            raise HTTPException(500, str(error)) from error
        return Response(feedback, media_type="application/x-ndjson", headers=headers)

    base = f"{service.settings.root_path or '.'}/"
    # Behind the others, which say where the page is.
    app.user_middleware += [Middleware(PromptEvents), Middleware(PagePolicy, base=base, head=_HEAD)]
    gr.mount_gradio_app(
        app,
        build_page(service),
        path="/",
        root_path="",  # the request has it; Gradio would look into the environment
        theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["monospace"]),
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        show_error=False,
    )
    return app


def _find(document: str, service: ReportService) -> IndexedDocument:
    indexed = service.documents.get(document)
    if indexed is None:
        raise HTTPException(404, f"There is no report {document!r}; GET /api/documents lists them.")
    return indexed
