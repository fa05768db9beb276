"""Fits rag/question/wants.npz to the labelled questions of rag/training/questions.

    python -m rag.training.wants [--questions FOLDER] [--output FILE]

Every file of the folder was written by another author, who saw no code and none of the other files. What is
printed first is measured author by author, with weights fitted to the others; what is written is fitted to
all. It takes a few minutes.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression

from index.encoder.loading import load_bundled
from index.language.periods import find_times
from index.language.text import normalise_question
from index.retrieval.search import MAX_ENCODED
from rag.question.classifier import features
from rag.question.wants import WEIGHTS_FILE, Want

QUESTIONS = Path(__file__).with_name("questions")
YEAR = 2021
"""Any year: times are masked, whichever they are."""
LEAST = 2
"""Questions that have to share a feature: what stands in one alone tells of that one."""
STRENGTH = 3.0
"""scikit-learn's C: from 1 to 10 all do alike, left out by author."""
SHARE_OF_MEANING = 0.05
"""By what the standardised vector is multiplied beside the wording: from 0.04 to 0.1 all do alike."""
ITERATIONS = 400
FOLDS = 10
"""Of questions of which one author wrote most: too few others to leave authors out."""

Labels = npt.NDArray[np.str_]
Weights = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Questions:
    """Labelled questions: what their wording has, (n, dimension) vectors, labels and authors."""

    found: list[frozenset[str]]
    vectors: npt.NDArray[np.float32]
    labels: Labels
    authors: Labels

    def __getitem__(self, rows: npt.NDArray[np.int_]) -> Questions:
        return Questions(
            [self.found[row] for row in rows], self.vectors[rows], self.labels[rows], self.authors[rows]
        )


@dataclass(frozen=True, slots=True)
class Fitted:
    """A fitted classifier: features by name, and the regression over them and, if `meaning`, the vector."""

    names: list[str]
    model: Any
    meaning: bool
    centre: npt.NDArray[np.float64]
    spread: npt.NDArray[np.float64]

    def predict(self, questions: Questions) -> Labels:
        """Return the likeliest label of each question."""
        predicted: Labels = self.model.predict(_table(questions, self))
        return predicted

    def arrays(self, prefix: str, labels: Iterable[str]) -> dict[str, npt.NDArray[Any]]:
        """Return the weights, with standardisation and share folded in, in the order of `labels`."""
        order = [list(self.model.classes_).index(str(label)) for label in labels]
        weights = self.model.coef_[order].T
        intercept = self.model.intercept_[order]
        count = len(self.names)
        arrays = {prefix or "wording": weights[:count].astype(np.float16)}
        if self.meaning:
            meaning = weights[count:] * (SHARE_OF_MEANING / self.spread)[:, None]
            arrays["meaning"] = meaning.astype(np.float32)
            intercept = intercept - self.centre @ meaning
        arrays[f"{prefix}_intercept" if prefix else "intercept"] = intercept.astype(np.float32)
        return arrays


