"""Saved web pages: the article comes back, menus and footers do not, whatever the page is laid out with."""

from __future__ import annotations

import pytest

from index.documents.files import check_file, read_file
from index.documents.limits import DEFAULT_LIMITS
from index.documents.reader import DocumentText
from index.documents.web_page import WebPageReader
from index.errors import UnreadableError

PARAGRAPHS = [
    "各位代表：现在，我代表云溪区人民政府向大会报告工作，请予审议，并请各位政协委员和列席人员提出意见。",
    "一、2030年工作回顾",
    *(
        f"（{number}）地区生产总值增长{value}%，规模以上工业增加值增长{value + 1}%，"
        f"一般公共预算收入增长{value + 2}%。"
        "社会消费品零售总额实现194亿元，城乡居民人均可支配收入分别增长7%和8%，主要指标好于预期。"
        for number, value in (("一", 5), ("二", 6), ("三", 9))
    ),
    "二、2031年工作安排",
    "我们要坚持稳中求进工作总基调，完整准确全面贯彻新发展理念，扎实推动高质量发展，确保完成全年目标任务。",
]
MENU = "".join(f'<li><a href="/{i}.html">栏目{i}</a></li>' for i in range(12))


def page(article: str, head: str = "") -> str:
    return (
        f"<!DOCTYPE html><html><head>{head}<title>云溪区政府网</title></head><body><nav><ul>{MENU}</ul></nav>"
        f'<div class="content">{article}</div><div class="footer">'
        "主办单位：云溪区人民政府 ICP备1号</div></body></html>"
    )


def read(data: bytes) -> DocumentText:
    return WebPageReader().read(data, "报告.html", DEFAULT_LIMITS, lambda *_: None)


def lines(data: bytes) -> list[str]:
    return read(data).text.splitlines()


ARTICLE = "".join(f"<p>{words}</p>" for words in PARAGRAPHS)
LAYOUTS = {
    "paragraphs": ARTICLE,
    "line breaks": "<br><br>".join(PARAGRAPHS),
    "blocks": "".join(f"<div>{words}</div>" for words in PARAGRAPHS),
    "one table": f"<table><tr><td>{ARTICLE}</td></tr></table>",
    "tables in tables": f"<table><tr><td>左</td><td><table><td>{ARTICLE}</td></table></td></tr></table>",
    "hidden": ARTICLE + '<p style="display:none">看不见的话，看不见的话，看不见的话。</p>',
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_article_comes_back_whole_and_nothing_of_the_menu(layout: str) -> None:
    found = lines(page(LAYOUTS[layout]).encode())
    assert [line for line in found if line in PARAGRAPHS] == PARAGRAPHS
    assert not [line for line in found if "栏目" in line or "ICP" in line]


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", "utf-8"),
        ("gb18030", "gb2312"),
        ("gb18030", ""),
        ("utf-8", "gb2312"),
        ("big5", "big5"),
        ("utf-16", ""),
    ],
)
def test_the_character_set_is_what_the_bytes_say(encoding: str, declared: str) -> None:
    words = "镕基" if encoding == "gb18030" else "報告" if encoding == "big5" else "报告"
    article = f"<p>{words * 30}。</p>" * 3
    text = f'<html><head><meta charset="{declared}"></head><body><div>{article}</div></body></html>'
    assert words * 30 in read(text.encode(encoding)).text


def test_a_table_of_data_is_rows_with_tabs() -> None:
    rows = [("指标", "2030年", "2031年"), ("粮食", "9万吨", "10万吨")]
    table = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    found = lines(page(ARTICLE + f"<table>{table}</table>").encode())
    assert ["\t".join(row) for row in rows] == [line for line in found if "\t" in line]


def test_the_only_first_heading_is_the_title_and_stands_first() -> None:
    found = lines(page("<h1>云溪区2031年政府工作报告</h1>" + ARTICLE).encode())
    assert found.count("云溪区2031年政府工作报告") == 1
    assert found[0] == "云溪区2031年政府工作报告"


def test_a_page_saved_with_its_pictures_in_one_file_is_read() -> None:
    import base64

    body = base64.encodebytes(page(ARTICLE).encode()).decode()
    archive = (
        "From: <Saved by a browser>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related; boundary="b"\r\n\r\n'
        f"--b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n{body}\r\n--b--\r\n"
    ).encode()
    assert check_file(archive, "报告.mhtml") == "html"
    assert [line for line in lines(archive) if line in PARAGRAPHS] == PARAGRAPHS


def test_a_page_without_an_article_is_refused_and_a_short_one_told() -> None:
    with pytest.raises(UnreadableError, match="print it to a PDF") as caught:
        read(b"<html><body><script>load()</script><div id=app></div></body></html>")
    assert caught.value.code == "no_text"
    remarks = read(page("<p>一段很短的话，不是报告。</p>").encode()).remarks
    assert [remark.code for remark in remarks] == ["short"]


def test_a_page_comes_through_the_door() -> None:
    found = read_file(page(ARTICLE).encode(), "报告.html")
    assert (found.kind, found.pages, found.remarks) == ("html", (), ())
