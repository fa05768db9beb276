"""Files as people make them: the bundled report through LibreOffice and Chromium, equal to its text again.

Needs LibreOffice (apt install libreoffice-writer-nogui) or Chromium, and a Chinese font; skipped without.
"""

from __future__ import annotations

import difflib
import html
import io
import subprocess
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from index.documents.corpus import load_document
from index.documents.files import ReadDocument, read_file, render_page
from index.documents.places import find_boxes
from index.documents.reader import DocumentText, find_fault
from index.types import Span
from tests.index.made_files import columns, convert, flat_document, footnote, paragraph, table
from tests.ui.setup_browser import find_browser, has_chinese_font

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not has_chinese_font(), reason="no Chinese font (apt install fonts-noto-cjk)"),
]

EQUAL = 0.999  # of the characters, white space aside
PRINTING_SECONDS = 120
TABLE = [
    ["指标", "2030年", "2031年计划"],
    ["地区生产总值", "450亿元", "增长7%左右"],
    ["粮食", "9万吨", "10万吨"],
]
NOTES = ["六稳：指稳就业、稳金融、稳外贸、稳外资、稳投资、稳预期。", "双控：指债务规模和债务率双控制。"]


@pytest.fixture(scope="module")
def lines(corpus_folder: Path) -> list[str]:
    text = load_document(corpus_folder / "saihan-2021").text
    return [line.strip() for line in text.splitlines() if line.strip()]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("made")


def bare(text: str) -> str:
    return "".join(text.split())


def likeness(read: ReadDocument, lines: list[str]) -> float:
    """Return which share of the characters is equal, over the whole; 1.0 where all are."""
    found, wanted = bare(read.text), bare("".join(lines))
    if found == wanted:
        return 1.0
    matcher = difflib.SequenceMatcher(None, found, wanted, autojunk=False)
    return 2 * sum(block.size for block in matcher.get_matching_blocks()) / (len(found) + len(wanted))


def check(data: bytes, name: str) -> ReadDocument:
    read = read_file(data, name)
    assert find_fault(DocumentText(read.text, read.pages, read.places, read.notes)) is None
    return read


@pytest.fixture(scope="module")
def one_column(folder: Path, lines: list[str]) -> Path:
    source = folder / "one.fodt"
    blocks = [paragraph(lines[0], "Title"), *map(paragraph, lines[1:])]
    source.write_text(flat_document(blocks, header="政府工作报告"), "utf-8")
    return source


def test_a_pdf_of_a_word_processor_is_equal_to_its_source_paragraph_by_paragraph(
    one_column: Path, lines: list[str]
) -> None:
    read = check(convert(one_column, "pdf").read_bytes(), "one.pdf")
    assert likeness(read, lines) >= EQUAL
    assert [bare(line) for line in read.text.split("\n") if line] == [bare(line) for line in lines]
    assert read.pages == tuple(str(number + 1) for number in range(len(read.pages)))
    assert read.remarks == ()


def test_a_word_document_is_equal_to_its_source(one_column: Path, lines: list[str]) -> None:
    read = check(convert(one_column, "docx").read_bytes(), "one.docx")
    assert [bare(line) for line in read.text.split("\n") if line] == [bare(line) for line in lines]


def test_paragraphs_set_apart_by_space_are_equal_too(folder: Path, lines: list[str]) -> None:
    source = folder / "spaced.fodt"
    source.write_text(flat_document(map(paragraph, lines), size=12, indent=False), "utf-8")
    read = check(convert(source, "pdf").read_bytes(), "spaced.pdf")
    assert likeness(read, lines) >= EQUAL
    same = {bare(line) for line in read.text.split("\n")} & {bare(line) for line in lines}
    assert len(same) >= 0.97 * len(set(lines))


