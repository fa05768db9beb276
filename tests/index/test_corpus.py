"""A document folder is loaded as published, or refused in one sentence that says what to do."""

import datetime as dt
import hashlib
from pathlib import Path

import pytest

from index.documents.corpus import load_corpus, load_document
from index.errors import CorpusError

CORPUS = Path(__file__).parents[2] / "corpus"
META = """\
title = "某县2021年政府工作报告"
place = "某县"
year = 2021
date = 2021-02-07
speaker = "县长"
occasion = "会议"
source = "政府网站"
licence = "none"
text_file = "report.txt"
"""


def write(folder: Path, meta: str = META, text: bytes = "正文。\r\n".encode()) -> Path:
    folder.mkdir()
    (folder / "meta.toml").write_text(meta, encoding="utf-8")
    (folder / "report.txt").write_bytes(text)
    return folder


def test_the_bundled_report_is_loaded_byte_for_byte() -> None:
    document = load_document(CORPUS / "saihan-2021")
    assert document.id == "saihan-2021"
    assert len(document.text) == 17_197
    assert document.sha256 == "e0e94a9f" + document.sha256[8:]
    assert document.sha256 == hashlib.sha256((CORPUS / "saihan-2021" / "report.txt").read_bytes()).hexdigest()
    assert document.meta.date == dt.date(2021, 2, 7)


def test_documents_come_in_the_order_of_their_ids(tmp_path: Path) -> None:
    for name in ("b-2", "a-1", ".hidden"):
        write(tmp_path / name)
    assert [document.id for document in load_corpus(tmp_path)] == ["a-1", "b-2"]


def test_only_the_byte_order_mark_is_dropped(tmp_path: Path) -> None:
    document = load_document(write(tmp_path / "a", text="\ufeff 正文。\r\n\ufeff".encode()))
    assert document.text == " 正文。\r\n\ufeff"
    assert document.sha256 == hashlib.sha256(document.text.encode()).hexdigest()


def test_gb18030_is_understood(tmp_path: Path) -> None:
    document = load_document(write(tmp_path / "a", text="一、工作回顾\n𠀀".encode("gb18030")))
    assert document.text == "一、工作回顾\n𠀀"
    assert document.sha256 == hashlib.sha256(document.text.encode()).hexdigest()


def test_a_byte_that_fits_neither_encoding_is_named(tmp_path: Path) -> None:
    folder = write(tmp_path / "a", text="正文".encode() + b"\xff\xff")
    with pytest.raises(CorpusError, match=r"report\.txt is neither UTF-8 nor GB18030: byte 6 \(0xff\)"):
        load_document(folder)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("speaker =", "speeker =", "unknown key 'speeker': did you mean 'speaker'"),
        ("place =", "城市 =", r"unknown key|Invalid|not valid TOML"),
        ('place = "某县"\n', "", "lacks the key 'place'"),
        ("year = 2021", 'year = "2021"', "'year' in .* is '2021': write a whole number"),
        ("year = 2021", "year = true", "write a whole number"),
        ("year = 2021", "year = 21", "write a year from"),
        ("date = 2021-02-07", 'date = "2021-02-07"', "write a date"),
        ("date = 2021-02-07", "date = 2021-02-07T10:00:00", "write a date"),
        ('title = "某县2021年政府工作报告"', 'title = " "', "'title' in .* is empty"),
        ('"report.txt"', '"../report.txt"', "bare name of a file"),
        ('"report.txt"', '"other.txt"', r"other\.txt cannot be read"),
        ("year = 2021", "year 2021", "not valid TOML"),
    ],
)
def test_a_mistake_in_the_description_is_named_with_its_remedy(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    folder = write(tmp_path / "a", meta=META.replace(old, new))
    with pytest.raises(CorpusError, match=message) as caught:
        load_document(folder)
    assert "\n" not in str(caught.value).split("(")[0]


@pytest.mark.parametrize("name", ["Saihan", "a b", "-a", "某县", "a" * 65, "a--b"])
def test_a_folder_whose_name_cannot_be_an_id_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(CorpusError, match="rename it"):
        load_document(write(tmp_path / name))


def test_a_missing_corpus_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="nowhere cannot be read"):
        load_corpus(tmp_path / "nowhere")


def test_an_empty_corpus_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="holds no document"):
        load_corpus(tmp_path)


def test_a_folder_without_a_description_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(CorpusError, match=r"meta\.toml cannot be read"):
        load_corpus(tmp_path)
