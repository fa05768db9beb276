"""Sources: what documents an index is wanted of, and how each is told from what it was before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Self

from pydantic import TypeAdapter

from index.types import Document, DocumentMeta, Place

_PLACES = TypeAdapter(tuple[Place, ...])


@dataclass(frozen=True, slots=True)
class Source:
    """A document that is to be indexed, not read yet.

    `layout` tells, with the text's `sha256`, where on pages the text stands; `load` reads it all and raises
    CorpusError where it cannot.
    """

    id: str
    sha256: str
    meta: DocumentMeta
    reader: str
    layout: str
    load: Callable[[], Document]

    @classmethod
    def from_document(cls, document: Document) -> Self:
        """Return the source of a document that has been read."""
        layout = "\0".join((*document.pages, _PLACES.dump_json(document.places).decode()))
        return cls(
            document.id,
            document.sha256,
            document.meta,
            str(document.reader),
            hashlib.sha256(layout.encode()).hexdigest() if document.pages or document.places else "",
            lambda: document,
        )

    def identify(self, *built_by: str) -> str:
        """Return the SHA-256 (hex) over everything that a segment of this document depends on.

        `built_by` names what builds it: code, encoder, store.
        """
        told = [*built_by, self.id, self.sha256, asdict(self.meta), self.reader, self.layout]
        return hashlib.sha256(json.dumps(told, ensure_ascii=False, default=str).encode()).hexdigest()
