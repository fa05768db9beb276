"""Text made safe for the two places it is shown in: our own HTML, and the chat, which reads Markdown."""

from __future__ import annotations

import html
import re
from urllib.parse import quote

from markupsafe import Markup

from rag.types import Citation

_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")


def escape_html(text: str) -> str:
    """Return `text` as HTML that a browser turns back into the same characters, one for one.

    An HTML parser changes a carriage return into a line feed and drops NUL, which would shift every offset
    after them; the one is written as a reference, the other as its replacement character.
    """
    return html.escape(text).replace("\r", "&#13;").replace("\0", "\ufffd")


def escape_markdown(text: str) -> str:
    """Return `text` as Markdown that shows exactly these characters.

    Every ASCII punctuation mark becomes a numeric reference: Markdown neither sees syntax (emphasis, links,
    bare addresses, HTML) in references nor decodes them itself. Line breaks stay line breaks.
    """
    references = _PUNCTUATION.sub(lambda found: f"&#{ord(found[0])};", text)
    return re.sub(r"\r\n?|\n", "<br>", references)


def class_of_document(document: str) -> Markup:
    """Return the CSS class by which the page's script learns the document of a citation.

    The chat's sanitiser strips data attributes and keeps classes; percent-encoding keeps any id one word.
    """
    return Markup("doc-" + quote(document, safe=""))


def link_citation(citation: Citation) -> Markup:
    """Return the address of a marker, by which the page's script finds the cited words."""
    return Markup(f"#cite-{citation.n}-{citation.span.start}-{citation.span.end}")
