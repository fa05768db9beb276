"""Our own HTML on the page, by way of Markdown: Gradio's HTML component would evaluate strings as scripts."""

from __future__ import annotations

from typing import Any

import gradio as gr


def make_raw(value: str = "", *, elem_id: str, visible: bool | str = True) -> Any:
    """Return a component that shows HTML as it is: escaped by whoever writes it, and without a blank line.

    Markdown leaves a block of HTML alone up to a blank line (a `<pre>` up to its end). The page's script
    takes Gradio's typography for Markdown off (assets/chat/repairs.js).
    """
    return gr.Markdown(value, elem_id=elem_id, visible=visible, sanitize_html=False, latex_delimiters=[])
