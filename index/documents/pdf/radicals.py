"""Radicals and the ideographs they stand for: some PDFs say ⺠ and ⼤ where they mean 民 and 大."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_TABLE = Path(__file__).with_name("radicals.tsv")


@cache
def load_radicals() -> dict[str, str]:
    """Return the ideograph of each radical (U+2E80–2FDF)."""
    rows = (line.split("\t") for line in _TABLE.read_text("utf-8").splitlines() if not line.startswith("#"))
    return {chr(int(radical, 16)): chr(int(ideograph, 16)) for radical, ideograph in rows}
