"""The index on disk: written as a new generation, validated when opened.

A generation holds manifest.json (format, code, encoder, documents, checksums), documents.jsonl (texts,
metadata, structure), passages/ and clauses/ (what their vector stores keep of themselves), and lexical/
(BM25).
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from index.errors import DamagedError, GenerationError, NoGenerationError, OutdatedError
from index.retrieval.lexical import LexicalIndex
from index.retrieval.search import PassageIndex
from index.retrieval.stores import DEFAULT_STORE, STORES
from index.storage.builder import build_index
from index.storage.generations import GenerationFolder
from index.storage.manifest import (
    FORMAT,
    FormatError,
    Manifest,
    check_files,
    code_digest,
    read_manifest,
    record_files,
    write_manifest,
)
from index.storage.serialisation import read_documents, write_documents
from index.structure import parse_document
from index.types import Document, Encoder, IndexedDocument, Progress

REMEDY = "run `report-rag index --rebuild`"

_DOCUMENTS = "documents.jsonl"
_PASSAGES = "passages"
_CLAUSES = "clauses"
_LEXICAL = "lexical"

_SHOWN = 12  # characters of a fingerprint that a message shows

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Generation:
    """A generation that has been opened; `notices` are sentences its operator should read."""

    number: int
    index: PassageIndex
    notices: tuple[str, ...] = ()


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

    def open_() -> Generation:
        return open_generation(folder, encoder, fingerprint=fingerprint, store=store, documents=documents)

    if not rebuild:
        try:
            return open_()
        except GenerationError as error:
            logger.info("Building the index: %s", error)
    generations = GenerationFolder(folder)
    with generations.locked(progress):
        if not rebuild:
            try:  # another process may have built it while this one waited
                return open_()
            except GenerationError:
                logger.debug("No other process has built it.")
        _build(generations, documents, encoder, fingerprint, store, progress)
    return open_()


def build_generation(
    folder: Path,
    documents: Sequence[Document],
    encoder: Encoder,
    *,
    fingerprint: str,
    store: str = DEFAULT_STORE,
    progress: Progress | None = None,
) -> int:
    """Index `documents`, make the new generation the current one and return its number.

    Waits while another process builds. Whatever goes wrong, the generation that served before goes on
    serving. Raises CorpusError, EncoderError, or GenerationError where `folder` cannot be written to.
    """
    generations = GenerationFolder(folder)
    with generations.locked(progress):
        return _build(generations, documents, encoder, fingerprint, store, progress)


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
    generations = GenerationFolder(folder)
    failures: list[GenerationError] = []
    for number in generations.serving():
        try:
            index = _open(generations.path(number), encoder, fingerprint, store, documents)
        except GenerationError as error:
            failures.append(error)
            continue
        damages = [str(failure) for failure in failures if isinstance(failure, DamagedError)]
        notices = tuple(f"{damage} Generation {number} serves instead." for damage in damages)
        for notice in notices:
            logger.warning(notice)
        return Generation(number, index, notices)
    if failures:
        raise failures[0]
    raise NoGenerationError(f"There is no index in {folder} yet; {REMEDY}.")


def _build(
    generations: GenerationFolder,
    documents: Sequence[Document],
    encoder: Encoder,
    fingerprint: str,
    store: str,
    progress: Progress | None,
) -> int:
    index = build_index(_parse(documents, progress), encoder, progress, store)
    return generations.publish(lambda folder: _write(folder, index, fingerprint, store))


def _parse(documents: Sequence[Document], progress: Progress | None) -> list[IndexedDocument]:
    parsed = []
    for document in documents:
        parsed.append(IndexedDocument(document, parse_document(document)))
        if progress is not None:
            progress("reading documents", len(parsed), len(documents))
    return parsed


def _write(folder: Path, index: PassageIndex, fingerprint: str, store: str) -> None:
    write_documents(folder / _DOCUMENTS, index.documents.values())
    index.passage_vectors.save(folder / _PASSAGES)
    index.clause_vectors.save(folder / _CLAUSES)
    index.lexical.save(folder / _LEXICAL)
    manifest = Manifest(
        format=FORMAT,
        code=code_digest(),
        created=dt.datetime.now(dt.UTC),
        encoder=fingerprint,
        store=store,
        dimension=index.passage_vectors.dimension,
        passages=len(index.passages),
        documents={name: one.document.sha256 for name, one in index.documents.items()},
        readers={name: str(one.document.reader) for name, one in index.documents.items()},
        files=record_files(folder),
    )
    write_manifest(folder, manifest)


def _open(
    folder: Path, encoder: Encoder, fingerprint: str, store: str, documents: Sequence[Document] | None
) -> PassageIndex:
    """Validate and read one generation; raises OutdatedError or DamagedError."""
    try:
        manifest = read_manifest(folder)
        if reason := _outdated(manifest, fingerprint, store, documents):
            raise _outdated_error(folder, reason)
        check_files(folder, manifest.files)
        index = PassageIndex(
            read_documents(folder / _DOCUMENTS),
            STORES[store].open(folder / _PASSAGES),
            STORES[store].open(folder / _CLAUSES),
            LexicalIndex.load(folder / _LEXICAL),
            encoder,
        )
        _check_counts(manifest, index)
        index.check_vectors()
    except FormatError as error:
        raise _outdated_error(folder, f"it has {error}, this program reads format {FORMAT}") from error
    except (ValueError, OSError) as error:
        raise DamagedError(
            f"Generation {folder.name} in {folder.parent} is damaged: {error}; {REMEDY}."
        ) from error
    if documents is not None:
        for document in documents:
            if index.documents[document.id].document != document:
                raise _outdated_error(folder, f"the metadata of document {document.id!r} has changed")
    return index


def _check_counts(manifest: Manifest, index: PassageIndex) -> None:
    """Raise ValueError where the manifest speaks of something else than what was read."""
    for vectors in (index.passage_vectors, index.clause_vectors):
        if vectors.dimension != manifest.dimension:
            raise ValueError(f"the dimension is {vectors.dimension} instead of {manifest.dimension}")
    if manifest.passages != len(index.passages):
        raise ValueError(f"there are {len(index.passages)} passages instead of {manifest.passages}")
    if manifest.documents != {name: one.document.sha256 for name, one in index.documents.items()}:
        raise ValueError("the documents are not those the manifest names")
    if manifest.readers != {name: str(one.document.reader) for name, one in index.documents.items()}:
        raise ValueError("the documents were not made by the readers the manifest names")


def _outdated(
    manifest: Manifest, fingerprint: str, store: str, documents: Sequence[Document] | None
) -> str | None:
    """Return why the generation does not fit what is asked for now, None where it does."""
    if manifest.code != code_digest():
        return "it was built by another version of this program"
    if manifest.encoder != fingerprint:
        return (
            f"it was built by encoder {manifest.encoder[:_SHOWN]}, the encoder is now {fingerprint[:_SHOWN]}"
        )
    if manifest.store != store:
        return f"its vectors are in a store of the kind {manifest.store!r}, wanted is {store!r}"
    if documents is None:
        return None
    readers = {document.id: str(document.reader) for document in documents}
    wanted = {document.id: document.sha256 for document in documents}
    for name in sorted(wanted.keys() | manifest.documents.keys()):
        if name not in wanted:
            return f"document {name!r} is no longer in the corpus"
        if name not in manifest.documents:
            return f"document {name!r} is new in the corpus"
        if (former := manifest.readers.get(name)) != readers[name]:
            return f"document {name!r} was read by {former}, it is now read by {readers[name]}"
        if wanted[name] != manifest.documents[name]:
            return f"the text of document {name!r} has changed"
    return None


def _outdated_error(folder: Path, reason: str) -> OutdatedError:
    return OutdatedError(f"Generation {folder.name} in {folder.parent} is outdated: {reason}; {REMEDY}.")
