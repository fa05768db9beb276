"""The page as a Gradio application around a ReportService: its components, and what happens when."""

from __future__ import annotations

from pathlib import Path

import gradio as gr

from rag.service import ReportService
from ui.conversation import Conversation
from ui.host import Host
from ui.parts import Parts
from ui.words import CHINESE

ASSETS = Path(__file__).parent / "assets"
# Gradio lets one visitor at a time into an event by default; a second one waited 5.5 s, with 8 it was 0.2 s.
CONCURRENT_QUESTIONS = 8


def build_page(service: ReportService) -> gr.Blocks:
    """Return the page. It is built in Chinese; `Host.open` puts it into the language of each browser."""
    with gr.Blocks(analytics_enabled=False, title=CHINESE.page_title, fill_width=True) as page:
        conversation = gr.State(Conversation())
        parts = Parts(service.settings)
        host = Host(service, parts)
        changing = {"outputs": parts.all, "api_visibility": "private", "show_progress": "hidden"}
        # By default a question that is sent while another is being answered would be dropped.
        asking = {"trigger_mode": "multiple", "concurrency_limit": CONCURRENT_QUESTIONS, **changing}

        page.load(host.open, conversation, concurrency_limit=None, **changing)
        page.unload(host.leave)
        parts.question.submit(host.ask, [parts.question, conversation], **asking)
        parts.chat.example_select(host.ask_chosen, conversation, **asking)
        parts.chat.option_select(host.ask_chosen, conversation, **asking)
        parts.sent.change(host.press, [parts.sent, conversation], **asking)

        at_once = {"queue": False, **changing}
        parts.clear.click(host.clear, conversation, **at_once)
        parts.stop.click(host.stop, conversation, **at_once)
        parts.cancel.click(host.cancel_edit, conversation, **at_once)
        parts.export.click(host.export, conversation, **at_once)
        parts.save.click(host.remark, [parts.comment, conversation], **at_once)
        parts.comment.submit(host.remark, [parts.comment, conversation], **at_once)
        parts.close.click(host.close_remark, conversation, **at_once)
        for setting in parts.drawer.inputs:
            setting.input(host.choose, [*parts.drawer.inputs, conversation], **at_once)
    return page
