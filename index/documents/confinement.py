"""Runs a task of index.documents.worker in a process of its own, under limits: its death is a sentence.

The system limits the child's memory and processor time where it can (Linux: both; macOS: processor time
alone; Windows: neither). Time by the clock and the size of the file hold everywhere.
"""

from __future__ import annotations

import json
import logging
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from index.documents.limits import FileLimits
from index.errors import UnreadableError

_ROOT = str(Path(__file__).parents[2])
_KEPT = {"PATH", "SYSTEMROOT", "SYSTEMDRIVE", "TEMP", "TMP", "TMPDIR", "LANG", "LC_ALL", "LD_LIBRARY_PATH"}
"""Environment variables that a parser gets; keys and addresses are none of its business."""
_HEARTBEAT = 0.25
"""Seconds after which the caller is told again how far reading has come, and may stop it by raising."""
_GRACE = 5.0
"""Seconds that a child may take beyond its time to say itself that the time is over."""

_log = logging.getLogger(__name__)


def run_confined(
    task: Mapping[str, Any],
    data: bytes,
    name: str,
    limits: FileLimits,
    progress: Callable[[int, int], None],
) -> dict[str, Any]:
    """Return what the worker made of `task` and `data`.

    `progress` hears of pages done and all pages several times a second; whatever it raises ends the child and
    is passed on. Raises UnreadableError where the worker says so, dies, or takes too long.
    """
    header = json.dumps({**task, "name": name, "limits": asdict(limits)}).encode() + b"\n"
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "index.documents.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(),
    )
    if process.stdin is None or process.stdout is None:  # never, with PIPE
        raise OSError("no pipes")
    lines: queue.Queue[bytes | None] = queue.Queue()
    helpers = [
        threading.Thread(target=_feed, args=(process.stdin, header, data), daemon=True),
        threading.Thread(target=_drain, args=(process.stdout, lines), daemon=True),
    ]
    for helper in helpers:
        helper.start()
    try:
        return _listen(lines, name, limits, progress)
    finally:
        process.kill()
        process.wait()
        for helper in helpers:
            helper.join()
        with suppress(OSError):
            process.stdin.close()
        process.stdout.close()


def _listen(
    lines: queue.Queue[bytes | None], name: str, limits: FileLimits, progress: Callable[[int, int], None]
) -> dict[str, Any]:
    deadline = time.monotonic() + limits.seconds + _GRACE
    done, total = 0, 0
    while True:
        progress(done, total)
        if time.monotonic() > deadline:
            raise refuse_slow(name, limits)
        try:
            line = lines.get(timeout=_HEARTBEAT)
        except queue.Empty:
            continue
        if line is None:
            raise refuse_heavy(name)
        said: dict[str, Any] = json.loads(line)
        if "done" in said:
            done, total = said["done"], said["total"]
        elif "error" in said:
            if "traceback" in said:
                _log.warning("reading %r failed:\n%s", name, said["traceback"])
            raise UnreadableError(said["error"], said["code"], name, **said["values"])
        else:
            return said


def refuse_slow(name: str, limits: FileLimits) -> UnreadableError:
    """Return the error of a file that took too long."""
    return UnreadableError(
        f"{name} takes longer than {limits.seconds:g} seconds to read: print it to a new PDF, or split it.",
        "too_slow",
        name,
        seconds=f"{limits.seconds:g}",
    )


def refuse_heavy(name: str) -> UnreadableError:
    """Return the error of a file whose parser died or took all the memory it may have."""
    return UnreadableError(
        f"{name} is damaged, or unpacks to more than a document holds, and reading it was stopped: "
        "print it to a new PDF, or save its words as text.",
        "too_heavy",
        name,
    )


def _environment() -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if key.upper() in _KEPT}
    paths = [_ROOT, *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    return kept | {
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        "PYTHONIOENCODING": "utf-8",
        "OMP_NUM_THREADS": "1",  # every thread reserves address space
        "OPENBLAS_NUM_THREADS": "1",
    }


def _feed(pipe: IO[bytes], *parts: bytes) -> None:
    with suppress(OSError):  # the child may be gone
        for part in parts:
            pipe.write(part)
        pipe.close()


def _drain(pipe: IO[bytes], lines: queue.Queue[bytes | None]) -> None:
    with suppress(OSError, ValueError):
        for line in pipe:
            lines.put(line)
    lines.put(None)
