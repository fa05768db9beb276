"""The frame of the report pane: its tools, and the empty places that the page's script fills."""

from __future__ import annotations

import json
from collections.abc import Mapping

from index.types import IndexedDocument
from ui.texts import Words
from ui.views.templates import PAGE, render


def render_pane(documents: Mapping[str, IndexedDocument], words: Words) -> str:
    """Return the frame; the script fetches the first report, or the one a permalink names, into it."""
    return render(PAGE, "pane", documents=documents, names=json.dumps(list(documents)), words=words)
