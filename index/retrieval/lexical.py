"""Lexical retrieval: BM25 over character bigrams and over words, two fields whose scores are summed."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
import numpy.typing as npt

from index.language.text import normalise
from index.language.words import bigrams, words

FIELDS: Mapping[str, Callable[[str], list[str]]] = {"bigrams": bigrams, "words": words}
"""Each field's name (its folder on disk) and how normalised text becomes its terms."""

_PARAMETERS = {
    "method": "lucene",
    "k1": 1.5,
    "b": 0.75,
    "dtype": "float32",
    "int_dtype": "int32",
    "backend": "numpy",
}
# It sets itself to DEBUG, which would reach whoever has set up logging at any level.
logging.getLogger("bm25s").setLevel(logging.NOTSET)

Scores = npt.NDArray[np.float32]
"""(n passages,) summed BM25 scores."""

_NO_TERM = ""  # stands in a passage without any term; no query holds it


class LexicalIndex:
    """One BM25 index a field, aligned with the passages. Reading is safe from several threads."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._fields = fields

    @classmethod
    def build(cls, texts: Sequence[str], fields: Iterable[str] = FIELDS) -> LexicalIndex:
        """Index `texts`, at least one."""
        normalised = [normalise(text) for text in texts]
        return cls({name: _build_field([FIELDS[name](text) for text in normalised]) for name in fields})

    @classmethod
    def load(cls, folder: Path) -> LexicalIndex:
        """Read what `save` wrote; raises ValueError or OSError where it is anything else."""
        index = cls({name: _load_field(folder / name) for name in FIELDS})
        if len({field.scores["num_docs"] for field in index._fields.values()}) != 1:
            raise ValueError("the fields differ in their number of passages")
        return index

    def save(self, folder: Path) -> None:
        """Write each field, in bm25s's own format, into a folder of its own under `folder`."""
        for name, field in self._fields.items():
            field.save(folder / name, show_progress=False)

    def __len__(self) -> int:
        return int(next(iter(self._fields.values())).scores["num_docs"])

    def scores(self, query: str) -> Scores:
        """Return the summed BM25 scores of every passage, (n,), 0 where no term of `query` occurs."""
        return self.score_terms(terms_of(query))

    def score_terms(self, terms: Mapping[str, Sequence[str]]) -> Scores:
        """Return the same for a query that has been taken apart, by field."""
        total = np.zeros(len(self), dtype=np.float32)
        for name, field in self._fields.items():
            total += field.get_scores_from_ids(field.get_tokens_ids(list(terms[name])))
        return total

    def count(self, field: str, term: str) -> int:
        """Return in how many passages `term` occurs in `field`."""
        number = self._fields[field].vocab_dict.get(term)
        return 0 if number is None else self._size(field, number)

    def add_term(self, total: Scores, field: str, term: str, weight: float) -> None:
        """Add to `total`, (n,), the scores of one term of `field`, times `weight`."""
        number = self._fields[field].vocab_dict.get(term)
        if number is not None:
            column = self._column(field, number)
            scores = self._fields[field].scores
            total[scores["indices"][column]] += scores["data"][column] * np.float32(weight)

    def _size(self, field: str, number: int) -> int:
        column = self._column(field, number)
        return int(column.stop - column.start)

    def _column(self, field: str, number: int) -> slice:
        first, last = self._fields[field].scores["indptr"][number : number + 2]
        return slice(int(first), int(last))


def terms_of(query: str) -> dict[str, list[str]]:
    """Return the terms of `query` by field."""
    text = normalise(query)
    return {name: read(text) for name, read in FIELDS.items()}


def score_together(indexes: Sequence[LexicalIndex], query: str) -> list[Scores]:
    """Return the scores of every passage of each of `indexes`, comparable with each other.

    A term is as rare as it is in all of them together; of a single one the scores are its own. Lengths are
    held against the average of a passage's own index.
    """
    terms = terms_of(query)
    if len(indexes) == 1:
        return [indexes[0].score_terms(terms)]
    passages = sum(map(len, indexes))
    totals = [np.zeros(len(index), dtype=np.float32) for index in indexes]
    for name in FIELDS:
        for term in terms[name]:
            counts = [index.count(name, term) for index in indexes]
            rarity = _rarity(sum(counts), passages)
            for index, count, total in zip(indexes, counts, totals, strict=True):
                if count:
                    index.add_term(total, name, term, rarity / _rarity(count, len(index)))
    return totals


def _rarity(count: int, passages: int) -> float:
    """Return the inverse document frequency of a term in `count` of so many passages, as Lucene has it."""
    return math.log(1 + (passages - count + 0.5) / (count + 0.5))


def _build_field(passages: list[list[str]]) -> Any:
    # Numbered in order of appearance (bm25s numbers a set, whose order changes from run to run).
    vocabulary: dict[str, int] = {}
    numbered = [
        [vocabulary.setdefault(term, len(vocabulary)) for term in terms or [_NO_TERM]] for terms in passages
    ]
    field = bm25s.BM25(**_PARAMETERS)
    field.index((numbered, vocabulary), create_empty_token=False, show_progress=False)
    return field


def _load_field(folder: Path) -> Any:
    try:
        field = bm25s.BM25.load(folder, override_params=_PARAMETERS, show_progress=False)
        sound = _is_sound(field)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:  # JSON of another shape
        raise ValueError(f"{folder.name} is not a BM25 index") from error
    if not sound:
        raise ValueError(f"{folder.name} does not fit together")
    return field


def _is_sound(field: Any) -> bool:
    """Tell whether a term's column never leads outside the arrays, nor a row outside the passages."""
    scores, rows, columns = (field.scores[key] for key in ("data", "indices", "indptr"))
    terms = field.vocab_dict
    return (
        scores.ndim == rows.ndim == columns.ndim == 1
        and len(scores) == len(rows)
        and len(columns) == len(terms) + 1
        and sorted(terms.values()) == list(range(len(terms)))
        and columns[0] == 0
        and columns[-1] == len(scores)
        and bool(np.all(np.diff(columns) >= 0))
        and bool(np.all((rows >= 0) & (rows < field.scores["num_docs"])))
        and bool(np.all(np.isfinite(scores)))
    )
