"""Fits the two regressions of rag/evidence/topic.py and writes them into rag/evidence/weights.toml.

    python -m rag.training.topic CORPUS QUESTIONS.jsonl…

QUESTIONS are open questions with the sentences that are relevant and the nuggets that an answer has to hold
(`relevant`, `nuggets` with `evidence` and `vital`), over the documents of CORPUS. What is printed first is
measured report by report, with weights fitted to the questions on the others; what is written is fitted to
all. It takes some minutes.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.language.text import normalise_question
from index.types import IndexedDocument, Span
from rag.evidence.context import ReportContext
from rag.evidence.selection import SELECTION, choose
from rag.evidence.topic import column_of, cut_runs
from rag.evidence.topic_features import Material, Measured, measure
from rag.evidence.weights import WEIGHTS_FILE
from rag.question.openness import LENGTHS, Form, Openness, read_keyword
from rag.question.understanding import understand_of
from rag.service import ReportService
from rag.settings import Settings
from rag.terminal import ProgressBar
from rag.training.weights import write_tables
from rag.types import Turn

Bools = npt.NDArray[np.bool_]

REGULARISATION = 0.002
"""scikit-learn's C over standardised columns: from 0.003 to 0.03 all do alike, left out by report."""
PRODUCTS = (
    *("logit*fig", "t_fused*fig", "sect*fig", "hment*fig", "pment*fig", "cz2*fig", "phrase*fig"),
    *("para_first*fig", "firstment*fig", "hz*sect", "t_fused*smooth", "hment*smooth", "hmean*smooth"),
    *("phrase*smooth", "firstment*smooth", "logit*hment", "logit*phrase"),
)
"""A figure counts where the topic is near, a heading where the sentences around are near it too."""
ON_TOPIC_SHARE, TELLING_SHARE = 0.5, 0.4
"""The share of a clause that relevant sentences, or the evidence of vital nuggets, have to cover."""
DIGITS = 4
ITERATIONS = 500
LEFT_OUT = frozenset({"overview"})
"""Categories that are answered without a topic."""


@dataclass(frozen=True, slots=True)
class Example:
    """A question with its report's clauses, measured, and what is known of each."""

    document: str
    report: IndexedDocument
    openness: Openness
    measured: Measured
    fits: list[bool]
    relevant: Bools
    vital: Bools
    nuggets: tuple[tuple[Span, ...], ...]
    relevant_characters: Bools


def read_examples(path: Path, contexts: Mapping[str, ReportContext]) -> Iterator[Example]:
    """Yield the questions of `path` that are open and have a topic."""
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        context = contexts.get(row["document"])
        if context is None or row["category"] in LEFT_OUT:
            continue
        report = context.report
        history = [Turn(turn["role"], turn["content"]) for turn in row["history"]]
        query = understand_of(
            normalise_question(row["question"]), history, report, encode=context.index.encode
        )
        openness = query.openness or read_keyword(query.topic, query.scope)
        if openness.form is Form.PROBLEMS or not openness.topic.words:
            continue
        fits = [openness.admits(passage, report.document) for passage in report.structure.passages]
        material = Material(report, context.index, context.weights, context.reader)
        measured = measure(query.text, openness.topic, fits, material)
        yield _label(row, report, openness, measured, fits)


def _label(
    row: dict[str, Any], report: IndexedDocument, openness: Openness, measured: Measured, fits: list[bool]
) -> Example:
    text = report.document.text
    evidence = {index: [n["evidence"], *n.get("also", [])] for index, n in enumerate(row["nuggets"])}
    everything = [*row["relevant"], *(words for several in evidence.values() for words in several)]
    vital = [tuple(_places(text, evidence[at])) for at, n in enumerate(row["nuggets"]) if n["vital"]]
    characters = _mark(text, _places(text, everything))
    telling = _mark(text, [span for spans in vital for span in spans])
    return Example(
        row["document"],
        report,
        openness,
        measured,
        fits,
        np.array([characters[c.start : c.end].mean() > ON_TOPIC_SHARE for c in measured.clauses]),
        np.array([telling[c.start : c.end].mean() > TELLING_SHARE for c in measured.clauses]),
        tuple(vital),
        characters,
    )


def _places(text: str, words: Sequence[str]) -> list[Span]:
    """Return every occurrence of each of `words`."""
    found = []
    for one in words:
        at = text.find(one)
        while at >= 0:
            found.append(Span(at, at + len(one)))
            at = text.find(one, at + 1)
    return found


def _mark(text: str, spans: Sequence[Span]) -> Bools:
    marks = np.zeros(len(text), dtype=np.bool_)
    for span in spans:
        marks[span.start : span.end] = True
    return marks


