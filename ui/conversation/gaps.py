"""What stands between two sentences of an answer: markers, then perhaps a lead, a bullet, or a break."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.types import Answer, AnswerGroup

_GAP = re.compile(r"(?P<markers>(?:\[\d+\])*)(?P<rest>.*)", re.DOTALL)
_BULLET = re.compile(r"(?:\A|\n)- \Z")


@dataclass(frozen=True, slots=True)
class Gap:
    """`markers` belong to the sentence before; `lead` (without its colon) or a `bullet` to the one behind.

    `text` is what else stands there.
    """

    markers: str
    text: str
    lead: str = ""
    group: AnswerGroup | None = None
    bullet: bool = False


def read_gap(answer: Answer, start: int, end: int, place: int) -> Gap:
    """Read the characters `start` to `end` of an answer, which stand before its sentence number `place`."""
    parts = _GAP.fullmatch(answer.answer[start:end])
    markers, rest = (parts["markers"], parts["rest"]) if parts else ("", "")
    group = next((one for one in answer.groups if one.sentences and one.sentences[0] == place), None)
    bullet = _BULLET.search(rest)
    rest = rest[: bullet.start()] if bullet else rest
    if group is not None:
        return Gap(markers, "", rest.strip().removesuffix(":"), group, bullet is not None)
    return Gap(markers, "" if bullet else rest, bullet=bullet is not None)
