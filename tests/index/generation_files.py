"""Generations and segments on disk, for tests that look into their folders or damage them."""

from __future__ import annotations

import json
from pathlib import Path

QUERIES = ["高标准农田建设多少万亩?", "老旧小区改造", "森林覆盖率", "地区生产总值"]
FILES = [
    "segment.json",
    "document.jsonl",
    "digests.npy",
    *(f"{store}/{name}" for store in ("passages", "clauses") for name in ("addresses.json", "vectors.faiss")),
    *(
        f"lexical/{field}/{name}"
        for field in ("bigrams", "words")
        for name in (
            "data.csc.index.npy",
            "indices.csc.index.npy",
            "indptr.csc.index.npy",
            "params.index.json",
            "vocab.index.json",
        )
    ),
]


def place(root: Path, number: int) -> Path:
    return root / "generations" / f"{number:06d}"


def segment_of(root: Path, number: int, document: str) -> Path:
    """Return the folder of a document's segment."""
    manifest = json.loads((place(root, number) / "manifest.json").read_text("utf-8"))
    return root / "segments" / manifest["documents"][document]["folder"]


def drop_middle(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flip_byte(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
