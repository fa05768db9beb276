"""Whether a question asks if, how often or where a report mentions something, and which words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.language.periods import find_times, remove_times
from index.types import DocumentMeta
from rag.question.cues import load_cues
from rag.question.intent import Wanted, read_target, strip_interrogatives

_QUOTED = re.compile(r"“([^“”]+)”|\"([^\"]+)\"|《([^《》]+)》")
_JOINTS = re.compile(r"[、,，;；/]|以及|还有|或者?|(?<=[一-鿿]{2})[和与及跟](?=[一-鿿]{2})|\s+")
_PIECES = re.compile(r"[?？。;；,，]")
_ASKS = re.compile(r"什么|哪|怎|多少|如何|几|谁|没有?$|吗$")
_EDGES = '的了过是在和与及跟 。?？!！,，、:：“”"'
_SHORTEST = 2
"""Characters of a word that is looked for without quotes: a single one stands in every other word."""


@dataclass(frozen=True, slots=True)
class MentionWish:
    """The `words` that are looked for; `places` tells that it is asked where they stand."""

    words: tuple[str, ...]
    places: bool = False


def asks_mention(question: str) -> bool:
    """Tell whether a normalised question asks if, how often or where the report mentions something.

    One that wants a figure, a name or a reason besides wants that.
    """
    cues = load_cues("mention")
    if cues.find(question, "count", "place", "english"):
        return True
    return bool(cues.find(question, "whether")) and read_target(question).wanted is Wanted.ANYTHING


def read_mention(question: str, meta: DocumentMeta, asked: str = "") -> MentionWish | None:
    """Return what a normalised question looks for, or None where it asks for something else.

    `asked` is the question as put, where that was in another language; `question` names the words.
    """
    cues = load_cues("mention")
    if not asks_mention(asked or question):
        return None
    places = bool(cues.find(asked or question, "place"))
    question = _drop_further(question)
    quoted = ["".join(found) for found in _QUOTED.findall(question)]
    rest = _QUOTED.sub("、", question)
    rest = remove_times(rest, find_times(rest, meta.year))
    if cues.neutral:
        rest = cues.neutral.sub(" ", rest)
    if asked and asked != question:
        rest = strip_interrogatives(rest)
    if meta.place in rest:
        rest = rest.replace(meta.place, "")
    loose = [word.strip(_EDGES) for word in _JOINTS.split(rest)]
    words = [*quoted, *(word for word in loose if len(word) >= _SHORTEST)]
    return MentionWish(tuple(dict.fromkeys(words)), places) if words else None


def _drop_further(question: str) -> str:
    """Return `question` without what it asks besides (“…？拿过什么成绩”): that names no word looked for."""
    cues = load_cues("mention")
    pieces = [piece for piece in _PIECES.split(question) if piece.strip()]
    kept = [piece for piece in pieces if cues.find(piece) or not _ASKS.search(piece)]
    return "，".join(kept) or question
