"""What any reader of documents promises, and what those of text files do."""

from __future__ import annotations

import codecs
import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.documents import files
from index.documents.corpus import load_document
from index.documents.decoding import decode_text
from index.documents.files import read_file
from index.documents.limits import DEFAULT_LIMITS
from index.documents.reader import DocumentReader, DocumentText, find_fault
from index.documents.readers import READERS
from index.errors import CorpusError, DamagedError, OutdatedError
from index.storage.corpus_index import build_generation, open_generation
from index.storage.serialisation import read_documents, write_documents
from index.structure import parse_document
from index.types import Box, IndexedDocument, Place, ReaderName, Span
from tests.index.pdf_writer import Sheet, write_pdf
from tests.index.word_writer import paragraph, write_docx

TEXT = "云溪区2031年政府工作报告\r\n\r\n一、2030年工作回顾\n地区生产总值增长5.2%。\n"


class PagedReader:
    """A made-up format with pages: form feeds part them, and each line of text has its box."""

    name = ReaderName("paged", "1")

    confined = False

    def recognises(self, data: bytes, name: str) -> bool:
        return data.startswith(b"%PAGED\n")

    def read(self, data, name, limits, progress) -> DocumentText:
        pages = decode_text(data.removeprefix(b"%PAGED\n"), name).split("\f")
        places, start = [], 0
        for number, page in enumerate(pages):
            for row, line in enumerate(page.splitlines(keepends=True)):
                if words := line.rstrip("\r\n"):
                    box = Box(number, 0.1, row / 100, 0.9, (row + 1) / 100)
                    places.append(Place(Span(start, start + len(words)), box))
                start += len(line)
        return DocumentText(
            "".join(pages), tuple(f"— {n} —" for n in range(1, len(pages) + 1)), tuple(places)
        )


# A file of each kind that its reader has to read, by the kind.
FILES: dict[str, tuple[str, bytes]] = {
    "text": ("report.txt", TEXT.encode()),
    "markdown": ("report.md", f"# {TEXT}".encode()),
    "pdf": ("report.pdf", write_pdf([Sheet(words=[(70.0, 100.0, 12.0, "云溪区政府工作报告")])])),
    "docx": ("report.docx", write_docx(paragraph("云溪区政府工作报告"))),
    "html": ("report.html", f"<html><body><p>{TEXT * 9}</p></body></html>".encode()),
    "paged": ("report.paged", f"%PAGED\n{TEXT}\f二、2031年安排\n".encode()),
}
# What a reader cannot read, where it is not just bytes that are in no character set.
BROKEN = {"pdf": b"%PDF-1.7\n", "docx": b"PK\x03\x04", "html": b"<html></html>"}
ALL: dict[str, DocumentReader] = {"paged": PagedReader(), **READERS}


@pytest.fixture(params=ALL)
def reader(request: pytest.FixtureRequest) -> DocumentReader:
    return ALL[request.param]


def read(reader: DocumentReader, file: tuple[str, bytes]) -> DocumentText:
    name, data = file
    return reader.read(data, name, DEFAULT_LIMITS, lambda done, total: None)


@pytest.fixture
def file(reader: DocumentReader) -> tuple[str, bytes]:
    return FILES[reader.name.kind]


def test_a_reader_knows_its_kind_and_no_other_before_it_takes_the_file(reader, file, monkeypatch) -> None:
    monkeypatch.setattr(files, "READERS", ALL)
    name, data = file
    assert reader.recognises(data, name)
    found = read_file(data, name)
    assert (found.text, found.reader) == (read(reader, file).text, reader.name)


def test_a_reader_gives_the_same_text_again_and_places_that_fit_it(reader, file) -> None:
    found = read(reader, file)
    assert found == read(reader, file)
    assert found.text
    assert found.text.encode()  # no lone surrogate: the hash is over its UTF-8
    assert not found.text.startswith(codecs.BOM_UTF8.decode())
    assert find_fault(found) is None


def test_a_reader_refuses_what_it_cannot_read_in_one_sentence_with_the_file(reader, file) -> None:
    name, data = file
    broken = BROKEN.get(reader.name.kind, data + b"\xff" * 8)
    with pytest.raises(CorpusError, match=rf"^[^\n]*{name}[^\n]*$"):
        read(reader, (name, broken))


def test_a_reader_is_named_by_its_kind_and_version(reader) -> None:
    assert str(reader.name) == f"{reader.name.kind}/{reader.name.version}"
    assert all(kind == one.name.kind for kind, one in READERS.items())


# A document keeps who read it, and where its characters stand.


def test_places_are_kept_in_the_index(tmp_path: Path, write_report) -> None:
    _, data = FILES["paged"]
    found = read(PagedReader(), ("report.paged", data))
    document = replace(
        write_report("a", found.text), reader=PagedReader().name, pages=found.pages, places=found.places
    )
    one = IndexedDocument(document, parse_document(document))
    write_documents(tmp_path / "documents.jsonl", [one])
    assert read_documents(tmp_path / "documents.jsonl") == [one]
    assert [place.span.of(found.text) for place in found.places][:2] == TEXT.split()[:2]


