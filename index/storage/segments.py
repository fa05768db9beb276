"""Segments on disk: a folder each, complete before it gets its name and never changed again.

    segments/
    └── NAME/
        ├── segment.json        what it was built from, and a checksum of every file
        ├── document.jsonl      text, metadata and structure
        ├── digests.npy         which texts were encoded, in the order of the vectors
        ├── passages/ clauses/  what the vector stores keep of themselves
        └── lexical/            BM25

Generations share segments: they name those that make them up.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path

import numpy as np

from index.retrieval.lexical import LexicalIndex
from index.retrieval.segment import DIGEST_BYTES, Digests, Segment
from index.retrieval.stores import STORES
from index.storage.generations import flush, flush_tree
from index.storage.manifest import (
    FORMAT,
    Entry,
    SegmentManifest,
    check_files,
    read_segment,
    record_files,
    write_segment,
)
from index.storage.serialisation import read_documents, write_documents

_DOCUMENT = "document.jsonl"
_DIGESTS = "digests.npy"
_PASSAGES = "passages"
_CLAUSES = "clauses"
_LEXICAL = "lexical"

_NAME = 32  # characters of an identity that a folder is called by
_TEMPORARY = ".writing-"


class SegmentFolder:
    """The segments under `root`, which is made when the first is written."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, segment: Segment, identity: str, *, encoder: str, store: str) -> Entry:
        """Write a segment and return its entry; what is half written has no name. Raises OSError."""
        self.root.mkdir(parents=True, exist_ok=True)
        document = segment.indexed.document
        temporary = Path(tempfile.mkdtemp(prefix=_TEMPORARY, dir=self.root))
        try:
            write_documents(temporary / _DOCUMENT, [segment.indexed])
            np.save(temporary / _DIGESTS, segment.digests)
            segment.passages.save(temporary / _PASSAGES)
            segment.clauses.save(temporary / _CLAUSES)
            segment.lexical.save(temporary / _LEXICAL)
            manifest = SegmentManifest(
                format=FORMAT,
                identity=identity,
                document=document.id,
                encoder=encoder,
                store=store,
                dimension=segment.passages.dimension,
                passages=len(segment),
                files=record_files(temporary),
            )
            checksum = write_segment(temporary, manifest)
            flush_tree(temporary)
            folder = self._free_name(identity)
            temporary.rename(self.root / folder)
        except BaseException:  # an interrupt leaves no debris either
            shutil.rmtree(temporary, ignore_errors=True)
            raise
        flush(self.root)
        return Entry(folder, identity, checksum, document.sha256, str(document.reader))

    def open(self, name: str, entry: Entry) -> Segment:
        """Validate and read the segment of document `name`; raises ValueError or OSError."""
        folder = self.root / entry.folder
        manifest = read_segment(folder, entry.checksum)
        segment = self._open(folder, manifest)
        document = segment.indexed.document
        if (document.id, manifest.document) != (name, name):
            raise ValueError(f"the segment is one of {manifest.document!r}, its document {document.id!r}")
        if (document.sha256, str(document.reader)) != (entry.sha256, entry.reader):
            raise ValueError("the document is not the one the manifest names")
        return segment

    def find_encoded(self, encoder: str, first: str) -> Iterator[Segment]:
        """Yield every sound segment whose vectors an encoder with this fingerprint made.

        Those of the document `first` come first. Who wrote them does not matter: a text is known by its
        digest.
        """
        described = []
        for folder in sorted(self.root.glob("*")):
            if folder.name.startswith("."):
                continue
            try:
                manifest = read_segment(folder)
            except (ValueError, OSError):
                continue
            if manifest.encoder == encoder and manifest.store in STORES:
                described.append((manifest.document != first, folder.name, manifest))
        for _, name, manifest in sorted(described, key=lambda one: one[:2]):
            try:
                segment = self._open(self.root / name, manifest)
            except (ValueError, OSError):
                continue
            yield segment

    def sweep(self, kept: Collection[str]) -> None:
        """Remove every segment but those in the folders `kept`, and what was left half written."""
        for folder in self.root.glob("*"):
            if folder.name not in kept:
                shutil.rmtree(folder, ignore_errors=True)

    def _open(self, folder: Path, manifest: SegmentManifest) -> Segment:
        check_files(folder, manifest.files)
        store = STORES[manifest.store]
        (indexed,) = read_documents(folder / _DOCUMENT)
        segment = Segment(
            indexed,
            store.open(folder / _PASSAGES),
            store.open(folder / _CLAUSES),
            LexicalIndex.load(folder / _LEXICAL),
            _read_digests(folder / _DIGESTS),
        )
        for vectors in (segment.passages, segment.clauses):
            if vectors.dimension != manifest.dimension:
                raise ValueError(f"the dimension is {vectors.dimension} instead of {manifest.dimension}")
        if len(segment) != manifest.passages:
            raise ValueError(f"there are {len(segment)} passages instead of {manifest.passages}")
        segment.check_vectors()
        return segment

    def _free_name(self, identity: str) -> str:
        """Return a name that no segment has: one that is built anew never takes the place of what serves."""
        name, count = identity[:_NAME], 1
        while (self.root / name).exists():
            count += 1
            name = f"{identity[:_NAME]}-{count}"
        return name


def _read_digests(path: Path) -> Digests:
    digests = np.load(path, allow_pickle=False)
    if digests.ndim != 1 or digests.dtype != np.dtype(f"S{DIGEST_BYTES}"):
        raise ValueError(f"{path.name} holds no digests")
    read: Digests = digests
    return read
