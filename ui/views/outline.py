"""A report's table of contents: nested links that the page's script follows."""

from __future__ import annotations

from index.types import Structure
from ui.texts import Words
from ui.views.templates import PAGE, render


def render_outline(structure: Structure, words: Words) -> str:
    """Return parts, sections and run-in headings as nested lists, then the glossary; nothing without any.

    A link's address is `#at-OFFSET`, where its heading begins.
    """
    return render(PAGE, "outline", structure=structure, words=words)
