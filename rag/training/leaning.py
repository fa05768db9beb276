"""Fits rag/question/conversation/leaning.npz: whether a question leans on others, and how.

    python -m rag.training.leaning [--output FILE]

`followups.jsonl` holds questions that do, and complete ones that look as if they did; beside them the
labelled questions of rag/training/questions, which stand alone unless they are marked otherwise (`leans`).
What is printed first is measured in ten folds; what is written is fitted to all.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from rag.question.conversation.leaning import WEIGHTS_FILE, Link
from rag.training.wants import (
    QUESTIONS,
    Questions,
    Weights,
    cross_validate_folds,
    fit,
    make_questions,
    report,
    write,
)

FOLLOWUPS = Path(__file__).with_name("followups.jsonl")
OWN = "followups"
COUNTS_AS = 4.0
"""As how many of the others each question of followups.jsonl counts: there are four times as many others."""


def read_followups() -> Questions:
    """Read all questions with how they lean; raises ValueError for a label that is none."""
    rows = []
    for path in (FOLLOWUPS, *sorted(QUESTIONS.glob("*.jsonl"))):
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            leans = row.get("leans", str(Link.ALONE))
            if leans not in list(Link):
                raise ValueError(f"{path.name}: {row['question']!r} is labelled {leans!r}; use a Link.")
            rows.append((row["question"], leans, path.stem))
    return make_questions(rows)


def weigh(questions: Questions) -> Weights:
    """Return as how many each question counts, (n,)."""
    return np.where(questions.authors == OWN, COUNTS_AS, 1.0)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=WEIGHTS_FILE)
    options = parser.parse_args(arguments)
    questions = read_followups()
    weights = weigh(questions)
    for meaning, name in ((False, "wording"), (True, "wording and vector")):
        predicted = cross_validate_folds(questions, meaning=meaning, counts_as=weights)
        report(questions, predicted, name, "fold")
    alone, both = (fit(questions, meaning=meaning, counts_as=weights) for meaning in (False, True))
    write(options.output, tuple(map(str, Link)), alone, both)


if __name__ == "__main__":
    main()
