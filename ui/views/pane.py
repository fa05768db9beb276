"""The frame of the report pane: its tools, and the empty places that the page's script fills."""

from __future__ import annotations

import json
from collections.abc import Mapping

from index.types import IndexedDocument
from ui.texts import Words
from ui.views.markup import escape_html


def render_pane(documents: Mapping[str, IndexedDocument], words: Words) -> str:
    """Return the frame; the script fetches the first report, or the one a permalink names, into it."""
    return (
        f'<div id="tools">{render_switch(words, "report")}'
        f'<button type="button" id="contents" aria-controls="outline" aria-expanded="false">{words.contents}'
        f'</button><button type="button" id="figures-toggle" aria-controls="figures" aria-pressed="false">'
        f"{words.figures}</button>{_render_choice(documents, words)}{_render_search(words)}</div>"
        f'<p id="note" role="status" data-bad-link="{words.bad_link}"></p>'
        f'<div id="desk"><nav id="outline" lang="zh" aria-label="{words.contents}" hidden></nav>'
        f'<article id="report" tabindex="0" lang="{words.tag}" aria-label="{words.report}"'
        f' data-documents="{escape_html(json.dumps(list(documents)))}"></article>'
        f'<section id="figures" tabindex="-1" aria-label="{words.figures}" hidden></section></div>'
        f'<section id="cited" aria-label="{words.citation}" hidden></section>'
    )


def render_switch(words: Words, shown: str) -> str:
    """Return the switch between the panes of a narrow screen; `shown` is "conversation" or "report"."""
    buttons = "".join(
        f'<button type="button" data-pane="{pane}" aria-pressed="{"true" if pane == shown else "false"}">'
        f"{name}</button>"
        for pane, name in (("conversation", words.conversation), ("report", words.original))
    )
    return f'<div class="switch" role="group" aria-label="{words.panes}">{buttons}</div>'


def _render_choice(documents: Mapping[str, IndexedDocument], words: Words) -> str:
    if len(documents) <= 1:
        return ""
    options = "".join(
        f'<option value="{escape_html(name)}">{escape_html(indexed.document.meta.title)}</option>'
        for name, indexed in documents.items()
    )
    return f'<select id="choice" aria-label="{words.choose}">{options}</select>'


def _render_search(words: Words) -> str:
    return (
        '<div id="find" role="search">'
        f'<input type="search" aria-label="{words.find}" placeholder="{words.find}" autocomplete="off">'
        f'<output data-none="{words.nothing_found}"></output>'
        f'<button type="button" data-step="-1" aria-label="{words.find_previous}" disabled>↑</button>'
        f'<button type="button" data-step="1" aria-label="{words.find_next}" disabled>↓</button></div>'
    )
