"""The reports that training may read, and the third of them that it never does."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

from index.documents.decoding import decode_text
from index.language.text import normalise_question
from index.structure.parser import parse_document
from index.types import Document, DocumentMeta, IndexedDocument

HERE = Path(__file__).parent
HELD_OUT_OF_THREE = 0
"""Reports whose hash modulo three is this are held out."""
OPEN_DEV = frozenset(
    {"长沙市_2026", "杭州市_2013", "宁夏回族自治区_2020", "温州市_2024", "海口市_2017", "清苑_2008"}
)
"""The reports of the open questions that are developed with: the judge of topics is fitted there."""
GRAM = 12
"""Characters: a question that shares a run of so many with one of a test set is not trained on."""

_MARKS = re.compile(r"\W|_")


def load_report(folder: Path, name: str) -> IndexedDocument:
    """Return the report `folder`/`name`.txt, whose name ends in its place and year: 云南省_2007."""
    path = folder / f"{name}.txt"
    place, _, year = path.stem.rpartition("_")
    text = decode_text(path.read_bytes(), str(path))
    meta = DocumentMeta(name, place, int(year), dt.date(int(year), 1, 1), "", "", "", "")
    document = Document(name, text, hashlib.sha256(text.encode()).hexdigest(), meta)
    return IndexedDocument(document, parse_document(document))


def list_reports(folder: Path, tested: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return the names of the reports to train on and of those held out, each in order.

    Reports that questions.jsonl asks about are trained on, those `tested` and of the open questions are held
    out, and of the others a third is, by the hash of their names.
    """
    asked = set(tomllib.loads((HERE / "reports.toml").read_text("utf-8"))) - OPEN_DEV
    tested = {*tested, *OPEN_DEV}
    names = sorted(path.relative_to(folder).with_suffix("").as_posix() for path in folder.glob("**/*.txt"))
    held_out = [name for name in names if name in tested or (name not in asked and _is_held_out(name))]
    return [name for name in names if name not in set(held_out)], held_out


def _is_held_out(name: str) -> bool:
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % 3 == HELD_OUT_OF_THREE


def read_tested_reports(sets: Path) -> set[str]:
    """Return the names of the reports that the question sets in the folder `sets` ask about."""
    table = tomllib.loads((sets / "reports.toml").read_text("utf-8"))
    return {Path(report["file"]).stem for report in table["reports"].values()}


def read_test_questions(paths: Iterable[Path]) -> Iterator[str]:
    """Yield the questions of test sets."""
    for path in paths:
        for line in path.read_text("utf-8").splitlines():
            yield json.loads(line)["question"]


class TestGrams:
    """The runs of characters of the questions of test sets."""

    __test__ = False  # for pytest: no test itself

    def __init__(self, questions: Iterable[str]) -> None:
        self._grams: set[str] = set()
        self._whole: set[str] = set()
        for question in questions:
            bare = _bare(question)
            self._whole.add(bare)
            self._grams.update(_cut(bare))

    def touches(self, question: str) -> bool:
        """Tell whether `question` is one of a test set, or shares a run of GRAM characters with one."""
        bare = _bare(question)
        return bare in self._whole or any(gram in self._grams for gram in _cut(bare))


def _bare(question: str) -> str:
    return _MARKS.sub("", normalise_question(question)).lower()


def _cut(bare: str) -> Iterator[str]:
    return (bare[start : start + GRAM] for start in range(len(bare) - GRAM + 1))
