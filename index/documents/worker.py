"""The process in which files are parsed: one task from standard input, its result as JSON lines on output.

Started by index.documents.confinement. It limits itself before it imports any parser.
"""

from __future__ import annotations

import base64
import json
import os
import sys
import traceback
from contextlib import suppress
from typing import Any, BinaryIO

_STACK_FRAMES = 12  # of a traceback that goes into the log


def main() -> None:
    """Do the one task that standard input holds."""
    source = sys.stdin.buffer
    task = json.loads(source.readline())
    _limit(task["limits"])
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not get between our lines
    try:
        result = _perform(task, source.read(), output)
    except MemoryError:
        os._exit(1)  # there may be none left to say so
    except Exception as error:
        result = _describe(error, task["name"])
    _say(output, result)


def _perform(task: dict[str, Any], data: bytes, output: BinaryIO) -> dict[str, Any]:
    from index.documents import wire
    from index.documents.limits import FileLimits

    limits = FileLimits(**task["limits"])

    def progress(done: int, total: int) -> None:
        _say(output, {"done": done, "total": total})

    if task["task"] == "read":
        from index.documents.reader import check_length
        from index.documents.readers import READERS

        read = READERS[task["kind"]].read(data, task["name"], limits, progress)
        check_length(read, task["name"], limits)  # here already: the other process need not hold it
        return wire.pack(read)
    if task["task"] == "render":
        from index.documents.pdf.rendering import render_pdf_page

        picture = render_pdf_page(data, task["name"], task["page"], task["width"], limits)
        return {"picture": base64.b64encode(picture).decode()}
    raise ValueError(f"unknown task {task['task']!r}")


def _limit(limits: dict[str, Any]) -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    seconds = int(limits["seconds"]) + 1
    for kind, value in (
        (resource.RLIMIT_AS, limits["memory_bytes"]),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),  # nothing is written but to the pipe
    ):
        with suppress(ValueError, OSError):  # macOS refuses to limit address space; a lower limit may stand
            resource.setrlimit(kind, (value, value))


def _describe(error: Exception, name: str) -> dict[str, Any]:
    from index.errors import FileError

    if isinstance(error, FileError):
        return {"error": str(error), "code": error.code, "values": error.values}
    return {
        "error": f"{name} is damaged or not what it seems to be ({type(error).__name__}): "
        "save it anew, or print it to a PDF.",
        "code": "damaged",
        "values": {},
        "traceback": "".join(traceback.format_exception(error, limit=-_STACK_FRAMES)),
    }


def _say(output: BinaryIO, said: dict[str, Any]) -> None:
    output.write(json.dumps(said).encode() + b"\n")
    output.flush()


if __name__ == "__main__":
    main()
