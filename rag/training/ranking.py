"""Tries the weights by which candidates are ranked (rag/evidence/weights.toml), one after the other.

    python -m rag.training.ranking QUESTIONS.jsonl [--corpus CORPUS] [--write]

Each is halved and raised by half while the others stay; printed is the share of right and supported answers
for each. With `--write` what does better than before is taken, weight by weight, and written. A trial asks
every question once: twelve weights and a hundred questions take about ten minutes.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

from rag.evaluation import Figures, evaluate, read_cases
from rag.evidence import candidates
from rag.evidence.candidates import Ranking
from rag.evidence.weights import WEIGHTS_FILE
from rag.service import ReportService
from rag.settings import Settings
from rag.terminal import ProgressBar
from rag.training.weights import write_tables

FACTORS = (0.5, 1.5)
LEAST_GAIN = 0.015
"""A smaller one is noise: on a hundred questions it is a question or two."""
DIGITS = 3


def search(ranking: Ranking, score: Callable[[Ranking], float]) -> tuple[Ranking, list[str]]:
    """Return the best ranking that changing one weight after the other finds, and a line a trial."""
    best, lines = score(ranking), []
    for name, value in asdict(ranking).items():
        for factor in FACTORS:
            tried = replace(ranking, **{name: value * factor})
            found = score(tried)
            lines.append(f"{name} × {factor}: {found:.3f} ({found - best:+.3f})")
            if found >= best + LEAST_GAIN:
                ranking, best = tried, found
    return ranking, lines


def main() -> None:
    """Try, print, and write where that is wanted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--corpus", type=Path, help="default: the bundled one")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--output", type=Path, default=WEIGHTS_FILE)
    options = parser.parse_args()
    cases = read_cases(options.questions)
    with tempfile.TemporaryDirectory() as data:
        flags = {"data": data} | ({"corpus": str(options.corpus)} if options.corpus else {})
        service = ReportService(Settings.load({}, flags))
        with ProgressBar() as progress:
            service.load(progress)

        def score(ranking: Ranking) -> float:
            candidates.RANKING = ranking
            return Figures.from_marks(evaluate(service, cases)).correct_and_supported

        before = candidates.RANKING
        found, lines = search(before, score)
    print("\n".join(lines))
    if options.write and found != before:
        write_tables(
            options.output,
            f"Written by `python -m rag.training.ranking {options.questions.name} --write`: how candidates "
            "are ranked.",
            {"ranking": asdict(found)},
            DIGITS,
        )
        print(f"written: {found}")


if __name__ == "__main__":
    main()
