"""Training the bundled reader, from the weights it has to the files of the package.

    python -m rag.training --general FILE.json… --reports FOLDER --tests FILE.jsonl… [--asked FILE.jsonl…]

    the present reader's graph ── dequantisation.py ──▶ weights
    CMRC 2018, DRCD (--general), reports and what is asked of them ── recipe.py ──▶ groups
      ── optimisation.py ──▶ trained weights ── export.py ──▶ reader.onnx ── here ──▶ provenance.toml

FOLDER holds reports as PLACE_YEAR.txt, in subfolders too; those the tests ask about and a third of the
others are held out (corpus.py). Needs the extra `weights`. An hour on one CPU core; `--checkpoint` keeps
what was learned, and goes on from there when it is run again.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import torch

from index.encoder import load_tokenizer
from index.encoder.provenance import PROVENANCE_FILE
from index.encoder.source import WHEEL_SHA256
from rag.evidence.reader.reader import BUNDLED, GRAPH_FILE
from rag.terminal import ProgressBar
from rag.training.corpus import TestGrams, list_reports, read_test_questions, read_tested_reports
from rag.training.dequantisation import load_reader
from rag.training.export import export_reader
from rag.training.optimisation import encode_groups, train
from rag.training.recipe import SEED, Recipe

CALIBRATED = 200
"""Groups whose windows tell the ranges of channels."""
PACKAGES = ("torch", "transformers", "tokenizers", "onnxruntime")


def _provenance(out: Path, start: str) -> str:
    sha256 = hashlib.sha256((out / GRAPH_FILE).read_bytes()).hexdigest()
    versions = "\n".join(f'{name} = "{version(name)}"' for name in PACKAGES)
    return f"""\
# Where the bundled reader comes from. Train it with: python -m rag.training
model = "a reader on intfloat/multilingual-e5-small"
licence = "CC BY-SA 4.0"
changes = "All but the lowest layers and four heads trained on the data below; as ONNX in 8 and 4 bits."
wheel_sha256 = "{WHEEL_SHA256}"
trained_on_from = "the reader with the SHA-256 {start}"

[data]
"CMRC 2018, training questions" = "CC BY-SA 4.0, Cui et al., https://arxiv.org/abs/1810.07366"
"DRCD, development questions" = "CC BY-SA 3.0, Shao et al., https://arxiv.org/abs/1806.00920"
"questions.jsonl over government work reports" = "written for this project; the reports are official texts"
"questions made of reports of the same genre" = "made by the recipe"

[files]
"{GRAPH_FILE}" = "{sha256}"

[built_with]
{versions}
"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m rag.training", description="Train the reader.")
    parser.add_argument(
        "--general", type=Path, nargs="+", required=True, help="SQuAD-like files: CMRC 2018, DRCD"
    )
    parser.add_argument("--reports", type=Path, required=True, help="folder of reports, PLACE_YEAR.txt each")
    parser.add_argument("--sets", type=Path, default=Path("tests/questions"), help="folder of the test sets")
    parser.add_argument("--tests", type=Path, nargs="*", default=[], help="further test sets, .jsonl")
    parser.add_argument("--asked", type=Path, nargs="*", default=[], help="questions with `intent`, .jsonl")
    parser.add_argument("--checkpoint", type=Path, help="file to keep what was learned in, and to go on from")
    parser.add_argument("--steps", type=int, help="end after so many steps (default: when all was read)")
    parser.add_argument("--out", type=Path, default=BUNDLED, help="folder to write the reader into")
    options = parser.parse_args(arguments)
    names, _ = list_reports(options.reports, read_tested_reports(options.sets))
    tests = TestGrams(read_test_questions([*sorted(options.sets.glob("*.jsonl")), *options.tests]))
    asked = [json.loads(line) for path in options.asked for line in path.read_text("utf-8").splitlines()]
    start = BUNDLED / GRAPH_FILE
    model, tokenizer = load_reader(start), load_tokenizer()
    torch.manual_seed(SEED)
    with ProgressBar() as progress:
        groups = Recipe(options.reports, names, tests, asked).gather(options.general, progress)
        train(model, groups, tokenizer, progress, SEED, options.checkpoint, options.steps)
    options.out.mkdir(parents=True, exist_ok=True)
    before = hashlib.sha256(start.read_bytes()).hexdigest()
    calibration = encode_groups(groups[:: max(1, len(groups) // CALIBRATED)], tokenizer)
    export_reader(model, options.out / GRAPH_FILE, calibration)
    (options.out / PROVENANCE_FILE).write_text(_provenance(options.out, before), encoding="utf-8")


if __name__ == "__main__":
    main()
