"""Checks the question files of this folder, and lays out what is needed to ask them.

usage: python -m tests.questions.check [REPORTS] [--out FOLDER]

Without REPORTS only the questions over the bundled report are held against a text. `--out` needs REPORTS and
writes FOLDER/corpus (every report asked of, the bundled one too) and FOLDER/<set>.jsonl with evidence in
words: what `report-rag evaluate` reads.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from index.documents.corpus import META_FILE, load_document
from index.documents.decoding import decode_text

HERE = Path(__file__).parent
BUNDLED = HERE.parents[1] / "corpus" / "saihan-2021"
SETS = (
    "other_reports",
    "colloquial",
    "english",
    "variants",
    "near_misses",
    "holdout",
    "fresh",
    "blind",
    "everyday",
    "pairs",
)
CATEGORIES = {
    "numeric",
    "entity",
    "list",
    "definition",
    "heading",
    "multi",
    "compare",
    "followup",
    "unanswerable",
    "adversarial",
    "chitchat",
}
TEXT_FILE = "report.txt"

Row = dict[str, Any]


def read_rows(name: str) -> list[Row]:
    """Return the questions of the set `name`, as they are written."""
    return [json.loads(line) for line in (HERE / f"{name}.jsonl").read_text("utf-8").splitlines()]


def read_texts(reports_folder: Path | None) -> dict[str, str]:
    """Return the canonical texts by document id: the bundled one, and those of `reports_folder`.

    Raises ValueError when a report is not the one that the questions were written over.
    """
    texts = {BUNDLED.name: load_document(BUNDLED).text}
    if reports_folder is None:
        return texts
    for document, report in _read_reports()["reports"].items():
        path = reports_folder / report["file"]
        text = decode_text(path.read_bytes(), str(path))
        found = hashlib.sha256(text.encode()).hexdigest()
        if found != report["sha256"]:
            raise ValueError(
                f"{path} has the SHA-256 {found}, the questions over {document} were written over "
                f"{report['sha256']}: use that version of the report."
            )
        texts[document] = text
    return texts


def resolve_evidence(row: Row, text: str) -> list[str]:
    """Return the evidence of `row` in words."""
    return [*row.get("evidence", ()), *(text[start:end] for start, end in row.get("evidence_spans", ()))]


def find_faults(texts: Mapping[str, str]) -> Iterator[str]:
    """Yield what is wrong with any question, a sentence each; a text that is not there is not consulted."""
    documents = {BUNDLED.name, *_read_reports()["reports"]}
    seen: dict[str, str] = {}
    for name in (*SETS, "dev"):
        for row in read_rows(name):
            where = f"{name} {row['id']}"
            for key in (row["id"], f"{row.get('document', BUNDLED.name)} {row['question']} {row['history']}"):
                if (first := seen.setdefault(key, where)) != where:
                    yield f"{where}: {key!r} stands in {first} already."
            if name == "dev":  # given, and not ours to mend
                continue
            if row["document"] not in documents:
                yield f"{where}: the document {row['document']!r} is not in reports.toml."
            yield from (f"{where}: {fault}" for fault in _find_shape_faults(row))
            if (text := texts.get(row["document"])) is not None:
                yield from (f"{where}: {fault}" for fault in _find_text_faults(row, text))


def _find_shape_faults(row: Row) -> Iterator[str]:
    evidence = [*row.get("evidence", ()), *row.get("evidence_spans", ())]
    if row["category"] not in CATEGORIES:
        yield f"the category {row['category']!r} is none."
    if row["document"] != BUNDLED.name and row.get("evidence"):
        yield "words of a report that is not kept here; give spans."
    if row["answerable"] != bool(evidence) or row["answerable"] != bool(row["gold"]):
        yield "answerable, gold and evidence do not agree."
    if not row["answerable"] and not row.get("note"):
        yield "an unanswerable question without a note that says why."


def _find_text_faults(row: Row, text: str) -> Iterator[str]:
    evidence = resolve_evidence(row, text)
    for words in evidence:
        if text.count(words) != 1:
            yield f"the evidence {words!r} occurs {text.count(words)} times; it must occur once."
    together = "\n".join(evidence)
    for gold in row["gold"]:
        if not any(either in together for either in gold.split("|")):
            yield f"the gold {gold!r} does not stand in the evidence."
    for words in row.get("absent", ()):
        if words in text:
            yield f"{words!r} is said to be absent, but stands at {text.find(words)}."


def materialise(reports_folder: Path, out: Path) -> None:
    """Write `out`/corpus, a folder a report, and `out`/<set>.jsonl, whose evidence is in words.

    Raises ValueError when a report is not the one that the questions were written over.
    """
    texts = read_texts(reports_folder)
    catalogue = _read_reports()
    shared = {key: value for key, value in catalogue.items() if isinstance(value, str)}
    shutil.copytree(BUNDLED, out / "corpus" / BUNDLED.name, dirs_exist_ok=True)
    for document, report in catalogue["reports"].items():
        folder = out / "corpus" / document
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(reports_folder / report["file"], folder / TEXT_FILE)
        meta = {key: value for key, value in report.items() if key not in ("file", "sha256")}
        meta |= shared | {"text_file": TEXT_FILE}
        lines = (f"{key} = {_write_value(value)}\n" for key, value in meta.items())
        (folder / META_FILE).write_text("".join(lines), "utf-8")
    for name in SETS:
        rows = [row | {"evidence": resolve_evidence(row, texts[row["document"]])} for row in read_rows(name)]
        lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (out / f"{name}.jsonl").write_text("".join(lines), "utf-8")


def _write_value(value: object) -> str:
    """Return `value` as TOML has it: its strings are those of JSON."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str | int) else str(value)


def _read_reports() -> dict[str, Any]:
    return tomllib.loads((HERE / "reports.toml").read_text("utf-8"))


def main() -> int:
    """Print the faults; return 1 where there are any."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("reports", type=Path, nargs="?", metavar="REPORTS")
    parser.add_argument("--out", type=Path, metavar="FOLDER")
    options = parser.parse_args()
    if options.out and not options.reports:
        parser.error("--out needs REPORTS, the folder of the reports.")
    faults = list(find_faults(read_texts(options.reports)))
    if options.out and not faults:
        materialise(options.reports, options.out)
    sys.stdout.write("".join(f"{fault}\n" for fault in faults) or "no fault\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
