"""What hatchling does before it builds a wheel: a lexicon with a fault is not shipped."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class LexiconHook(BuildHookInterface):
    """Stops the build where the lexicon has a fault, and says which."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Check the lexicon of the tree that is built from."""
        checked = subprocess.run(
            [sys.executable, "-m", "index.language.lexicon_check"],
            cwd=self.root,
            env=os.environ | {"PYTHONPATH": self.root, "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"},
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        if checked.returncode:
            self.app.abort(f"The lexicon cannot be shipped:\n{checked.stderr}")
