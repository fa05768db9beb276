"""PDF as text: paragraphs, columns, tables and notes of pages written by hand, and where characters stand."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pytest
from PIL import Image

from index.documents.files import WIDTHS, ReadDocument, read_file, render_page
from index.documents.limits import FileLimits
from index.documents.pdf.radicals import load_radicals
from index.documents.places import find_boxes, find_page
from index.documents.reader import DocumentText, find_fault
from index.errors import UnreadableError
from index.types import Span
from tests.index.pdf_writer import HEIGHT, WIDTH, Sheet, write_pdf

SIZE = 12.0
LEFT = 70.0
FULL = "各位代表现在我代表区人民政府向大会报告工作请予审议并请各位委员提出意见和建议共"  # 38 characters


def paragraph(words: str, width: int = 38) -> list[str]:
    """Return the lines of a paragraph, the first two characters shorter."""
    return [words[: width - 2], *(words[i : i + width] for i in range(width - 2, len(words), width))]


def read(sheets: Sequence[Sheet], **options: object) -> ReadDocument:
    found = read_file(write_pdf(sheets, **options), "报告.pdf")  # type: ignore[arg-type]
    assert find_fault(DocumentText(found.text, found.pages, found.places, found.notes)) is None
    return found


def sheet_with(*paragraphs: str, size: float = SIZE, width: int = 38) -> Sheet:
    sheet, y = Sheet(), 120.0
    for words in paragraphs:
        y = sheet.paragraph(LEFT, y, size, paragraph(words, width))
    return sheet


def lines_of(read: ReadDocument) -> list[str]:
    return [line for line in read.text.split("\n") if line]


FIRST, SECOND = FULL * 2 + "一年来。", FULL[5:] + FULL + "全区经济社会发展取得新成效。"


def test_indented_paragraphs_come_back_whole_over_lines_and_pages() -> None:
    full = (FULL + "全区经济发展" + FULL)[:74]  # two whole lines
    one = sheet_with(FIRST, full)
    two = Sheet()
    two.words.append((LEFT, 120.0, SIZE, "接着上一页的话。"))
    found = read([one, two, sheet_with(FIRST)])
    assert lines_of(found) == [FIRST, full + "接着上一页的话。", FIRST]
    start = found.text.index("接着")
    assert (find_page(found.places, Span(start, start + 2)), find_page(found.places, Span(0, 1))) == (1, 0)


def test_paragraphs_set_apart_by_space_are_told_by_it() -> None:
    sheet, y = Sheet(), 120.0
    words = [FULL[:38] * 3, FULL[:38] * 2, FULL[:38] + "末尾。"]
    for one in words:
        for start in range(0, len(one), 38):
            sheet.words.append((LEFT, y, SIZE, one[start : start + 38]))
            y += 18
        y += 8
    assert lines_of(read([sheet])) == words


def test_a_line_that_ends_early_breaks_no_paragraph_where_space_tells() -> None:
    sheet, y, wanted = Sheet(), 120.0, []
    for _ in range(3):
        rows = [FULL[:38], FULL[:34], FULL[:38], FULL[:20] + "。"]  # the second is four characters short
        for row in rows:
            sheet.words.append((LEFT, y, SIZE, row))
            y += 18
        y += 8
        wanted.append("".join(rows))
    assert lines_of(read([sheet])) == wanted


def test_running_heads_and_page_numbers_are_dropped_and_the_numbers_kept() -> None:
    sheets = []
    for number in range(4):
        sheet = sheet_with(FIRST)
        sheet.words += [(LEFT, 50.0, 9.0, "云溪区政府工作报告"), (280.0, 810.0, 9.0, f"— {number + 5} —")]
        sheets.append(sheet)
    found = read(sheets)
    assert lines_of(found) == [FIRST] * 4
    assert found.pages == ("5", "6", "7", "8")


def test_labels_of_the_file_serve_where_no_number_is_printed() -> None:
    labels = "/PageLabels<</Nums[0<</S/r>>2<</S/D>>]>>"
    assert read([sheet_with(FIRST)] * 3, catalog=labels).pages == ("i", "ii", "1")
    assert read([sheet_with(FIRST)] * 2).pages == ("1", "2")


def test_a_single_page_keeps_its_first_line_and_drops_its_number() -> None:
    sheet = sheet_with(FIRST)
    sheet.words += [(LEFT, 60.0, SIZE, "云溪区"), (280.0, 810.0, 9.0, "第1页 共1页")]
    assert lines_of(read([sheet])) == ["云溪区", FIRST]


@pytest.mark.parametrize("by_rows", [False, True])
def test_two_columns_are_read_one_after_the_other(by_rows: bool) -> None:
    left, right = FULL * 4 + "左栏完。", FULL[7:] * 4 + "右栏完。"
    columns = [
        [
            (x + (0 if row else 24), 150 + 18 * row, SIZE, words)
            for row, words in enumerate(paragraph(text, 17))
        ]
        for x, text in ((LEFT, left), (LEFT + 240, right))
    ]
    words = (
        [one for pair in zip(*columns, strict=False) for one in pair]
        if by_rows
        else [*columns[0], *columns[1]]
    )
    rest = [] if not by_rows else [one for column in columns for one in column if one not in words]
    sheet = Sheet(words=[(200.0, 110.0, 18.0, "云溪区政府工作报告"), *words, *rest])
    assert lines_of(read([sheet])) == ["云溪区政府工作报告", left, right]


def test_a_ruled_table_is_rows_of_cells_parted_by_tabs_and_stands_in_its_place() -> None:
    sheet = sheet_with(FIRST)
    xs, ys = (70.0, 220.0, 320.0, 420.0), (200.0, 224.0, 262.0, 286.0)
    sheet.grid(xs, ys)
    cells = [("指标", "2030年", "2031年"), ("社会消费品", "194亿元", "增长8%"), ("粮食", "", "10万吨")]
    for row, y in zip(cells, (216.0, 240.0, 278.0), strict=True):
        sheet.words += [(x + 5, y, SIZE, cell) for x, cell in zip(xs, row, strict=False) if cell]
    sheet.words.append((75.0, 256.0, SIZE, "零售总额"))  # a cell of two lines
    sheet.paragraph(LEFT, 320.0, SIZE, paragraph(SECOND))
    found = read([sheet])
    assert lines_of(found) == [
        FIRST,
        "指标\t2030年\t2031年",
        "社会消费品零售总额\t194亿元\t增长8%",
        "粮食\t\t10万吨",
        SECOND,
    ]


def test_a_table_without_rules_is_rows_too() -> None:
    sheet = sheet_with(FIRST)
    rows = [("指标", "2030年", "2031年"), ("地区生产总值", "194亿元", "增长8%"), ("粮食", "9万吨", "10万吨")]
    for number, row in enumerate(rows):
        sheet.words += [(LEFT + 150 * i, 220 + 18.0 * number, SIZE, cell) for i, cell in enumerate(row)]
    assert lines_of(read([sheet])) == [FIRST, *("\t".join(row) for row in rows)]


def test_an_office_set_apart_from_a_name_is_one_line() -> None:
    sheet = sheet_with(FIRST)
    sheet.words += [(200.0, 90.0, SIZE, "云溪区区长"), (340.0, 90.0, SIZE, "李明")]
    assert lines_of(read([sheet])) == ["云溪区区长 李明", FIRST]


def test_merged_cells_stand_once_in_their_first_place() -> None:
    sheet = Sheet()
    sheet.lines = [(70, 200, 370, 200), (170, 224, 370, 224), (70, 248, 370, 248)]
    sheet.lines += [(70, 200, 70, 248), (170, 200, 170, 248), (270, 224, 270, 248), (370, 200, 370, 248)]
    sheet.words = [
        (75, 228, 12, "指标"),
        (230, 216, 12, "年度"),
        (175, 240, 12, "2030年"),
        (275, 240, 12, "2031年"),
    ]
    assert lines_of(read([sheet])) == ["指标\t年度\t", "\t2030年\t2031年"]


def test_notes_stand_after_the_text_and_their_marks_are_dropped() -> None:
    sheet, y = Sheet(), 120.0
    y = sheet.paragraph(LEFT, y, SIZE, [FIRST[:36], FIRST[36:70]])
    sheet.words += [(LEFT + 34 * SIZE, 120 + 18 - 6, 6.0, "1"), (LEFT + 34 * SIZE + 3 + 3, 138.0, SIZE, "，")]
    y = sheet.paragraph(LEFT, y, SIZE, ["面积20km", FULL[:38]])
    sheet.words.append((LEFT + 2 * SIZE + 6 * SIZE, y - 36 - 5, 6.0, "2"))
    sheet.lines.append((LEFT, 700.0, LEFT + 140, 700.0))
    sheet.words += [(LEFT, 716.0, 8.0, "1六稳：指稳就业、稳金融、稳外贸。"), (LEFT, 728.0, 8.0, "续写一行。")]
    found = read([sheet])
    assert [note.of(found.text) for note in found.notes] == ["[1] 六稳：指稳就业、稳金融、稳外贸。续写一行。"]
    assert found.text.split("注释")[0].count("1") == 0
    assert "km2" in found.text
    assert find_boxes(found.places, Span(found.text.index("六稳"), found.text.index("六稳") + 2))


def test_radicals_become_the_characters_that_they_stand_for() -> None:
    assert {load_radicals()[radical] for radical in "⺠⼤⻓⽉⼀"} == {"民", "大", "长", "月", "一"}
    radicals = {ord("民"): ord("⺠"), ord("大"): ord("⼤"), ord("长"): ord("⻓")}
    codes = {ord(character): ord(character) for character in FULL + "增长"} | radicals
    found = read([sheet_with(FULL + "增长" + FULL)], to_unicode=codes)
    assert lines_of(found) == [FULL + "增长" + FULL]


def test_characters_without_unicode_are_counted_and_too_many_refused() -> None:
    codes = {ord(character): ord(character) for character in FULL}
    found = read([sheet_with(FULL * 2)], to_unicode=codes | {ord("现"): 0xE123})
    assert found.lost == 2
    with pytest.raises(UnreadableError, match="does not say which characters its fonts show") as caught:
        read([sheet_with(FULL)], to_unicode=dict.fromkeys(codes, 0xE000))
    assert caught.value.code == "no_text"


def test_latin_words_keep_their_spaces_over_lines_and_hyphens_go() -> None:
    sheet = Sheet()
    for row, words in enumerate(
        ["The government work report of the dis-", "trict says that GDP grew by 5.2%", "last year."]
    ):
        sheet.words.append((LEFT, 120 + 18 * row, SIZE, words))
    text = read([sheet]).text
    assert "report of the" in text
    assert "5.2% last year." in " ".join(text.split())


# Where characters stand.


def centre(found: ReadDocument, words: str) -> tuple[float, float]:
    start = found.text.index(words)
    (box,) = find_boxes(found.places, Span(start, start + len(words)))
    return (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2


def test_boxes_are_shares_of_the_page_from_its_upper_left() -> None:
    found = read([sheet_with(FIRST)])
    x, y = centre(found, FIRST[3])
    assert x * WIDTH == pytest.approx(LEFT + (2 + 3.5) * SIZE, abs=0.5)
    assert y * HEIGHT == pytest.approx(120 - 0.35 * SIZE, abs=2.5)


def test_a_turned_page_has_its_boxes_turned() -> None:
    plain, turned = read([sheet_with(FIRST)]), sheet_with(FIRST)
    turned.extra = "/Rotate 90"
    x, y = centre(plain, FIRST[3])
    upright = read([turned])
    # the lines of a page turned by 90° run from above to below: each character is a line of its own
    start = upright.text.index(FIRST[3])
    (box,) = find_boxes(upright.places, Span(start, start + 1))
    assert ((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2) == pytest.approx((1 - y, x), abs=0.004)


def test_a_cropped_page_has_its_boxes_in_what_is_shown() -> None:
    cropped = sheet_with(FIRST)
    cropped.extra = "/CropBox[50 400 595 842]"
    plain, found = centre(read([sheet_with(FIRST)]), FIRST[3]), centre(read([cropped]), FIRST[3])
    assert found[0] == pytest.approx((plain[0] * WIDTH - 50) / 545, abs=0.002)
    assert found[1] == pytest.approx(plain[1] * HEIGHT / 442, abs=0.002)


def test_a_character_beyond_the_first_plane_is_one_with_one_box() -> None:
    found = read([sheet_with("李𠮷祥作报告" + FULL)])
    assert "李𠮷祥作" in found.text
    assert len(found.places[0].edges) == len(found.places[0].span) + 1


@pytest.mark.parametrize("width", WIDTHS)
def test_a_page_is_drawn_as_wide_as_asked(width: int) -> None:
    picture = Image.open(io.BytesIO(render_page(write_pdf([sheet_with(FIRST)]), "a.pdf", 0, width)))
    assert (picture.format, picture.width) == ("WEBP", width)
    assert picture.height == pytest.approx(width * HEIGHT / WIDTH, abs=1.5)


# What cannot be read.


def code_of(data: bytes, limits: FileLimits | None = None) -> tuple[str, str]:
    with pytest.raises(UnreadableError, match=r"^报告\.pdf [^\n]*[.:][^\n]*$") as caught:
        read_file(data, "报告.pdf", limits or FileLimits(seconds=30))
    return caught.value.code, str(caught.value)


def test_a_password_is_told_as_such() -> None:
    data = write_pdf([sheet_with(FIRST)])
    locked = b"/Encrypt<</Filter/Standard/V 1/R 2/P -4/O(%s)/U(%s)>>/ID[(a)(a)]/Root" % (b"o" * 32, b"u" * 32)
    code, message = code_of(data.replace(b"/Root", locked))
    assert code == "encrypted"
    assert "opens with a password alone" in message


@pytest.mark.parametrize("share", [0.3, 0.6])
def test_a_file_cut_off_is_told_as_such_or_read_as_far_as_it_goes(share: float) -> None:
    data = write_pdf([sheet_with(FIRST)] * 3)
    assert code_of(data[: int(share * len(data))])[0] in {"damaged", "empty"}
    assert code_of(b"%PDF-1.7\n" + b"rubbish" * 99)[0] == "damaged"


def test_rubbish_in_front_does_no_harm() -> None:
    assert lines_of(read_file(b"\r\n" * 400 + write_pdf([sheet_with(FIRST)]), "报告.pdf")) == [FIRST]


def test_too_many_pages_are_told_with_the_limit() -> None:
    data = write_pdf([Sheet()] * 12)
    code, message = code_of(data, FileLimits(pages=10))
    assert (code, "has 12 pages, and at most 10 are read: split it" in message) == ("too_many_pages", True)


PICTURE = {
    91: "<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>"
    "stream\n0\nendstream"
}


def test_a_scan_is_told_as_such_and_single_pictures_by_their_pages() -> None:
    scanned = Sheet(content="q 500 0 0 800 0 0 cm /I Do Q")
    code, message = code_of(write_pdf([scanned] * 3, objects=PICTURE))
    assert (code, "is a scan: its 3 pages are pictures" in message) == ("scanned", True)
    found = read([sheet_with(FIRST), scanned], objects=PICTURE)
    assert [remark.text for remark in found.remarks] == [
        "Pages 2 are pictures without text and were not read."
    ]


def test_a_pdf_without_a_word_is_empty() -> None:
    assert code_of(write_pdf([Sheet()]))[0] == "empty"


def test_no_page_and_no_pdf_are_told() -> None:
    data = write_pdf([sheet_with(FIRST)])
    with pytest.raises(UnreadableError, match=r"has 1 pages, and no page 1: count from 0"):
        render_page(data, "a.pdf", 1, 800)
    with pytest.raises(UnreadableError, match="only a PDF has pictures"):
        render_page("文字".encode(), "a.txt", 0, 800)
    with pytest.raises(ValueError, match="none of"):
        render_page(data, "a.pdf", 0, 801)
    with pytest.raises(UnreadableError, match="too high for a picture: read its text"):
        render_page(write_pdf([Sheet(width=10, height=9000)]), "a.pdf", 0, 800)


ITSELF = {
    90: "<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 90 0 R>>>>/Length 13>>"
    "stream\n/X Do /X Do  \nendstream"
}


@pytest.mark.slow
def test_a_form_that_draws_itself_ends_its_process_and_nothing_else() -> None:
    sheet = sheet_with(FIRST)
    sheet.content = "/X Do"
    data = write_pdf([sheet], objects=ITSELF)
    assert code_of(data, FileLimits(seconds=10, memory_bytes=1024 * 1024 * 1024))[0] in {
        "too_heavy",
        "too_slow",
    }
    assert lines_of(read([sheet_with(FIRST)])) == [FIRST]
