"""The lowest floor: documents become searchable passages.

Names are imported when they are first used: FAISS, bm25s and the encoders cost seconds that a command which
needs none of them should not pay.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from index.offline import go_offline

if TYPE_CHECKING:
    from index.documents.corpus import load_corpus
    from index.encoder import fingerprint, load_encoder
    from index.retrieval.search import PassageIndex
    from index.storage.corpus_index import build_generation, load_generation, open_generation
    from index.storage.store import Generation
    from index.structure import parse_document

__all__ = [
    "Generation",
    "PassageIndex",
    "build_generation",
    "fingerprint",
    "load_corpus",
    "load_encoder",
    "load_generation",
    "open_generation",
    "parse_document",
]

go_offline()

_MODULES = {
    "Generation": "index.storage.store",
    "PassageIndex": "index.retrieval.search",
    "build_generation": "index.storage.corpus_index",
    "fingerprint": "index.encoder",
    "load_corpus": "index.documents.corpus",
    "load_encoder": "index.encoder",
    "load_generation": "index.storage.corpus_index",
    "open_generation": "index.storage.corpus_index",
    "parse_document": "index.structure",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULES[name]), name)
