"""What is embedded and what is compared lexically for a passage: decided here and nowhere else."""

from __future__ import annotations

from index.types import Document, Passage

_STEP = " "


def embedded_text(document: Document, passage: Passage) -> str:
    """Return what the encoder sees of `passage`: its section path and its own words.

    The path says what a sentence is about and of which years it speaks. The encoder puts its own prompt.
    """
    return "\n".join((*passage.section, passage.span.of(document.text)))


def lexical_text(document: Document, passage: Passage) -> str:
    """Return the text whose terms find `passage`."""
    return "\n".join((passage.period.label, *passage.section, passage.span.of(document.text)))
