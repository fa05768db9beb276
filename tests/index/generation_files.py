"""Generations on disk, for tests that look into their folders or damage them."""

from __future__ import annotations

from pathlib import Path

QUERIES = ["高标准农田建设多少万亩?", "老旧小区改造", "森林覆盖率", "地区生产总值"]
FILES = [
    "manifest.json",
    "documents.jsonl",
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


def drop_middle(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flip_byte(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
