"""The kinds of vector stores there are, by the name that a setting or a manifest gives them."""

from __future__ import annotations

from index.retrieval.faiss_store import FaissStore
from index.retrieval.vector_store import StoreKind

STORES: dict[str, StoreKind] = {"faiss": FaissStore}

DEFAULT_STORE = "faiss"
"""Exact, in this process, and without anything to install."""
