"""A process that is killed, for tests: after so many steps on the disk nothing changes there any more."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest


class KilledError(BaseException):
    """Raised where the process would have died; whatever catches it finds the disk frozen."""


@contextmanager
def killed_after(steps: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let that many steps on the disk pass, and none after; raises KilledError inside once they are done."""
    left, dead = steps, False

    def count(act: Callable[..., Any], *, clears: bool = False) -> Callable[..., Any]:
        def counted(*arguments: Any, **options: Any) -> Any:
            nonlocal left, dead
            if dead and clears:
                return None
            if left == 0 or dead:
                dead = True
                raise KilledError
            left -= 1
            return act(*arguments, **options)

        return counted

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", count(os.fsync))
        patched.setattr(os, "replace", count(os.replace))
        patched.setattr(Path, "rename", count(Path.rename))
        patched.setattr(Path, "replace", count(Path.replace))
        patched.setattr(Path, "mkdir", count(Path.mkdir))
        patched.setattr(Path, "write_text", count(Path.write_text))
        patched.setattr(Path, "write_bytes", count(Path.write_bytes))
        patched.setattr(Path, "unlink", count(Path.unlink, clears=True))
        patched.setattr(shutil, "rmtree", count(shutil.rmtree, clears=True))
        yield
