"""Building: a document becomes a segment, and no text is encoded that another segment holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain

import numpy as np

from index.encoder.turns import TURNS
from index.errors import CorpusError, EncoderError
from index.retrieval.lexical import LexicalIndex
from index.retrieval.search import PassageIndex
from index.retrieval.segment import (
    Digests,
    Segment,
    clause_addresses,
    digest_texts,
    encoded_texts,
    passage_addresses,
)
from index.retrieval.stores import DEFAULT_STORE, STORES
from index.retrieval.vector_store import Address, VectorStore
from index.types import Encoder, IndexedDocument, Progress, Vectors

BATCH = 32
"""Passages encoded at a time: enough to keep the encoder busy, few enough to show progress every second."""

SHORT_BATCH = 8
"""The same where others wait for the encoder between two batches: a question then waits some 60 ms."""


def build_index(
    documents: Sequence[IndexedDocument],
    encoder: Encoder,
    progress: Progress | None = None,
    store: str = DEFAULT_STORE,
) -> PassageIndex:
    """Return an index of `documents` that stands in memory alone, in stores of the kind `store`.

    Raises CorpusError where there is no passage, EncoderError where the encoder returns anything but finite
    vectors.
    """
    segments: list[Segment] = []
    for one in documents:
        segments.append(build_segment(one, encoder, segments, store, progress))
    if not segments:
        raise CorpusError("None of the documents holds a passage; add a report with text to the corpus.")
    return PassageIndex(segments, encoder)


def build_segment(
    indexed: IndexedDocument,
    encoder: Encoder,
    known: Iterable[Segment] = (),
    store: str = DEFAULT_STORE,
    progress: Progress | None = None,
    batch: int = BATCH,
) -> Segment:
    """Encode and index every passage of a document, and every clause, in stores of the kind `store`.

    A text that one of the segments `known` holds (asked in order, of the same encoder) is taken from there.
    `progress` hears of each encoded batch. Raises CorpusError where the document has no passage, EncoderError
    where the encoder returns anything but finite vectors.
    """
    passages, clauses = encoded_texts(indexed)
    if not passages:
        raise CorpusError(
            f"The document {indexed.document.id!r} holds no passage; give one that has sentences in Chinese."
        )
    digests = digest_texts([*passages, *clauses])
    vectors = _find_or_encode([*passages, *clauses], digests, encoder, known, progress, batch)
    return Segment(
        indexed,
        _fill(store, passage_addresses(indexed), vectors[: len(passages)]),
        _fill(store, list(chain(*clause_addresses(indexed))), vectors[len(passages) :]),
        LexicalIndex.build(passages),
        digests,
    )


def _find_or_encode(
    texts: Sequence[str],
    digests: Digests,
    encoder: Encoder,
    known: Iterable[Segment],
    progress: Progress | None,
    batch: int,
) -> Vectors:
    """Return the vector of each text, (n, dimension); the same clause often stands in several passages."""
    distinct, firsts, places = np.unique(digests, return_index=True, return_inverse=True)
    missing = np.argsort(firsts)  # encoded in reading order
    vectors: Vectors | None = None
    for segment in known:
        if not len(missing):
            break
        found, rows = segment.find_vectors(distinct[missing])
        if len(found):
            vectors = _widen(vectors, len(distinct), rows)
            vectors[missing[found]] = rows
            missing = np.delete(missing, found)
    if len(missing):
        rows = encode_passages([texts[firsts[at]] for at in missing], encoder, progress, batch)
        vectors = _widen(vectors, len(distinct), rows)
        vectors[missing] = rows
    assert vectors is not None
    return vectors[places]


def _widen(vectors: Vectors | None, count: int, rows: Vectors) -> Vectors:
    if vectors is None:
        return np.empty((count, rows.shape[1]), dtype=np.float32)
    if vectors.shape[1] != rows.shape[1]:
        raise EncoderError(
            f"The encoder returns {rows.shape[1]} components, what is kept of it has {vectors.shape[1]}: run "
            "`report-rag index --rebuild`."
        )
    return vectors


def _fill(store: str, addresses: Sequence[Address], vectors: Vectors) -> VectorStore:
    filled = STORES[store].create(vectors.shape[1])
    filled.upsert(addresses, vectors)
    return filled


def encode_passages(
    texts: Sequence[str], encoder: Encoder, progress: Progress | None = None, batch: int = BATCH
) -> Vectors:
    """Encode `texts`, at least one, and return (n, dimension) float32, L2-normalised, aligned with them."""
    # Texts of a batch are padded to its longest one: neighbours in length waste the least.
    order = sorted(range(len(texts)), key=lambda at: len(texts[at]), reverse=True)
    batches = []
    for start in range(0, len(order), batch):
        chosen = [texts[at] for at in order[start : start + batch]]
        with TURNS.batch():
            rows = encoder.encode_document(
                chosen, batch_size=batch, normalize_embeddings=True, show_progress_bar=False
            )
        batches.append(_checked(rows, len(chosen)))
        if progress is not None:
            progress("encoding passages", start + len(chosen), len(order))
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
