"""Actions of management (keys, documents, jobs, logins), each a line of JSON in the data folder."""

from __future__ import annotations

import datetime as dt
import json
import logging
import os
import threading
from pathlib import Path

FILE_NAME = "audit.jsonl"
FORMAT = 1
_PRIVATE = 0o600

_LOG = logging.getLogger(__name__)


class AuditLog:
    """Adds lines to the file of a data folder; several processes may, for a line is written at once.

    What cannot be written is an error of the log and of nothing else: a full disk ends no request.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE_NAME
        self._lock = threading.Lock()

    def write(self, action: str, *, who: str = "", outcome: str | int = "", **details: object) -> None:
        """Record that `who` (the name of a key; empty where none was shown) did `action`."""
        record = {
            "format": FORMAT,
            "time": dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds"),
            "action": action,
            "who": who,
            "outcome": outcome,
            **{name: value for name, value in details.items() if value not in ("", None)},
        }
        line = json.dumps(record, ensure_ascii=False, default=str).encode("utf-8", "backslashreplace") + b"\n"
        try:
            with self._lock:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, _PRIVATE)
                try:
                    os.write(file, line)
                finally:
                    os.close(file)
        except OSError as error:
            _LOG.error("An action of management could not be recorded: %s", error)
