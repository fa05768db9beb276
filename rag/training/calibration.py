"""Fits the regression of rag/evidence/answerability.py and writes it into rag/evidence/weights.toml.

    python -m rag.training.calibration CORPUS QUESTIONS.jsonl… --document ID

CORPUS and the questions over other reports come from `python -m tests.questions.check REPORTS --out DIR`.
Every answerable question is asked twice, the second time with the passages that answer it taken away: then no
answer is right.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from index.language.text import has_chinese, normalise_question
from index.types import Span
from rag.evidence.answerability import REGRESSION, describe_reading
from rag.evidence.candidates import Reading
from rag.evidence.context import ReportContext
from rag.evidence.evidence import Evidence
from rag.evidence.weights import WEIGHTS_FILE
from rag.question.intent import Intent
from rag.question.scope import is_covered
from rag.question.understanding import understand_of
from rag.service import ReportService
from rag.settings import Settings
from rag.terminal import ProgressBar
from rag.training.weights import write_tables
from rag.types import Turn

READ = {Intent.FACT, Intent.LIST, Intent.COMPARISON, Intent.SEVERAL}
FALSE_REFUSALS = 0.015
"""Answerable questions that the threshold may refuse."""
DIGITS = 2


def main() -> None:
    """Ask, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("questions", type=Path, nargs="+")
    parser.add_argument("--document", required=True, help="asked where a question names no report")
    parser.add_argument("--data", type=Path, help="folder to keep the index in (default: one of its own)")
    parser.add_argument("--output", type=Path, default=WEIGHTS_FILE)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as data:
        flags = {"corpus": str(options.corpus), "data": str(options.data or data)}
        service = ReportService(Settings.load({}, flags))
        with ProgressBar() as progress:
            service.load(progress)
        examples = [
            example
            for path in options.questions
            for example in _read_examples(path, service, options.document)
        ]
    features = np.array([[named[name] for name in REGRESSION.weights] for named, _ in examples])
    answers = np.array([answered for _, answered in examples])
    mean, deviation = features.mean(axis=0), features.std(axis=0)
    model = LogisticRegression().fit((features - mean) / deviation, answers)
    weights = model.coef_[0] / deviation
    intercept = float(model.intercept_[0] - weights @ mean)
    likelihoods = 1 / (1 + np.exp(-(features @ weights + intercept)))
    print(f"{len(answers)} examples, {answers.sum()} answered; AUC {roc_auc_score(answers, likelihoods):.3f}")
    names = " ".join(path.name for path in options.questions)
    write_tables(
        options.output,
        f"Written by `python -m rag.training.calibration CORPUS {names} --document {options.document}`: a "
        "logistic regression over what was seen in reading.",
        {
            "answerability": {
                "intercept": intercept,
                "threshold": float(np.quantile(likelihoods[answers], FALSE_REFUSALS)),
                "weights": dict(zip(REGRESSION.weights, map(float, weights), strict=True)),
            }
        },
        DIGITS,
    )


def _read_examples(
    path: Path, service: ReportService, default: str
) -> Iterator[tuple[dict[str, float], bool]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        document = row.get("document", default)
        context = service.contexts[document]
        yield from _ask(row, context)


def _ask(row: dict[str, Any], context: ReportContext) -> Iterator[tuple[dict[str, float], bool]]:
    report = context.report.document
    history = [Turn(**turn) for turn in row["history"]]
    query = understand_of(normalise_question(row["question"]), history, context.report)
    if not has_chinese(query.text) or not is_covered(query.scope, context.report) or query.intent not in READ:
        return
    evidence = [
        Span(*match.span())
        for words in row["evidence"]
        for match in re.finditer(re.escape(words), report.text)
    ]
    for part in query.parts or (query,):
        readings = Evidence(part, context).readings
        yield from _describe(readings, evidence)
        if evidence:
            rest = [one for one in readings if not _overlaps(one.hit.passage.span, evidence)]
            yield from _describe(rest, [])


def _describe(readings: list[Reading], evidence: list[Span]) -> Iterator[tuple[dict[str, float], bool]]:
    fitting = [reading for reading in readings if reading.fits]
    if fitting:
        yield describe_reading(fitting[0], readings[0]), _overlaps(fitting[0].span, evidence)


def _overlaps(span: Span, others: list[Span]) -> bool:
    return any(span.overlaps(other) for other in others)


if __name__ == "__main__":
    main()