def read_questions(folder: Path) -> Questions:
    """Read every *.jsonl of `folder`; raises ValueError for a label that is none."""
    rows = [
        (path.stem, json.loads(line))
        for path in sorted(folder.glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]
    for author, row in rows:
        if row["intent"] not in list(Want):
            raise ValueError(
                f"{author}.jsonl: {row['question']!r} is labelled {row['intent']!r}; use a Want."
            )
    return make_questions([(row["question"], row["intent"], author) for author, row in rows])


def make_questions(rows: Sequence[tuple[str, str, str]]) -> Questions:
    """Return questions given as question, label and author, with features and vectors."""
    asked = [normalise_question(question) for question, _, _ in rows]
    vectors = load_bundled().encode_query([one[:MAX_ENCODED] for one in asked], normalize_embeddings=True)
    return Questions(
        [features(one, find_times(one, YEAR)) for one in asked],
        np.asarray(vectors, dtype=np.float32),
        np.array([label for _, label, _ in rows]),
        np.array([author for _, _, author in rows]),
    )


def _table(questions: Questions, fitted: Fitted) -> csr_matrix:
    columns = {name: at for at, name in enumerate(fitted.names)}
    known = [[columns[one] for one in found if one in columns] for found in questions.found]
    starts = np.concatenate(([0], np.cumsum([len(one) for one in known])))
    values = np.concatenate([np.full(len(one), 1 / np.sqrt(max(1, len(one)))) for one in known])
    wording = csr_matrix((values, np.concatenate(known).astype(int), starts), (len(known), len(columns)))
    if not fitted.meaning:
        return wording
    meaning = (questions.vectors - fitted.centre) / fitted.spread * SHARE_OF_MEANING
    return hstack([wording, csr_matrix(meaning)]).tocsr()


def fit(questions: Questions, *, meaning: bool, counts_as: Weights | None = None) -> Fitted:
    """Fit the regression over the wording and, if `meaning`, the vectors.

    `counts_as` says as how many each question counts, (n,); None: each as one.
    """
    counts = Counter(one for found in questions.found for one in found)
    names = sorted(name for name, count in counts.items() if count >= LEAST)
    model = LogisticRegression(C=STRENGTH, max_iter=ITERATIONS)
    centre = questions.vectors.mean(axis=0, dtype=np.float64)
    fitted = Fitted(names, model, meaning, centre, questions.vectors.std(axis=0, dtype=np.float64))
    model.fit(_table(questions, fitted), questions.labels, sample_weight=counts_as)
    return fitted


def cross_validate(questions: Questions, *, meaning: bool) -> Labels:
    """Return what each question is taken for by weights fitted to the other authors."""
    predicted = np.empty_like(questions.labels)
    for author in sorted(set(questions.authors.tolist())):
        own = questions.authors == author
        fitted = fit(questions[np.flatnonzero(~own)], meaning=meaning)
        predicted[own] = fitted.predict(questions[np.flatnonzero(own)])
    return predicted


def cross_validate_folds(questions: Questions, *, meaning: bool, counts_as: Weights | None = None) -> Labels:
    """Return what each question is taken for by weights fitted to the other folds, as `fit` is given them."""
    predicted = np.empty_like(questions.labels)
    folds = np.random.default_rng(0).integers(0, FOLDS, len(questions.labels))
    for fold in range(FOLDS):
        others, own = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        weights = None if counts_as is None else counts_as[others]
        predicted[own] = fit(questions[others], meaning=meaning, counts_as=weights).predict(questions[own])
    return predicted


def report(questions: Questions, predicted: Labels, name: str, unit: str = "author") -> None:
    """Print accuracy by author and by label, and the commonest confusions; `unit` is what was left out."""
    right = predicted == questions.labels
    print(f"{name}: {right.mean():.3f} of {len(right)} right, each {unit} by weights fitted to the others")
    for values in (questions.authors, questions.labels):
        shares = (f"{one} {right[values == one].mean():.2f}" for one in sorted(set(values.tolist())))
        print("  " + ", ".join(shares))
    wrong = Counter(zip(questions.labels[~right].tolist(), predicted[~right].tolist(), strict=True))
    print("  " + ", ".join(f"{a} for {b} {count}" for (b, a), count in wrong.most_common(12)))


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=Path, default=QUESTIONS)
    parser.add_argument("--output", type=Path, default=WEIGHTS_FILE)
    options = parser.parse_args(arguments)
    questions = read_questions(options.questions)
    for meaning, name in ((False, "wording"), (True, "wording and vector")):
        report(questions, cross_validate(questions, meaning=meaning), name)
    write(options.output, tuple(map(str, Want)), fit(questions, meaning=False), fit(questions, meaning=True))


def write(output: Path, labels: tuple[str, ...], alone: Fitted, both: Fitted) -> None:
    """Write what was fitted over the wording alone, and over both; rag.question.classifier reads it."""
    arrays: dict[str, Any] = dict(
        labels=np.array(labels),
        features=np.frombuffer("\n".join(both.names).encode("utf-8"), dtype=np.uint8),
        **alone.arrays("alone", labels),
        **both.arrays("", labels),
    )
    np.savez_compressed(output, **arrays)
    print(f"{output.name}: {len(both.names)} features, {output.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
