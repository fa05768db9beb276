"""The components of the page, laid out: conversation left, report right."""

from __future__ import annotations

from typing import Any

import gradio as gr

from rag.limits import MAX_QUESTION
from rag.settings import Settings
from ui.page.raw_html import make_raw
from ui.page.settings_drawer import SettingsDrawer
from ui.texts import CHINESE, Words
from ui.views.start_screen import render_head

MAX_COMMENT = 2_000
"""Characters of a comment on an answer."""

Updates = dict[Any, Any]
"""What is to change on the page, by component."""


class Components:
    """The components, to be made inside `gr.Blocks`; in Chinese until `label` puts them into a language."""

    def __init__(self, settings: Settings) -> None:
        with gr.Row(elem_id="room"):
            with gr.Column(elem_id="conversation", scale=2, min_width=320):
                self.head = make_raw(render_head(CHINESE), elem_id="head")
                self.drawer = SettingsDrawer(settings)
                self.chat = gr.Chatbot(
                    elem_id="chat",
                    show_label=False,
                    container=False,
                    height="100%",
                    latex_delimiters=[],
                    autoscroll=False,  # assets/chat/following.js keeps a new question and its answer in view
                    buttons=[],
                    feedback_options=None,
                    sanitize_html=True,
                )
                with gr.Row(elem_id="remark", visible=False) as self.remark:
                    self.comment = gr.Textbox(max_lines=3, max_length=MAX_COMMENT, scale=4)
                    self.save = gr.Button(CHINESE.save, size="sm", min_width=80)
                    self.close = gr.Button(CHINESE.close, size="sm", min_width=80)
                # The style sheet shows each where the chat gives a reason: a component that comes and goes
                # within moments may stay.
                with gr.Row(elem_id="manners"):
                    self.stop = gr.Button(CHINESE.stop, size="sm", elem_id="stop")
                    self.cancel = gr.Button(CHINESE.cancel_edit, size="sm", elem_id="cancel")
                    self.export = gr.Button(CHINESE.export_conversation, size="sm", elem_id="export")
                    self.clear = gr.Button(CHINESE.clear, size="sm", elem_id="clear")
                    self.undo = gr.Button(CHINESE.undo_clear, size="sm", elem_id="undo", visible=False)
                self.question = gr.Textbox(
                    label=CHINESE.question,
                    placeholder=CHINESE.question_hint,
                    elem_id="question",
                    max_lines=4,
                    max_length=MAX_QUESTION,
                    interactive=False,
                    submit_btn=True,
                )
                # See ui/page/bridge.py.
                self.sent = gr.Textbox(elem_id="sent", visible="hidden", show_label=False)
                self.received = make_raw(elem_id="received", visible="hidden")
                # A file has a place of its own, where no later update of the conversation can overtake it.
                self.handed = make_raw(elem_id="handed", visible="hidden")
            with gr.Column(elem_id="source", scale=3, min_width=320):
                self.pane = make_raw(elem_id="pane")

    @property
    def all(self) -> list[Any]:
        """Every component that may change."""
        made = [part for part in vars(self).values() if part is not self.drawer]
        return [*made, *self.drawer.components]

    def label(self, words: Words) -> Updates:
        """Return the updates that put the components into a language."""
        return {
            self.head: render_head(words),
            self.comment: gr.update(label=words.remark, placeholder=words.remark_hint),
            self.save: words.save,
            self.close: words.close,
            self.stop: words.stop,
            self.cancel: words.cancel_edit,
            self.export: words.export_conversation,
            self.clear: words.clear,
            self.undo: gr.update(value=words.undo_clear),
            self.question: gr.update(label=words.question, placeholder=words.question_hint),
        }
