"""The weights of this room (weights.toml): each table says which command fitted it, or how it was found.

rag.training.weights writes them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

WEIGHTS_FILE = Path(__file__).with_name("weights.toml")


@cache
def _load_tables() -> Mapping[str, Any]:
    return tomllib.loads(WEIGHTS_FILE.read_text("utf-8"))


def load_table(name: str) -> Mapping[str, Any]:
    """Return the table `name` of weights.toml."""
    table: Mapping[str, Any] = _load_tables()[name]
    return table
