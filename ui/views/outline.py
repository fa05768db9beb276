"""A report's table of contents: nested links that the page's script follows."""

from __future__ import annotations

from collections.abc import Iterable

from index.types import Section, Structure
from ui.texts import Words
from ui.views.markup import escape_html


def render_outline(structure: Structure, words: Words) -> str:
    """Return parts, sections and run-in headings as nested lists, then the glossary; nothing without any.

    A link's address is `#at-OFFSET`, where its heading begins.
    """
    items = _render_items(structure.outline)
    if structure.glossary:
        items += f"<li>{_render_link(structure.glossary[0].entry.start, words.glossary)}</li>"
    return f"<ol>{items}</ol>" if items else ""


def _render_items(sections: Iterable[Section]) -> str:
    return "".join(
        f"<li>{_render_link(section.start, section.heading)}"
        + (f"<ol>{_render_items(section.children)}</ol>" if section.children else "")
        + "</li>"
        for section in sections
    )


def _render_link(start: int, name: str) -> str:
    return f'<a href="#at-{start}">{escape_html(name)}</a>'
