"""A service with a library of its own and a listening encoder: what tests of added documents share."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from index.encoder import fingerprint
from index.storage.store import GenerationStore
from rag.service import ReportService, _Loaded
from rag.settings import Settings
from tests.rag.reports import TEXT

CORPUS_REPORT = TEXT.replace("云溪区", "远山县").replace("青山市", "").replace("2031", "2029")
"""What stands in the corpus folder: another place, another year."""
META = """
title = "远山县2029年政府工作报告"
place = "远山县"
year = 2029
date = 2029-01-12
speaker = "远山县人民政府县长 王小明"
occasion = "远山县第三届人民代表大会第二次会议"
source = "made up for tests"
licence = "none needed"
text_file = "report.txt"
"""


def write_corpus(folder: Path) -> Path:
    """Write a corpus folder with one short report, and return it."""
    report = folder / "yuanshan-2029"
    report.mkdir(parents=True)
    (report / "meta.toml").write_text(META, "utf-8")
    (report / "report.txt").write_text(CORPUS_REPORT, "utf-8")
    return folder


_VECTORS: dict[str, Any] = {}
"""What was encoded in this session: the tests add the same few texts over and over."""


class HeardEncoder:
    """The encoder of another service, which notes what it is given, and encodes nothing twice."""

    def __init__(self, encoder: Any) -> None:
        self._encoder = encoder
        self.heard: list[str] = []
        self.before: Callable[[], None] = lambda: None

    def encode_query(self, inputs: list[str], **options: Any) -> Any:
        return self._encoder.encode_query(inputs, **options)

    def encode_document(self, inputs: list[str], **options: Any) -> Any:
        self.before()
        self.heard += inputs
        if new := [text for text in inputs if text not in _VECTORS]:
            _VECTORS.update(zip(new, self._encoder.encode_document(new, **options), strict=True))
        return np.stack([_VECTORS[text] for text in inputs])


def open_library(folder: Path, real: ReportService, **settings: Any) -> tuple[ReportService, HeardEncoder]:
    """Return a service on `folder` with the encoder and the reader of the `real` one, loaded."""
    corpus = settings.pop("corpus", folder / "corpus")
    if not corpus.exists():
        write_corpus(corpus)
    service = ReportService(Settings(data=folder / "data", corpus=corpus, **settings))
    context = next(iter(real.contexts.values()))
    encoder = HeardEncoder(context.index.encoder)
    service._store = GenerationStore(
        service.settings.data, encoder, fingerprint=fingerprint(context.index.encoder)
    )
    sources, problems = service._find_sources()
    generation = service._store.load(sources)
    service._store.pinned = frozenset(generation.entries.keys() - service.library.records.keys())
    loaded = _Loaded.from_index(generation.index, context.reader)
    service._loaded = dataclasses.replace(loaded, problems=problems, generation=generation)
    service._readiness = dataclasses.replace(service.readiness, ready=True)
    encoder.heard.clear()
    return service, encoder