BOX = Box(0, 0.1, 0.1, 0.9, 0.2)


@pytest.mark.parametrize(
    ("places", "words"),
    [
        ([Place(Span(0, 99), BOX)], "outside"),
        ([Place(Span(2, 2), BOX)], "outside"),
        ([Place(Span(0, 3), BOX), Place(Span(2, 4), BOX)], "overlap"),
        ([Place(Span(0, 3), BOX, (0.1, 0.2, 0.3))], "edges of a place"),
        ([Place(Span(0, 3), replace(BOX, page=1))], "on no page"),
        ([Place(Span(0, 3), replace(BOX, x1=1.2))], "leaves its page"),
        ([Place(Span(0, 3), replace(BOX, y0=0.3))], "leaves its page"),
        ([Place(Span(0, 2), BOX, (0.1, 0.2, 1.3))], "leaves its page"),
    ],
)
def test_places_that_do_not_fit_are_damage(tmp_path: Path, write_report, places, words) -> None:
    assert words in (find_fault(DocumentText("一二三四五", ("1",), tuple(places))) or "")
    document = replace(write_report("a", "一二三四五"), pages=("1",), places=tuple(places))
    write_documents(tmp_path / "documents.jsonl", [IndexedDocument(document, parse_document(document))])
    with pytest.raises(ValueError, match=words):
        read_documents(tmp_path / "documents.jsonl")


def test_what_another_version_of_a_reader_read_is_outdated(tmp_path: Path, reports, encoder) -> None:
    build_generation(tmp_path, reports, encoder, fingerprint="hashing")
    newer = [replace(document, reader=ReaderName("text", "2")) for document in reports]
    with pytest.raises(OutdatedError, match=r"read by text/1.*now read by text/2.*index --rebuild"):
        open_generation(tmp_path, encoder, fingerprint="hashing", documents=newer)


def test_a_manifest_that_names_another_reader_is_refused(tmp_path: Path, reports, encoder) -> None:
    build_generation(tmp_path, reports, encoder, fingerprint="hashing")
    path = tmp_path / "generations" / "000001" / "manifest.json"
    path.write_text(path.read_text("utf-8").replace("text/1", "text/9"), "utf-8")
    with pytest.raises(DamagedError, match="checksum"):
        open_generation(tmp_path, encoder, fingerprint="hashing")


# Text files, in the character sets that there are.


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"]
)
@pytest.mark.parametrize(
    "text", [TEXT, "正文", "地区生产总值增长5.2%。" * 300], ids=["report", "short", "long"]
)
def test_text_is_understood_in_every_usual_character_set(encoding: str, text: str) -> None:
    assert decode_text(text.encode(encoding), "report.txt") == text


@pytest.mark.parametrize("mark", ["utf-16-le", "utf-16-be", "utf-8", "gb18030"])
def test_only_one_byte_order_mark_is_dropped(mark: str) -> None:
    assert decode_text(f"\ufeff\ufeff {TEXT}".encode(mark), "report.txt") == f"\ufeff {TEXT}"


def test_characters_beyond_gbk_are_gb18030() -> None:
    assert decode_text("一、工作回顾\n𠀀䶮".encode("gb18030"), "report.txt") == "一、工作回顾\n𠀀䶮"


@pytest.mark.parametrize("missing", [1, 2])
def test_a_file_cut_inside_its_last_character_loses_that_one_alone(missing: int) -> None:
    assert decode_text(f"{TEXT}完".encode()[:-missing], "report.txt") == TEXT


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_bytes_that_break_their_own_mark_are_named(encoding: str) -> None:
    data = "\ufeff正文".encode(encoding) + b"\x00"
    with pytest.raises(
        CorpusError, match=r"report\.txt is marked as UTF-16-.E, but byte 6 .*save .* as UTF-8"
    ):
        decode_text(data, "report.txt")


@given(st.text(max_size=60))
def test_utf_8_comes_back_whatever_it_says(text: str) -> None:
    try:
        data = text.encode()
    except UnicodeEncodeError:  # a lone surrogate
        return
    expected = text.removeprefix("\ufeff")
    if not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        assert decode_text(data, "report.txt") == expected


def test_a_corpus_folder_says_who_read_its_text(tmp_path: Path, corpus_folder: Path) -> None:
    bundled = load_document(corpus_folder / "saihan-2021")
    assert (str(bundled.reader), bundled.pages, bundled.places) == ("text/1", (), ())
    folder = tmp_path / "a"
    folder.mkdir()
    meta = (corpus_folder / "saihan-2021" / "meta.toml").read_text("utf-8")
    (folder / "meta.toml").write_text(meta.replace("report.txt", "report.md"), "utf-8")
    (folder / "report.md").write_bytes(TEXT.encode())
    found = load_document(folder)
    assert (str(found.reader), found.text) == ("markdown/1", TEXT)
    assert found.sha256 == hashlib.sha256(TEXT.encode()).hexdigest()
