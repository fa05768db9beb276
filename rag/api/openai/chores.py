"""What a chat interface asks on its own (a title, tags, follow-ups), answered without any report."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from index.language.lexicon import WordRule, load_entries

CHORES_FILE = Path(__file__).with_name("chores.toml")
LONGEST_TITLE = 24
"""Characters: what a list of conversations shows of one."""
UNNAMED = "Report Q&A"
EMOJI = "💬"

_SHAPE = re.compile(r'\{\s*"(?P<key>\w+)"\s*:\s*(?P<opening>\[?)')
_FIRST_TURN = re.compile(r"<chat_history>\s*USER:\s*(?P<question>.+)")
_LAST_OF_HISTORY = "</chat_history>"
_TAGS = ["General"]  # what the interface that asks for tags wants of a short conversation


@cache
def chore_rules() -> tuple[tuple[str, WordRule], ...]:
    """Return the entries of chores.toml, each with the kind of its reply."""
    entries = load_entries(CHORES_FILE, ("reply", "words"))
    return tuple((entry["reply"], WordRule.from_entry(entry)) for entry in entries)


def reply_to_chore(text: str, earlier: Sequence[str] = ()) -> str | None:
    """Return a short reply to what only a program asks, None for a question; `earlier` are those before."""
    kind = next((kind for kind, rule in chore_rules() if rule.applies(text)), None)
    if kind is None:
        return None
    if kind == "emoji":
        return EMOJI
    title = _name(text, earlier)
    shape = _SHAPE.search(text) if kind == "json" else None
    if shape is None:
        return title
    by_key = {"title": title, "tags": _TAGS}
    value = by_key.get(shape["key"], [] if shape["opening"] else "")
    return json.dumps({shape["key"]: value}, ensure_ascii=False)


def _name(text: str, earlier: Sequence[str]) -> str:
    """Return the first question of the conversation, shortened."""
    first = _FIRST_TURN.search(text)
    said = first["question"].partition(_LAST_OF_HISTORY)[0] if first else next(iter(earlier), "")
    question = " ".join(said.split())
    shortened = question if len(question) <= LONGEST_TITLE else f"{question[: LONGEST_TITLE - 1]}…"
    return shortened or UNNAMED
