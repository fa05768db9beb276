"""Fits rag/evidence/answerability.py: prints its constants.

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
from rag.evidence.answerability import WEIGHTS, describe_reading
from rag.evidence.candidates import Reading
from rag.evidence.context import ReportContext
from rag.evidence.evidence import Evidence
from rag.question.intent import Intent
from rag.question.scope import is_covered
from rag.question.understanding import understand_of
from rag.service import ReportService
from rag.settings import Settings
from rag.terminal import ProgressBar
from rag.types import Turn

READ = {Intent.FACT, Intent.LIST, Intent.COMPARISON, Intent.SEVERAL}
FALSE_REFUSALS = 0.015
"""Answerable questions that the threshold may refuse."""


def main() -> None:
    """Ask, fit, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("questions", type=Path, nargs="+")
    parser.add_argument("--document", required=True, help="asked where a question names no report")
    parser.add_argument("--data", type=Path, help="folder to keep the index in (default: one of its own)")
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
    features = np.array([[named[name] for name in WEIGHTS] for named, _ in examples])
    answers = np.array([answered for _, answered in examples])
    mean, deviation = features.mean(axis=0), features.std(axis=0)
    model = LogisticRegression().fit((features - mean) / deviation, answers)
    weights = model.coef_[0] / deviation
    intercept = float(model.intercept_[0] - weights @ mean)
    likelihoods = 1 / (1 + np.exp(-(features @ weights + intercept)))
    print(f"{len(answers)} examples, {answers.sum()} answered; AUC {roc_auc_score(answers, likelihoods):.3f}")
    print({name: round(float(weight), 2) for name, weight in zip(WEIGHTS, weights, strict=True)})
    print(f"intercept {intercept:.2f}")
    print(f"threshold {np.quantile(likelihoods[answers], FALSE_REFUSALS):.2f}")


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
