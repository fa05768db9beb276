"""Word documents: what Word prints comes back, automatic numbers and the end of tracked changes among it."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest

from index.documents.files import read_file
from index.documents.limits import DEFAULT_LIMITS, FileLimits
from index.documents.word.numbering import write_number
from index.documents.word.reader import WordReader
from index.errors import UnknownKindError, UnreadableError
from tests.index.word_writer import level, numbered, numbering, paragraph, run, write_docx


def read(data: bytes, limits: FileLimits = DEFAULT_LIMITS) -> list[str]:
    """Return the lines of a document, read in this process."""
    return [
        line
        for line in WordReader().read(data, "报告.docx", limits, lambda *_: None).text.split("\n")
        if line
    ]


CHINESE = numbering(
    level(0, "chineseCounting", "%1、"), level(1, "japaneseCounting", "（%2）"), level(2, "decimal", "%3.")
)


def test_numbers_that_word_counts_are_kept_and_start_anew_under_the_next_heading() -> None:
    body = "".join((
        numbered("工作回顾"), numbered("综合实力", level=1), numbered("改革开放", level=1),
        numbered("投资", level=2),
        numbered("主要任务"), numbered("产业升级", level=1),
    ))  # fmt: skip
    assert read(write_docx(body, numbering=CHINESE)) == [
        "一、工作回顾", "（一）综合实力", "（二）改革开放", "1. 投资", "二、主要任务", "（一）产业升级",
    ]  # fmt: skip


def test_a_style_numbers_its_paragraphs_and_what_is_based_on_it() -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="H"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>'
        "</w:style>"
        '<w:style w:type="paragraph" w:styleId="K"><w:basedOn w:val="H"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="S"><w:basedOn w:val="H"/></w:style>'
    )
    lists = numbering(
        level(0, "chineseCounting", "%1、"), level(1, "chineseCounting", "（%2）", '<w:pStyle w:val="S"/>')
    )
    styled = [
        paragraph(words, f'<w:pStyle w:val="{style}"/>')
        for words, style in (("甲", "H"), ("乙", "S"), ("丙", "K"))
    ]
    bare = paragraph("丁", '<w:pStyle w:val="H"/><w:numPr><w:numId w:val="0"/></w:numPr>')
    assert read(write_docx("".join([*styled, bare]), styles=styles, numbering=lists)) == [
        "一、甲", "（一）乙", "二、丙", "丁",
    ]  # fmt: skip


def test_a_list_may_start_elsewhere_and_be_written_in_digits_alone() -> None:
    more = (
        '<w:num w:numId="2"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0">'
        '<w:startOverride w:val="5"/></w:lvlOverride></w:num>'
    )
    lists = numbering(
        level(0, "chineseCounting", "%1、"), level(1, "decimal", "%1.%2", "<w:isLgl/>"), more=more
    )
    body = numbered("甲") + numbered("乙", 2) + numbered("丙", 2) + numbered("丁", 2, 1)
    assert read(write_docx(body, numbering=lists)) == ["一、甲", "五、乙", "六、丙", "6.1 丁"]


@pytest.mark.parametrize(
    ("form", "number", "written"),
    [
        ("decimal", 12, "12"), ("chineseCountingThousand", 21, "二十一"), ("ideographDigital", 10, "一〇"),
        ("ideographTraditional", 3, "丙"),
        ("decimalEnclosedCircle", 4, "④"), ("decimalFullWidth", 12, "１２"),
        ("lowerLetter", 27, "aa"), ("upperRoman", 14, "XIV"), ("chineseLegalSimplified", 3, "叁"),
        ("decimalZero", 7, "07"), ("none", 3, ""), ("unheardOf", 3, "3"), ("decimalEnclosedCircle", 40, "40"),
    ],
)  # fmt: skip
def test_numbers_in_the_forms_of_word(form: str, number: int, written: str) -> None:
    assert write_number(number, form) == written


SHOWN = '<w:vanish w:val="0"/>'
DELETED = "<w:del><w:r><w:delText>100</w:delText></w:r></w:del>"
EMPTY = "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>"


@pytest.mark.parametrize(
    ("content", "printed"),
    [
        (f"{run('投资')}{DELETED}<w:ins>{run('120')}</w:ins>{run('亿元')}", "投资120亿元"),
        (f"<w:moveFrom>{run('移走')}</w:moveFrom><w:moveTo>{run('移来')}</w:moveTo>", "移来"),
        (f"{run('甲')}{run('隐藏', '<w:vanish/>')}{run('乙', SHOWN)}", "甲乙"),
        (f"<w:sdt><w:sdtPr/><w:sdtContent>{run('控件')}</w:sdtContent></w:sdt>", "控件"),
        (f"{run('请')}{EMPTY}{run('单击此处')}</w:sdtContent></w:sdt>", "请"),
        (f"<w:hyperlink>{run('链接')}</w:hyperlink><w:smartTag>{run('标记')}</w:smartTag>", "链接标记"),
        ("<w:r><w:instrText>PAGE</w:instrText></w:r>" + run("3"), "3"),
        (f"<w:ruby><w:rubyBase>{run('汉')}</w:rubyBase><w:rt>{run('hàn')}</w:rt></w:ruby>", "汉"),
        ("<w:r><w:t>甲</w:t><w:noBreakHyphen/><w:t>乙</w:t><w:tab/><w:t>丙</w:t></w:r>", "甲-乙 丙"),
        ('<w:r><w:t>甲</w:t><w:br w:type="page"/><w:t>乙</w:t></w:r>', "甲乙"),
    ],
)  # fmt: skip
def test_what_is_printed_is_read_and_nothing_else(content: str, printed: str) -> None:
    assert read(write_docx(paragraph(content))) == [printed]


def test_a_paragraph_whose_end_was_deleted_goes_on_in_the_next() -> None:
    body = paragraph("前半", "<w:rPr><w:del/></w:rPr>") + paragraph("后半。") + paragraph("另一段。")
    assert read(write_docx(body)) == ["前半后半。", "另一段。"]


def test_a_soft_break_ends_a_line() -> None:
    assert read(write_docx(paragraph("<w:r><w:t>云溪区</w:t><w:br/><w:t>政府工作报告</w:t></w:r>"))) == [
        "云溪区",
        "政府工作报告",
    ]


def test_a_text_box_is_read_once_after_its_paragraph() -> None:
    box = f"<w:txbxContent>{paragraph('框中')}</w:txbxContent>"
    content = (
        f"{run('正文')}<w:r><mc:AlternateContent><mc:Choice><wps:txbx>{box}</wps:txbx></mc:Choice>"
        f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r>{run('继续')}"
    )
    assert read(write_docx(paragraph(content))) == ["正文继续", "框中"]


def test_footnotes_stand_after_the_text_in_their_order() -> None:
    body = paragraph(
        run("六稳")
        + '<w:r><w:footnoteReference w:id="3"/></w:r>'
        + run("六保")
        + '<w:r><w:footnoteReference w:id="2"/></w:r>'
    )
    notes = '<w:footnote w:id="-1" w:type="separator"><w:p/></w:footnote>' + "".join(
        f'<w:footnote w:id="{key}">{paragraph("<w:r><w:footnoteRef/></w:r>" + run(words))}</w:footnote>'
        for key, words in (("2", "六保：指保居民就业。"), ("3", "六稳：指稳就业。"))
    )
    found = read_file(write_docx(body, footnotes=notes), "报告.docx")
    assert found.text == "六稳六保\n\n注释\n[1] 六稳：指稳就业。\n[2] 六保：指保居民就业。\n"
    assert [note.of(found.text)[:3] for note in found.notes] == ["[1]", "[2]"]


def test_a_table_of_contents_is_left_out_and_that_is_said() -> None:
    styles = '<w:style w:type="paragraph" w:styleId="T"><w:name w:val="TOC 1"/></w:style>'
    body = paragraph("一、工作回顾 3", '<w:pStyle w:val="T"/>') + paragraph("一、工作回顾")
    found = WordReader().read(write_docx(body, styles=styles), "a.docx", DEFAULT_LIMITS, lambda *_: None)
    assert (found.text, [remark.code for remark in found.remarks]) == (
        "一、工作回顾\n",
        ["contents_left_out"],
    )


def test_tables_are_rows_of_cells_parted_by_tabs_and_layout_is_none(tmp_path) -> None:
    document = docx.Document()
    table = document.add_table(rows=3, cols=3)
    table.cell(0, 1).merge(table.cell(0, 2)).text = "年度"
    table.cell(0, 0).merge(table.cell(1, 0)).text = "指标"
    for cell, words in zip(
        (*table.rows[1].cells[1:], *table.rows[2].cells),
        ("2030年", "2031年", "粮食", "9万吨", "10万吨"),
        strict=True,
    ):
        cell.text = words
    layout = document.add_table(rows=1, cols=1)
    layout.cell(0, 0).text = "一段话。"
    layout.cell(0, 0).add_paragraph("又一段话。")
    document.save(tmp_path / "a.docx")
    lines = read((tmp_path / "a.docx").read_bytes())
    assert lines == ["指标\t年度\t", "\t2030年\t2031年", "粮食\t9万吨\t10万吨", "一段话。", "又一段话。"]


# What cannot be read.


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", "wordprocessingml")
        archive.writestr("[Content_Types].xml", "wordprocessingml")
        archive.writestr("word/media/a.bin", bytes(3 * 1024 * 1024))
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (bomb(), "too_heavy", "unpacks to 3 MiB, and at most 2 MiB are read"),
        (write_docx("<w:p>"), "damaged", "open it in a word processor and save it anew"),
        (write_docx(""), "empty", "holds no text"),
    ],
)
def test_what_cannot_be_read_is_a_sentence(data: bytes, code: str, words: str) -> None:
    with pytest.raises(UnreadableError, match=words) as caught:
        read_file(data, "报告.docx", FileLimits(unpacked_bytes=2 * 1024 * 1024, seconds=30))
    assert caught.value.code == code


def test_a_file_cut_off_and_one_locked_are_told_as_such() -> None:
    data = write_docx(paragraph("文字"))
    with pytest.raises(UnknownKindError, match="a damaged zip archive"):
        read_file(data[: len(data) // 2], "报告.docx")
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(UnknownKindError, match="an Office file locked with a password"):
        read_file(locked, "报告.docx")


def test_entities_are_not_followed() -> None:
    body = "<w:p><w:r><w:t>甲&e;乙</w:t></w:r></w:p>"
    data = write_docx(body)
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "word/document.xml":
                content = b'<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + content
            new.writestr(name, content)
    assert read(file.getvalue())[0][:2] in {"甲", "甲乙"}
