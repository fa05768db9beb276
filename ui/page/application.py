"""The page as a Gradio application around a ReportService: its components, and what happens when."""

from __future__ import annotations

from pathlib import Path

import gradio as gr

from rag.service import ReportService
from ui.conversation.model import Conversation
from ui.page.components import Components
from ui.page.controller import Controller
from ui.texts import CHINESE

ASSETS = Path(__file__).parents[1] / "assets"
# Gradio lets one visitor at a time into an event by default; a second one waited 5.5 s, with 8 it was 0.2 s.
CONCURRENT_QUESTIONS = 8


def build_page(service: ReportService) -> gr.Blocks:
    """Return the page. It is built in Chinese; `Controller.open` puts it into each browser's language."""
    with gr.Blocks(analytics_enabled=False, title=CHINESE.page_title, fill_width=True) as page:
        conversation = gr.State(Conversation())
        components = Components(service.settings)
        controller = Controller(service, components)
        changing = {"outputs": components.all, "api_visibility": "private", "show_progress": "hidden"}
        # By default a question that is sent while another is being answered would be dropped.
        asking = {"trigger_mode": "multiple", "concurrency_limit": CONCURRENT_QUESTIONS, **changing}

        page.load(controller.open, conversation, concurrency_limit=None, **changing)
        page.unload(controller.leave)
        components.question.submit(controller.ask, [components.question, conversation], **asking)
        components.chat.example_select(controller.ask_chosen, conversation, **asking)
        components.chat.option_select(controller.ask_chosen, conversation, **asking)
        components.sent.change(controller.press, [components.sent, conversation], **asking)

        at_once = {"queue": False, **changing}
        components.clear.click(controller.clear, conversation, **at_once)
        components.undo.click(controller.undo, conversation, **at_once)
        components.stop.click(controller.stop, conversation, **at_once)
        components.cancel.click(controller.cancel_edit, conversation, **at_once)
        components.export.click(controller.export, conversation, **at_once)
        components.save.click(controller.remark, [components.comment, conversation], **at_once)
        components.comment.submit(controller.remark, [components.comment, conversation], **at_once)
        components.close.click(controller.close_remark, conversation, **at_once)
        for setting in components.drawer.inputs:
            setting.input(controller.choose, [*components.drawer.inputs, conversation], **at_once)
    return page
