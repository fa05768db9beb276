"""The index of a corpus by a call each: opened where it fits, built anew, or whichever is needed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from index.retrieval.stores import DEFAULT_STORE
from index.storage.source import Source
from index.storage.store import Generation, GenerationStore
from index.types import Document, Encoder, Progress


def load_generation(
    folder: Path,
    documents: Sequence[Document],
    encoder: Encoder,
    *,
    fingerprint: str,
    store: str = DEFAULT_STORE,
    rebuild: bool = False,
    progress: Progress | None = None,
) -> Generation:
    """Open the generation that fits `documents` and `encoder`; build it first where there is none.

    Of several processes that start at once, one builds and the others wait for it. `rebuild` builds in any
    case; `store` is the kind of the vector stores.
    """
    generations = GenerationStore(folder, encoder, fingerprint=fingerprint, store=store)
    return generations.load(_sources(documents), rebuild=rebuild, progress=progress)


def build_generation(
    folder: Path,
    documents: Sequence[Document],
    encoder: Encoder,
    *,
    fingerprint: str,
    store: str = DEFAULT_STORE,
    progress: Progress | None = None,
) -> int:
    """Index `documents` anew, make the new generation the current one and return its number.

    Waits while another process builds. Whatever goes wrong, the generation that served before goes on
    serving. Raises CorpusError, EncoderError, or GenerationError where `folder` cannot be written to.
    """
    generations = GenerationStore(folder, encoder, fingerprint=fingerprint, store=store)
    return generations.load(_sources(documents), rebuild=True, progress=progress).number


def open_generation(
    folder: Path,
    encoder: Encoder,
    *,
    fingerprint: str,
    store: str = DEFAULT_STORE,
    documents: Sequence[Document] | None = None,
) -> Generation:
    """Open the current generation or, where it cannot serve, the newest older one that can.

    `documents` is the corpus it has to agree with (None: whatever it holds). Raises NoGenerationError, or the
    OutdatedError or DamagedError of the current generation where no other can serve either.
    """
    generations = GenerationStore(folder, encoder, fingerprint=fingerprint, store=store)
    return generations.open(None if documents is None else _sources(documents))


def _sources(documents: Sequence[Document]) -> list[Source]:
    return [Source.from_document(document) for document in documents]
