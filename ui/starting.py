"""What a reader sees before the first question: what the reports are, and questions to begin with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from index.types import IndexedDocument, Section
from rag.service import Readiness
from ui.markup import escape_html, escape_markdown
from ui.words import Words

EXAMPLES = 4
# A heading much longer than this is a sentence, and makes a clumsy question.
_LONGEST_HEADING = 30
_NUMBERING = re.compile(r"[(（]?[一二三四五六七八九十百\d]+[)）、.．]\s*")
_INNER_QUOTES = str.maketrans("“”", "‘’")


def render_head(words: Words) -> str:
    """Return the name of the page."""
    return f"<h1>{words.page_title}</h1><p>{words.tagline}</p>"


def render_placeholder(documents: Sequence[IndexedDocument], words: Words) -> str:
    """Return the empty conversation: title, place, date and source of each report."""
    cards = "".join(
        f'<div class="card"><strong>{escape_markdown(indexed.document.meta.title)}</strong><br>'
        f"{escape_markdown(indexed.document.meta.place)} · {indexed.document.meta.date.isoformat()}<br>"
        f"{words.source}：{escape_markdown(indexed.document.meta.source)}</div>"
        for indexed in documents
    )
    return f'<div class="start">{cards or words.no_documents}<p>{words.intro if cards else ""}</p></div>'


def render_progress(readiness: Readiness, words: Words) -> str:
    """Return how far loading has come, or why it failed."""
    if readiness.error is not None:
        error = escape_html(readiness.error)
        return f'<div class="progress" role="alert"><p>{words.failed}</p><p>{error}</p></div>'
    count = f" {readiness.done} / {readiness.total}" if readiness.total else ""
    bar = f' value="{readiness.done}" max="{readiness.total}"' if readiness.total else ""
    stage = escape_html(f"{words.of_stage(readiness.stage)}{count}")
    return (
        f'<div class="progress" role="status"><p>{words.loading}</p>'
        f'<progress{bar} aria-label="{words.report}"></progress><p>{stage}</p></div>'
    )


def render_pane(documents: Mapping[str, IndexedDocument], words: Words) -> str:
    """Return the frame of the report pane, which the page's script fills with the chosen report."""
    options = "".join(
        f'<option value="{escape_html(name)}">{escape_html(indexed.document.meta.title)}</option>'
        for name, indexed in documents.items()
    )
    choice = (
        f'<select id="choice" aria-label="{words.choose}">{options}</select>' if len(documents) > 1 else ""
    )
    first = next(iter(documents), "")
    return (
        f'{choice}<article id="report" tabindex="0" lang="{words.tag}" aria-label="{words.report}"'
        f' data-document="{escape_html(first)}"></article>'
    )


def suggest_questions(documents: Sequence[IndexedDocument], words: Words) -> list[str]:
    """Return up to EXAMPLES questions from the reports' own outlines and glossaries, one of each kind."""
    kinds = [
        iterator
        for indexed in documents
        for iterator in (
            _ask_of_parts(indexed, words),
            _ask_of_sections(indexed, words),
            _ask_of_terms(indexed, words),
            _ask_of_title(indexed, words),
        )
    ]
    return list(islice((question for kind in kinds for question in islice(kind, 1)), EXAMPLES))


def _ask_of_parts(indexed: IndexedDocument, words: Words) -> Iterator[str]:
    """Ask for the list of a part's sections; the longest list first, because it is worth a question most."""
    parts = (
        part for part in indexed.structure.outline if part.children and len(part.heading) <= _LONGEST_HEADING
    )
    for part in sorted(parts, key=lambda part: -len(part.children)):
        yield words.ask_outline.format(heading=_plain(part))


def _ask_of_sections(indexed: IndexedDocument, words: Words) -> Iterator[str]:
    for part in indexed.structure.outline:
        for section in part.children:
            if len(section.heading) <= _LONGEST_HEADING:
                yield words.ask_section.format(heading=_plain(section))


def _ask_of_terms(indexed: IndexedDocument, words: Words) -> Iterator[str]:
    for entry in indexed.structure.glossary:
        yield words.ask_term.format(term=entry.term)


def _ask_of_title(indexed: IndexedDocument, words: Words) -> Iterator[str]:
    if indexed.document.meta.speaker:
        yield words.ask_occasion


def _plain(section: Section) -> str:
    """Return a heading as it stands inside quotation marks: without its number, its own marks single."""
    return _NUMBERING.sub("", section.heading, count=1).translate(_INNER_QUOTES)
