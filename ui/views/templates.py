"""The templates of everything shown, by Jinja2: what they put out is escaped unless a template made it.

There are two languages to be safe in. PAGE writes our own HTML. CHAT writes HTML into the chat, which reads
it as Markdown first: there every punctuation mark of a text becomes a reference. Lines of a template are
joined when it is loaded, because Markdown takes HTML as one block up to a blank line.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension
from markupsafe import Markup

from ui.texts.labels import name_period, name_section
from ui.views.markup import class_of_document, escape_html, escape_markdown, link_citation

_FOLDER = Path(__file__).parent / "templates"
# A line break between two tags is the author's; inside text it reads as a space.
_TAG_ENDS, _TAG_BEGINS = (">", "}"), ("<", "{")


class _JoinLines(Extension):
    """Joins the lines of a template; the values put into it keep theirs."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        joined = ""
        for line in filter(None, map(str.strip, source.splitlines())):
            apart = joined.endswith(_TAG_ENDS) and line.startswith(_TAG_BEGINS)
            joined += line if apart or not joined else f" {line}"
        return joined


def _make(escape: Callable[[str], str]) -> Environment:
    def finalize(value: object) -> Markup:
        return value if isinstance(value, Markup) else Markup(escape(str(value)))

    made = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=finalize,
        extensions=[_JoinLines],
    )
    made.globals |= {
        "address": link_citation,
        "document_class": class_of_document,
        "section": name_section,
        "period": name_period,
    }
    return made


PAGE = _make(escape_html)
CHAT = _make(escape_markdown)


def render(environment: Environment, template: str, /, **values: object) -> str:
    """Return a template filled in; `Markup` among the values is put in as it is."""
    return str(environment.get_template(f"{template}.html").render(values))


def macros(environment: Environment, name: str) -> Any:
    """Return the macros of the template `name`, each of which gives `Markup`."""
    return environment.get_template(f"{name}.html").module