def test_two_columns_with_a_table_and_notes(folder: Path, lines: list[str]) -> None:
    body = [line for line in lines if len(line) > 60][:24]
    noted = [html.escape(line) for line in body]
    for number, note in enumerate(NOTES):
        noted[3 * number] += footnote(number + 1, note)
    blocks = [
        paragraph("云溪区2031年政府工作报告", "Title"),
        columns(*map(paragraph, noted[:12])),
        table(TABLE),
        columns(*map(paragraph, noted[12:])),
    ]
    source = folder / "two.fodt"
    source.write_text(flat_document(blocks, size=10.5, header="政府工作报告"), "utf-8")
    read = check(convert(source, "pdf").read_bytes(), "two.pdf")
    text, _, notes = read.text.partition("\n注释\n")
    rows = ["\t".join(row) for row in TABLE]
    assert [row for row in text.split("\n") if "\t" in row] == rows
    prose = [line for line in text.split("\n") if line and "\t" not in line]
    assert [bare(line) for line in prose] == [bare(line) for line in ("云溪区2031年政府工作报告", *body)]
    assert notes.splitlines() == [f"[{number}] {note}" for number, note in enumerate(NOTES, 1)]


@pytest.fixture(scope="module")
def printed(folder: Path, lines: list[str]) -> Path:
    browser = find_browser()
    if browser is None:
        pytest.skip("no Chromium (apt install chromium)")
    page, target = folder / "page.html", folder / "page.pdf"
    style = "p{text-indent:2em;margin:.4em 0;line-height:1.8}"
    body = "".join(f"<p>{html.escape(line)}</p>" for line in lines)
    page.write_text(
        f"<html><head><meta charset=utf-8><style>{style}</style></head><body>{body}</body></html>", "utf-8"
    )
    command = [browser, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/browser"]
    subprocess.run(
        [*command, f"--print-to-pdf={target}", page.as_uri()],
        check=True, capture_output=True, timeout=PRINTING_SECONDS,
    )  # fmt: skip
    return target


def test_a_pdf_that_a_browser_printed_is_equal_to_the_page(printed: Path, lines: list[str]) -> None:
    assert likeness(check(printed.read_bytes(), "page.pdf"), lines) >= EQUAL


# Characters that are the same look the same where their boxes say they stand: an eye without eyes.

_SIDE = 20  # pixels of a cut-out
_WIDTH = 1600
_ALIKE = 0.98  # of the cut-outs are most like the others of their character; a few are in another size
_CLASSES, _EACH = 40, 8  # characters, and occurrences of each


def cut_outs(data: bytes, read: ReadDocument) -> dict[str, list[np.ndarray]]:
    pages: dict[int, np.ndarray] = {}
    found: dict[str, list[np.ndarray]] = defaultdict(list)
    for offset, character in enumerate(read.text):
        if not "\u4e00" <= character <= "\u9fff" or len(found[character]) >= _EACH:
            continue
        (box,) = find_boxes(read.places, Span(offset, offset + 1))
        if box.page not in pages:
            picture = Image.open(io.BytesIO(render_page(data, "a.pdf", box.page, _WIDTH))).convert("L")
            pages[box.page] = 255 - np.asarray(picture, dtype=np.float32)
        ink = pages[box.page]
        height, width = ink.shape
        area = ink[
            int(box.y0 * height) : int(box.y1 * height) + 1, int(box.x0 * width) : int(box.x1 * width) + 1
        ]
        small = Image.fromarray(area.astype(np.uint8)).resize((_SIDE, _SIDE))
        vector = np.asarray(small, dtype=np.float32).ravel()
        found[character].append(vector / max(float(np.linalg.norm(vector)), 1.0))
    frequent = [character for character, cuts in found.items() if len(cuts) == _EACH][:_CLASSES]
    return {character: found[character] for character in frequent}


@pytest.mark.parametrize("made", ["one_column", "printed"])
def test_boxes_are_on_the_characters_that_they_are_said_to_be_on(
    made: str, request: pytest.FixtureRequest
) -> None:
    path = request.getfixturevalue(made)
    data = (convert(path, "pdf") if path.suffix == ".fodt" else path).read_bytes()
    cuts = cut_outs(data, check(data, "a.pdf"))
    assert len(cuts) == _CLASSES
    sums = {character: np.sum(vectors, axis=0) for character, vectors in cuts.items()}
    right = 0
    for character, vectors in cuts.items():
        for vector in vectors:
            scores = {
                other: float(vector @ (total - vector if other == character else total))
                / (_EACH - (other == character))
                for other, total in sums.items()
            }
            right += max(scores, key=lambda one: scores[one]) == character
    assert right >= _ALIKE * _CLASSES * _EACH
