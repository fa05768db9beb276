"""What a document says of itself is recognised in any form of a title block, and nothing else is."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from index.documents.corpus import load_document
from index.documents.files import read_file
from index.documents.recognition.report_card import write_report_card
from index.documents.recognition.title_block import Recognised, recognise
from index.structure import parse_document

BODY = (
    "\n各位代表：\n现在，我代表区人民政府向大会报告工作，请予审议。\n一、工作回顾\n地区生产总值增长5.2%。\n"
)
DATE = dt.date(2031, 1, 5)
MEETING = "云溪区第十七届人民代表大会第五次会议"


def told(block: str) -> tuple[str | None, str | None, int | None, dt.date | None, str | None, str | None]:
    found = recognise(block + BODY)
    assert all(span.of(block + BODY).strip() for span in found.spans.values())
    return found.title, found.place, found.year, found.date, found.speaker, found.occasion


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        (
            f"政府工作报告\n——2031年1月5日在{MEETING}上\n云溪区人民政府区长 李明\n",
            ("政府工作报告", "云溪区", 2031, DATE, "云溪区人民政府区长 李明", MEETING),
        ),
        (
            "云溪区政府工作报告（2031年1月5日 李明）\n",
            ("云溪区政府工作报告", "云溪区", 2031, DATE, "李明", None),
        ),
        ("云溪区2031年政府工作报告\n", ("云溪区2031年政府工作报告", "云溪区", 2031, None, None, None)),
        ("2031年云溪区《政府报告》\n", ("2031年云溪区《政府报告》", None, 2031, None, None, None)),
        (
            "2031年云溪区《政府工作报告》\n",
            ("2031年云溪区《政府工作报告》", "云溪区", 2031, None, None, None),
        ),
        (
            "政 府 工 作 报 告\n——二〇三一年一月五日在云溪区第十七届人民代表\n大会第五次会议上\n"
            "代区长：李  明\n",
            ("政府工作报告", "云溪区", 2031, DATE, "代区长 李明", MEETING),
        ),
        (
            f"政府工作报告2031年1月5日{MEETING}通过云溪区人民政府区长李明\n",
            ("政府工作报告", "云溪区", 2031, DATE, "云溪区人民政府区长 李明", MEETING),
        ),
        (
            "政府工作报告\n——2031年3月5日在第十九届全国人民代表大会第四次会议上\n国务院总理 李明\n",
            ("政府工作报告", "全国", 2031, dt.date(2031, 3, 5), "国务院总理 李明",
             "第十九届全国人民代表大会第四次会议"),
        ),
        ("政府工作报告\n区长?? 李??明\n", ("政府工作报告", None, None, None, "区长 李明", None)),
        ("政府工作报告\n", ("政府工作报告", None, None, None, None, None)),
    ],
)  # fmt: skip
def test_a_title_block_is_recognised_in_any_of_its_forms(block: str, expected: tuple[object, ...]) -> None:
    assert told(block) == expected


def test_the_place_is_taken_from_what_the_speaker_says_and_never_from_a_word_for_any_place() -> None:
    assert recognise("政府工作报告\n" + BODY.replace("代表区人民", "代表云溪区人民")).place == "云溪区"
    for generic in ("区", "自治区", "全省", "我市"):
        assert recognise(f"2031年{generic}政府工作报告\n" + BODY).place is None


def test_the_year_is_that_in_which_the_report_is_given_and_what_contradicts_is_asked_for() -> None:
    block = "2030年云溪区政府工作报告\n——2031年1月5日在云溪区第十七届人民代表大会第五次会议上\n"
    assert recognise(block + BODY).year == 2031
    assert recognise(block.replace("2030年", "2019年") + BODY).year is None
    assert recognise(block.replace("1月5日", "2月30日") + BODY).date is None


def test_the_year_of_a_report_without_one_is_that_of_its_plans_where_they_agree() -> None:
    text = "政府工作报告\n各位代表：\n一、2030年工作回顾\n增长5%。\n二、2031年工作安排\n增长6%。\n"
    assert recognise(text).year == 2031
    assert recognise(text + "三、2032年重点任务\n增长7%。\n").year is None


def test_what_is_missing_is_named() -> None:
    assert recognise("政府工作报告\n" + BODY).missing == ("place", "year")
    assert Recognised(place="云溪区", year=2031).missing == ()


def test_other_documents_have_their_first_line_as_title_and_nothing_invented() -> None:
    found = recognise("关于加强基层治理的意见\n为了加强基层治理，提出以下意见。\n")
    assert (found.title, found.place, found.year, found.speaker) == (
        "关于加强基层治理的意见",
        None,
        None,
        None,
    )
    assert recognise("").title is None
    assert recognise("各位代表：\n").title is None
    assert (
        recognise("Report on the work of the district\nGDP grew.\n").title
        == "Report on the work of the district"
    )


def test_the_bundled_report_says_of_itself_what_its_description_says(corpus_folder: Path) -> None:
    document = load_document(corpus_folder / "saihan-2021")
    found = recognise(document.text)
    meta = document.meta
    assert (found.place, found.year, found.date, found.occasion) == (
        meta.place, meta.year, meta.date, meta.occasion
    )  # fmt: skip
    assert (found.title, found.speaker) == (meta.title, meta.speaker)


def card(text: str, name: str = "a.txt"):
    read = read_file(text.encode(), name)
    document = load_document(Path("corpus/saihan-2021"))
    return write_report_card(read, parse_document(replace(document, text=text)))


def test_a_report_card_counts_what_was_found(corpus_folder: Path) -> None:
    text = load_document(corpus_folder / "saihan-2021").text
    found = card(text)
    assert (found.parts, found.terms, found.pages, found.lost, found.tables) == (4, 19, 0, 0, 0)
    assert found.sections > 20
    assert 0 < found.without_period < found.sentences
    assert found.remarks == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("指标\t2030年\n粮食\t9万吨\n棉花\t1万吨\n", "table_only"),
        ("The report of the district says that output grew in the last year. " * 9, "not_chinese"),
        ("一段没有标题的话，说了一件事情，又说了另一件事情，最后没有再说什么。\n", "no_sections"),
    ],
)
def test_a_report_card_says_what_should_be_known(text: str, code: str) -> None:
    assert code in [remark.code for remark in card(text).remarks]
