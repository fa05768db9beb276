"""Building: documents become a searchable index in memory."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.errors import CorpusError, EncoderError
from index.language.text import join_lines
from index.retrieval.lexical import LexicalIndex
from index.retrieval.passage_text import passage_text
from index.retrieval.search import PassageIndex, clause_addresses, clauses_of, passage_addresses
from index.retrieval.stores import DEFAULT_STORE, STORES
from index.retrieval.vector_store import Address, VectorStore
from index.types import Encoder, IndexedDocument, Progress, Vectors

BATCH = 32
"""Passages encoded at a time: enough to keep the encoder busy, few enough to show progress every second."""


def build_index(
    documents: Sequence[IndexedDocument],
    encoder: Encoder,
    progress: Progress | None = None,
    store: str = DEFAULT_STORE,
) -> PassageIndex:
    """Encode and index every passage of `documents`, and every clause, in stores of the kind `store`.

    `progress` hears of each encoded batch. Raises CorpusError where there is no passage, EncoderError where
    the encoder returns anything but finite vectors.
    """
    read = [one.for_reading() for one in documents]
    texts = [passage_text(one.document, passage) for one in read for passage in one.structure.passages]
    if not texts:
        raise CorpusError("None of the documents holds a passage; add a report with text to the corpus.")
    clauses = [
        join_lines(span.of(one.document.text))
        for one in read
        for passage in one.structure.passages
        for span in clauses_of(passage)
    ]
    # The same clause often stands in several passages.
    distinct = list(dict.fromkeys(clauses))
    vectors = encode_passages([*texts, *distinct], encoder, progress)
    numbers = {clause: number for number, clause in enumerate(distinct, start=len(texts))}
    return PassageIndex(
        documents,
        _fill(store, passage_addresses(documents), vectors[: len(texts)]),
        _fill(
            store,
            [address for addresses in clause_addresses(documents) for address in addresses],
            vectors[[numbers[clause] for clause in clauses]],
        ),
        LexicalIndex.build(texts),
        encoder,
    )


def _fill(store: str, addresses: Sequence[Address], vectors: Vectors) -> VectorStore:
    filled = STORES[store].create(vectors.shape[1])
    filled.upsert(addresses, vectors)
    return filled


def encode_passages(texts: Sequence[str], encoder: Encoder, progress: Progress | None = None) -> Vectors:
    """Encode `texts`, at least one, and return (n, dimension) float32, L2-normalised, aligned with them."""
    # Texts of a batch are padded to its longest one: neighbours in length waste the least.
    order = sorted(range(len(texts)), key=lambda at: len(texts[at]), reverse=True)
    batches = []
    for start in range(0, len(order), BATCH):
        batch = [texts[at] for at in order[start : start + BATCH]]
        rows = encoder.encode_document(
            batch, batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False
        )
        batches.append(_checked(rows, len(batch)))
        if progress is not None:
            progress("encoding passages", start + len(batch), len(order))
    vectors: Vectors = np.empty((len(texts), batches[0].shape[1]), dtype=np.float32)
    vectors[order] = np.concatenate(batches)
    return vectors


def _checked(rows: object, count: int) -> Vectors:
    vectors: Vectors = np.asarray(rows, dtype=np.float32)
    if vectors.ndim != 2 or len(vectors) != count:
        raise EncoderError(
            f"The encoder turned {count} texts into an array {vectors.shape}; choose another encoder."
        )
    if not np.isfinite(vectors).all():
        raise EncoderError("The encoder returned values that are not finite; choose another encoder.")
    return vectors
