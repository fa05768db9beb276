"""Fits rag/question/times.npz, which tells what time of a report an open question wants.

    python -m rag.training.times [--output FILE]

`times.jsonl` holds questions written for this, those of rag/training/questions with a `time` are real
readers'. What is printed first is measured in ten folds; what is written is fitted to all.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from rag.question.wants import TIMES_FILE, TimeWish
from rag.training.wants import QUESTIONS, Questions, cross_validate_folds, fit, make_questions, report, write

TIMES = Path(__file__).with_name("times.jsonl")


def read_timed() -> Questions:
    """Read all questions with the time they want; raises ValueError for a label that is none."""
    rows = []
    for path in (TIMES, *sorted(QUESTIONS.glob("*.jsonl"))):
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            wanted = row.get("time")
            if wanted is None:
                continue
            if wanted not in list(TimeWish):
                raise ValueError(f"{path.name}: {row['question']!r} is labelled {wanted!r}; use a TimeWish.")
            rows.append((row["question"], wanted, path.stem))
    return make_questions(rows)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=TIMES_FILE)
    options = parser.parse_args(arguments)
    questions = read_timed()
    for meaning, name in ((False, "wording"), (True, "wording and vector")):
        report(questions, cross_validate_folds(questions, meaning=meaning), name, "fold")
    alone, both = fit(questions, meaning=False), fit(questions, meaning=True)
    write(options.output, tuple(map(str, TimeWish)), alone, both)


if __name__ == "__main__":
    main()
