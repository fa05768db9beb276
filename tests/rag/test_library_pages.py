"""Files with pages: a citation tells where its words are printed, and the page can be looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from rag.api import create_api
from rag.service import ReportService
from tests.index.pdf_writer import HEIGHT, Sheet, write_pdf
from tests.rag.library import open_library

SHEETS = (
    [
        "青山市云溪区2031年政府工作报告",
        "一、2030年工作回顾",
        "全区上下齐心协力,经济运行总体平稳,城乡面貌持续改善,各项社会事业全面进步,圆满完成了全年目标任务。",
        "社会消费品零售总额实现88亿元。改造老旧小区12个,新建和改造市政道路31条,卫生厕所普及率达到61.5%。",
    ],
    [
        "二、2031年重点工作",
        "今年是新规划的开局之年,我们要抓住机遇,真抓实干,努力完成全年经济社会发展的各项目标任务,不负重托。",
        "社会消费品零售总额增长7%左右。改造老旧小区25个,卫生厕所普及率达到80%,新增公办幼儿园学位600个。",
    ],
)
LINE = 32  # characters


def lay_out(paragraphs: Sequence[str]) -> Sheet:
    sheet, y = Sheet(), 100.0
    for text in paragraphs:
        lines = [text[: LINE - 2], *(text[at : at + LINE] for at in range(LINE - 2, len(text), LINE))]
        y = sheet.paragraph(90, y, 12, lines)
    return sheet


PDF = write_pdf([lay_out(paragraphs) for paragraphs in SHEETS])
YUNXI = "qingshanshi-yunxiqu-2031"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory, service: ReportService) -> Iterator[TestClient]:
    served, _ = open_library(tmp_path_factory.mktemp("pages"), service)
    with TestClient(create_api(served), base_url="http://127.0.0.1", client=("127.0.0.1", 50_000)) as client:
        sent = client.post(
            "/api/documents", files={"file": ("报告.pdf", PDF)}, data={"place": "青山市云溪区"}
        )
        served.worker.work_off()
        job = client.get(sent.headers["location"]).json()
        assert (job["state"], job["document"]) == ("done", YUNXI), job
        yield client


def test_a_citation_tells_its_page_and_the_boxes_of_its_words(client) -> None:
    for question, page in (
        ("云溪区2030年社会消费品零售总额是多少?", 0),
        ("云溪区2031年社会消费品零售总额的目标是多少?", 1),
    ):
        answer = client.post("/api/ask", json={"question": question, "documents": [YUNXI]}).json()
        (citation,) = answer["citations"]
        assert citation["page"] == str(page + 1)
        (box,) = citation["boxes"]
        assert box["page"] == page
        assert 0 < box["x0"] < box["x1"] < 1
        last = lay_out(SHEETS[page]).words[-2]  # the first line of the last paragraph
        assert box["y0"] < last[1] / HEIGHT < box["y1"] + 0.01


def test_a_document_without_pages_has_none_in_its_citations(client) -> None:
    hits = client.post("/api/search", json={"query": "社会消费品", "documents": ["yuanshan-2029"]}).json()[
        "hits"
    ]
    assert hits
    assert not any({"page", "boxes"} & hit.keys() for hit in hits)


@pytest.mark.parametrize("width", [800, 1200])
def test_a_page_is_drawn_once_and_kept(client, width) -> None:
    address = f"/api/documents/{YUNXI}/pages/1.webp?width={width}"
    drawn = client.get(address)
    assert (drawn.status_code, drawn.headers["content-type"]) == (200, "image/webp")
    assert Image.open(BytesIO(drawn.content)).width == width
    folder = client.app.state.service.settings.data / "library" / YUNXI
    (kept,) = folder.glob(f"*/pages/1-{width}.webp")
    assert kept.read_bytes() == drawn.content
    again = client.get(address, headers={"If-None-Match": drawn.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    kept.write_bytes(b"kept")
    assert client.get(address).content == b"kept"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{YUNXI}/pages/2.webp", 404),
        (f"{YUNXI}/pages/-1.webp", 422),
        (f"{YUNXI}/pages/x.webp", 422),
        (f"{YUNXI}/pages/0.webp?width=1000000", 422),
        (f"{YUNXI}/pages/0.webp?width=801", 422),
        ("yuanshan-2029/pages/0.webp", 404),
        ("atlantis/pages/0.webp", 404),
    ],
)
def test_a_page_that_is_not_there_is_told(client, path, status) -> None:
    assert client.get(f"/api/documents/{path}").status_code == status


def test_pictures_of_pages_go_with_the_document(tmp_path: Path, service: ReportService) -> None:
    from rag.library.job import Details

    served, _ = open_library(tmp_path, service)
    added = served.library.add(PDF, "a.pdf", Details(place="青山市云溪区"))
    record = served.library.require(added.document)
    path = served.library.pages.find(record, 0, 800)
    assert path.is_file()
    assert served.library.remove(added.document).pages == 1
    assert not (served.settings.data / "library" / added.document).exists()
    with pytest.raises(OSError, match="No such file"):
        served.library.pages.find(record, 0, 800)
