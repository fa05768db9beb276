"""What page and browser tell each other beside Gradio's own events.

The browser writes a `Press` as JSON into a hidden text box; the page puts a parcel into a hidden element.
The other end is assets/chat/conversation.js.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from enum import StrEnum

from pydantic import TypeAdapter, ValidationError

from ui.views.templates import PAGE, render


class Action(StrEnum):
    """What a visitor's browser can ask for: a button under a reply, or what it has kept."""

    ASK = "ask"
    MORE = "more"
    RETRY = "retry"
    EDIT = "edit"
    COPY = "copy"
    UP = "up"
    DOWN = "down"
    RESTORE = "restore"


@dataclass(frozen=True, slots=True)
class Press:
    """A pressed button of the exchange with this id; `text` is a question, or the kept conversation."""

    action: Action
    exchange: str = ""
    text: str = ""


class Parcel(StrEnum):
    """What the browser is to do: send what it has kept, keep a text, hand it out as a file, or copy it."""

    READY = "ready"
    KEEP = "keep"
    FILE = "file"
    COPY = "copy"


_PRESS = TypeAdapter(Press)


def read_press(sent: str) -> Press | None:
    """Return what the browser sent, or None where it makes no sense."""
    try:
        return _PRESS.validate_json(sent)
    except ValidationError:
        return None


def pack(parcel: Parcel, text: str = "", name: str = "") -> str:
    """Return the element that hands `text` to the browser, under the name of a file.

    Where the text is to be copied, `name` is what to say when it is.
    """
    return render(PAGE, "parcel", parcel=parcel, text=text, name=name, serial=uuid.uuid4().hex)
