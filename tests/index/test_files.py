"""The one door for files: what it takes, and the sentence for what it does not."""

from __future__ import annotations

import io
import os
import zipfile

import pytest

from index.documents import confinement, files
from index.documents.files import check_file, read_file
from index.documents.limits import FileLimits
from index.documents.places import find_boxes, find_page
from index.errors import CorpusError, FileError, TooLargeError, UnknownKindError, UnreadableError
from index.types import Box, Place, Span

TEXT = "云溪区2031年政府工作报告\n\n一、2030年工作回顾\n地区生产总值增长5.2%。\n"


def zip_with(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return buffer.getvalue()


def test_text_and_markdown_come_through_as_they_are() -> None:
    for name, kind in (("报告.txt", "text"), ("报告.md", "markdown"), ("报告", "text")):
        read = read_file(TEXT.encode(), name)
        assert (read.kind, read.text, read.file_name, read.remarks) == (kind, TEXT, name, ())
        assert check_file(TEXT.encode(), name) == kind


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), "Office file"),
        (b"{\\rtf1 words}", "RTF"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (zip_with("xl/workbook.xml"), "spreadsheet"),
        (zip_with("OFD.xml"), "OFD"),
        (zip_with("anything"), "zip archive"),
        (b"PK\x03\x04 cut off", "damaged zip"),
        (bytes(range(256)) * 9, "unknown kind"),
    ],
)
@pytest.mark.parametrize("name", ["report.txt", "report.md", "report.pdf"])
def test_what_nobody_reads_is_named_whatever_its_name_says(data: bytes, kind: str, name: str) -> None:
    with pytest.raises(
        UnknownKindError, match=rf"^{name} is .*{kind}.*nobody here reads: save .*text"
    ) as caught:
        check_file(data, name)
    assert caught.value.code == "kind_unknown"
    assert kind in caught.value.values["kind"]


def test_too_many_bytes_are_told_at_once_with_the_limit() -> None:
    limits = FileLimits(file_bytes=2 * 1024 * 1024)
    with pytest.raises(TooLargeError, match=r"^报告\.txt has 3 MiB, and at most 2 MiB are taken: split it"):
        check_file(b"a" * (2 * 1024 * 1024 + 1), "报告.txt", limits)


@pytest.mark.parametrize("data", [b"", b"   \n\r\n", "\ufeff".encode(), "\u3000\u3000".encode()])
def test_a_file_without_words_is_told_as_such(data: bytes) -> None:
    with pytest.raises(UnreadableError, match=r"^report\.txt holds no text: give a file") as caught:
        read_file(data, "report.txt")
    assert caught.value.code == "empty"


def test_too_many_characters_are_told_with_the_limit() -> None:
    with pytest.raises(
        UnreadableError, match=r"holds 1,200 characters, and at most 1,000 are read: split it"
    ):
        read_file(b"a" * 1200, "a.txt", FileLimits(characters=1000))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/报告.txt", "报告.txt"),
        ("C:\\reports\\报告.txt", "报告.txt"),
        ("报\u202e告\x00.txt", "报告.txt"),
        ("a<b>?.txt", "a_b__.txt"),
        ("../..", "document"),
        ("", "document"),
    ],
)
def test_a_name_loses_folders_and_what_cannot_be_seen(given: str, kept: str) -> None:
    assert read_file(TEXT.encode(), given).file_name == kept


def test_a_name_of_300_characters_is_shortened_with_its_ending_and_that_is_said() -> None:
    read = read_file(TEXT.encode(), "报" * 296 + ".txt")
    assert len(read.file_name) == 120
    assert read.file_name.endswith("….txt")
    assert [remark.code for remark in read.remarks] == ["name_shortened"]


def test_a_file_that_is_not_what_its_name_says_is_read_as_what_it_is_and_that_is_said() -> None:
    (remark,) = read_file(TEXT.encode(), "report.pdf").remarks
    assert remark.code == "name_mismatch"
    assert remark.text.startswith("report.pdf is named .pdf, but its bytes are text")


def test_every_refusal_is_one_line_that_fits_what_catches_it() -> None:
    for data in (b"", b"\x89PNG", b"\xff\xfe\xff"):
        with pytest.raises(CorpusError) as caught:
            read_file(data, "a.txt")
        assert isinstance(caught.value, FileError)
        assert "\n" not in str(caught.value)
        assert caught.value.file_name == "a.txt"


def test_progress_is_told_and_what_it_raises_stops_reading() -> None:
    heard: list[tuple[str, int, int]] = []
    read_file(TEXT.encode(), "a.txt", progress=lambda *step: heard.append(step))
    assert heard[-1] == (files.STAGE, 1, 1)

    def stop(stage: str, done: int, total: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        read_file(TEXT.encode(), "a.txt", progress=stop)


# The process of its own.


def run(task: dict[str, object], limits: FileLimits | None = None) -> dict[str, object]:
    return confinement.run_confined(
        task, TEXT.encode(), "a.txt", limits or FileLimits(seconds=30), lambda done, total: None
    )


def test_a_worker_reads_in_a_process_of_its_own() -> None:
    assert run({"task": "read", "kind": "text"})["text"] == TEXT


def test_a_fault_of_a_reader_is_a_sentence(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(
        UnreadableError, match=r"^a\.txt is damaged or not what it seems .*: save it anew"
    ) as caught:
        run({"task": "unheard of"})
    assert caught.value.code == "damaged"
    assert "unheard of" in caplog.text  # what it was stands in the log


def test_a_worker_that_dies_is_a_sentence() -> None:
    with pytest.raises(UnreadableError, match="reading it was stopped: print it to a new PDF") as caught:
        run({"task": "read", "kind": "text"}, FileLimits(memory_bytes=1024 * 1024))
    assert caught.value.code == "too_heavy"


def test_a_worker_that_takes_too_long_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confinement, "_GRACE", -1.0)
    with pytest.raises(UnreadableError, match="takes longer than 0 seconds to read") as caught:
        run({"task": "read", "kind": "text"}, FileLimits(seconds=0))
    assert caught.value.code == "too_slow"


def test_a_worker_gets_no_keys_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPORT_RAG_LLM_API_KEY", "secret")
    assert "secret" not in "".join(confinement._environment().values())
    assert os.environ["PATH"] in confinement._environment().values()


# Where words stand.


def test_a_span_is_found_on_every_line_it_runs_over() -> None:
    first = Place(Span(0, 4), Box(0, 0.1, 0.1, 0.5, 0.2), (0.1, 0.2, 0.3, 0.4, 0.5))
    second = Place(Span(5, 7), Box(1, 0.1, 0.3, 0.4, 0.4))
    places = (first, second)
    assert find_boxes(places, Span(2, 6)) == (Box(0, 0.3, 0.1, 0.5, 0.2), Box(1, 0.1, 0.3, 0.4, 0.4))
    assert find_boxes(places, Span(1, 2)) == (Box(0, 0.2, 0.1, 0.3, 0.2),)
    assert find_boxes(places, Span(4, 5)) == ()
    assert find_boxes(places, Span(7, 9)) == ()
    assert (find_page(places, Span(6, 7)), find_page(places, Span(4, 5))) == (1, None)
    assert find_boxes((), Span(0, 9)) == ()
