"""Whether a generation fits what is asked for now, and the sentence that says why it does not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from index.errors import DamagedError, OutdatedError
from index.storage.manifest import FORMAT, Manifest
from index.storage.source import Source

REMEDY = "run `report-rag index --rebuild`"

_SHOWN = 12  # characters of a fingerprint that a message shows


class Maker(NamedTuple):
    """What builds generations here: the digest of its code, its encoder's fingerprint, its kind of store."""

    code: str
    encoder: str
    store: str

    def identify(self, source: Source) -> str:
        """Return the identity of the segment that is built of `source` here."""
        return source.identify(str(FORMAT), *self)


def find_disagreement(manifest: Manifest, maker: Maker, wanted: Sequence[Source] | None = None) -> str | None:
    """Return why a generation does not fit its `maker` and the documents `wanted`, None where it does."""
    if manifest.code != maker.code:
        return "it was built by another version of this program"
    if manifest.encoder != maker.encoder:
        return (
            f"it was built by encoder {manifest.encoder[:_SHOWN]}, the encoder is now "
            f"{maker.encoder[:_SHOWN]}"
        )
    if manifest.store != maker.store:
        return f"its vectors are in a store of the kind {manifest.store!r}, wanted is {maker.store!r}"
    if wanted is None:
        return None
    sources = {source.id: source for source in wanted}
    for name in sorted(sources.keys() | manifest.documents.keys()):
        if name not in sources:
            return f"document {name!r} is no longer in the corpus"
        if name not in manifest.documents:
            return f"document {name!r} is new in the corpus"
        source, entry = sources[name], manifest.documents[name]
        if entry.reader != source.reader:
            return f"document {name!r} was read by {entry.reader}, it is now read by {source.reader}"
        if entry.sha256 != source.sha256:
            return f"the text of document {name!r} has changed"
        if entry.identity != maker.identify(source):
            return f"the metadata of document {name!r} has changed"
    return None


def outdated(folder: Path, reason: str) -> OutdatedError:
    """Return the error that says so of the generation in `folder`."""
    return OutdatedError(f"Generation {folder.name} in {folder.parent} is outdated: {reason}; {REMEDY}.")


def damaged(folder: Path, reason: str) -> DamagedError:
    """Return the error that says so of the generation in `folder`."""
    reason = reason.removesuffix(f"; {REMEDY}")
    return DamagedError(f"Generation {folder.name} in {folder.parent} is damaged: {reason}; {REMEDY}.")
