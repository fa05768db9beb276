"""The floor's public names: all there, and free of charge until they are used."""

from __future__ import annotations

import subprocess
import sys

import pytest

import index


def test_every_public_name_is_found_and_no_other() -> None:
    assert all(callable(getattr(index, name)) for name in index.__all__)
    with pytest.raises(AttributeError, match="atlantis"):
        index.atlantis  # noqa: B018


def test_importing_the_floor_imports_nothing_heavy() -> None:
    heavy = "{'bm25s', 'faiss', 'numpy', 'onnxruntime', 'sentence_transformers', 'torch'}"
    command = f"import sys, index, index.errors; print({heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True)
    assert done.stdout.strip() == "set()", done.stderr
