"""The server's log: lines for people or JSON for machines, each with the id of the request it belongs to."""

from __future__ import annotations

import logging
import sys
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor

from rag.settings import LogFormat, Settings

FLOORS = ("index", "rag", "ui")

_SHARED: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,  # never with local variables: questions stand in them
)


class Private:
    """Words that somebody asked, for a log: they are shown only where the settings ask for it."""

    shown = False

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return repr(self._text) if Private.shown else f"<{len(self._text)} characters>"

    __str__ = __repr__


def set_up_logging(settings: Settings, stream: TextIO | None = None) -> None:
    """Write what the floors and their libraries tell to `stream` (stderr) in the format of the settings."""
    Private.shown = settings.log_questions
    handler = _Handler(stream)
    if settings.log_format is LogFormat.JSON:
        renderer: Processor = structlog.processors.JSONRenderer(ensure_ascii=False)
        handler.setFormatter(
            structlog.stdlib.ProcessorFormatter(
                foreign_pre_chain=[*_SHARED, structlog.stdlib.ExtraAdder()],
                processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
            )
        )
    else:
        handler.setFormatter(_Plain("%(levelname)s: %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [one for one in root.handlers if not isinstance(one, _Handler)] + [handler]
    for floor in FLOORS:
        logging.getLogger(floor).setLevel(logging.INFO)


class _Handler(logging.StreamHandler[TextIO]):
    """Writes to the stream it was given, else to what is stderr at the time."""

    def __init__(self, stream: TextIO | None) -> None:
        self._given = stream
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        """Where lines go."""
        return self._given or sys.stderr


class _Plain(logging.Formatter):
    """A line for people, with the id of its request at the end."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (the name that logging calls)
        line = super().formatMessage(record)
        bound: EventDict = structlog.contextvars.get_contextvars()
        return f"{line} [{bound['request_id']}]" if "request_id" in bound else line