@dataclass(frozen=True, slots=True)
class Fitted:
    """The weights of a regression over named columns, not standardised."""

    intercept: float
    weights: dict[str, float]

    def estimate(self, measured: Measured) -> npt.NDArray[np.float64]:
        """Return the likelihoods of the clauses."""
        total = self.intercept + sum(
            weight * column_of(name, measured.columns) for name, weight in self.weights.items()
        )
        likelihood: npt.NDArray[np.float64] = 1 / (1 + np.exp(-np.asarray(total)))
        return likelihood


def fit(examples: Sequence[Example], labels: Sequence[Bools]) -> Fitted:
    """Fit a regression; every question weighs alike, however many clauses its report has."""
    from sklearn.linear_model import LogisticRegression

    names = [*examples[0].measured.columns, *PRODUCTS]
    rows = np.concatenate(
        [np.stack([column_of(name, one.measured.columns) for name in names], axis=1) for one in examples]
    )
    shares = np.concatenate([np.full(len(label), 1 / len(label)) for label in labels])
    centre, spread = rows.mean(axis=0), rows.std(axis=0)
    spread[spread == 0] = 1.0
    model = LogisticRegression(C=REGULARISATION, max_iter=ITERATIONS)
    model.fit((rows - centre) / spread, np.concatenate(labels), sample_weight=shares / shares.mean())
    weights = model.coef_[0] / spread
    return Fitted(
        float(model.intercept_[0] - weights @ centre), dict(zip(names, map(float, weights), strict=True))
    )


def fit_both(examples: Sequence[Example]) -> tuple[Fitted, Fitted]:
    """Fit what is on a topic to all questions, what is telling to those that have an answer."""
    answered = [one for one in examples if one.nuggets]
    return (
        fit(examples, [one.relevant for one in examples]),
        fit(answered, [one.vital for one in answered]),
    )


def score(example: Example, fitted: tuple[Fitted, Fitted]) -> tuple[float, float] | None:
    """Return the share of vital nuggets that a digest would cite, and of its characters that are relevant."""
    on_topic, telling = (one.estimate(example.measured) for one in fitted)
    runs = cut_runs(example.measured, example.fits, on_topic, telling, example.report)
    form = example.openness.form
    found = [run for run in runs if run.on_topic >= SELECTION.on_topic]
    chosen = choose(found, LENGTHS[form], every_period=form is Form.SITUATION)
    if not example.nuggets:
        return None
    cited = _mark(example.report.document.text, [run.span for run in chosen])
    told = [any(cited[s.start : s.end].mean() >= 1 / 2 for s in spans) for spans in example.nuggets]
    right = float(example.relevant_characters[cited].mean()) if cited.any() else 0.0
    return sum(told) / len(told), right


def cross_validate(examples: Sequence[Example]) -> tuple[float, float]:
    """Return mean vital recall and precision, each report with weights fitted to the others."""
    scores = []
    for document in sorted({one.document for one in examples}):
        fitted = fit_both([one for one in examples if one.document != document])
        scores += [score(one, fitted) for one in examples if one.document == document]
    recalls, precisions = zip(*filter(None, scores), strict=True)
    return float(np.mean(recalls)), float(np.mean(precisions))


def main() -> None:
    """Measure, print what cross-validation gives, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("questions", type=Path, nargs="+")
    parser.add_argument("--data", type=Path, help="folder to keep the index in (default: one of its own)")
    parser.add_argument("--output", type=Path, default=WEIGHTS_FILE)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as data:
        flags = {"corpus": str(options.corpus), "data": str(options.data or data)}
        service = ReportService(Settings.load({}, flags))
        with ProgressBar() as progress:
            service.load(progress)
        examples = [one for path in options.questions for one in read_examples(path, service.contexts)]
    recall, precision = cross_validate(examples)
    print(f"{len(examples)} questions, each report by weights fitted to the others: ", end="")
    print(f"vital recall {recall:.3f}, precision {precision:.3f}")
    fitted = fit_both(examples)
    recalls, precisions = zip(*filter(None, (score(one, fitted) for one in examples)), strict=True)
    print(f"fitted to all: vital recall {np.mean(recalls):.3f}, precision {np.mean(precisions):.3f}")
    names = " ".join(path.name for path in options.questions)
    write_tables(
        options.output,
        f"Written by `python -m rag.training.topic CORPUS {names}`: "
        f"logistic regressions over the columns of topic_features.py, fitted to {len(examples)} questions "
        f"over {len({one.document for one in examples})} reports.",
        {
            name: {"intercept": one.intercept, "weights": one.weights}
            for name, one in zip(("on_topic", "telling"), fitted, strict=True)
        },
        DIGITS,
    )


if __name__ == "__main__":
    main()
