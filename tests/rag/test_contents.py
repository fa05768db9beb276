"""Documents are listed page by page and filtered; ranges of texts and tables of indicators are exact."""

from __future__ import annotations

import csv
import io

import pytest
from fastapi.testclient import TestClient

from rag.api.contents import COLUMNS, _disarm

TEXT = "/api/documents/trees/text"


def test_pages_say_how_many_documents_there_are_and_where_the_next_ones_are(
    make_scripted_service, scripted: TestClient
) -> None:
    service = scripted.app.state.service
    service._indexed = {f"trees-{number}": service.documents["trees"] for number in range(5)}
    address, seen = "/api/documents?limit=2", 0
    while address:
        response = scripted.get(address)
        assert response.headers["x-total-count"] == "5"
        seen += len(response.json()["documents"])
        link = response.headers.get("link", "")
        address = link.removeprefix("<").partition(">")[0]
        assert link.endswith('rel="next"') is bool(address)
    assert seen == 5
    assert len(scripted.get("/api/documents").json()["documents"]) == 5
    assert scripted.get("/api/documents?offset=9").json() == {"documents": []}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("title=种树", 1),
        ("title=修路", 0),
        ("place=某", 1),
        ("place=别处", 0),
        ("year=2021", 1),
        ("year=2020", 0),
        ("words=种树", 1),
        ("words=修路", 0),
        ("collection=a", 0),
        ("title=报告&year=2021&limit=1", 1),
    ],
)
def test_filters_leave_what_fits_all_of_them(scripted: TestClient, query: str, found: int) -> None:
    response = scripted.get(f"/api/documents?{query}")
    assert len(response.json()["documents"]) == found == int(response.headers["x-total-count"])


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("offset=-1", "offset"),
        ("year=x", "year"),
        ("yaer=1", "yaer"),
    ],
)
def test_a_filter_that_is_not_understood_is_an_error(scripted: TestClient, query: str, field: str) -> None:
    response = scripted.get(f"/api/documents?{query}")
    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == field


def test_a_range_is_code_points_of_the_text(scripted: TestClient) -> None:
    whole = scripted.get(TEXT)
    for start, end in ((0, 4), (2, 3), (7, 7), (5, len(whole.text))):
        part = scripted.get(f"{TEXT}?start={start}&end={end}")
        assert part.text == whole.text[start:end]
        assert part.headers["etag"] == whole.headers["etag"]
    assert scripted.get(f"{TEXT}?start=5").text == whole.text[5:]
    assert scripted.get(f"{TEXT}?end=5", headers={"if-none-match": whole.headers["etag"]}).status_code == 304


@pytest.mark.parametrize(("start", "end", "field"), [(5, 3, "start"), (0, 10_000, "end"), (-1, 3, "start")])
def test_what_is_no_range_is_an_error_that_names_the_length(
    scripted: TestClient, start: int, end: int, field: str
) -> None:
    problem = scripted.get(f"{TEXT}?start={start}&end={end}").json()
    assert problem["status"] == 422
    assert problem["errors"][0]["field"] == field


def test_the_quotes_of_an_answer_are_ranges_of_the_text(scripted: TestClient) -> None:
    answer = scripted.post("/api/ask", json={"question": "种了几棵树?"}).json()
    for one in answer["citations"]:
        assert scripted.get(f"{TEXT}?start={one['start']}&end={one['end']}").text == one["quote"]


@pytest.mark.parametrize("asked", [{"params": {"format": "csv"}}, {"headers": {"accept": "text/csv;q=1"}}])
def test_indicators_come_as_a_table_with_the_same_rows(client: TestClient, asked) -> None:
    path = "/api/documents/saihan-2021/indicators"
    response = client.get(path, **asked)
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert "saihan-2021-indicators.csv" in response.headers["content-disposition"]
    header, *rows = csv.reader(io.StringIO(response.content.decode("utf-8-sig"), newline=""))
    assert tuple(header) == COLUMNS
    listed = client.get(path, headers={"accept": "*/*"}).json()["indicators"]
    assert len(rows) == len(listed)
    for row, one in zip(rows, listed, strict=True):
        told = dict(zip(header, row, strict=True))
        assert (told["name"], told["quote"]) == (one["name"], one["quote"])
        assert float(told["number"]) == one["number"]
        assert (int(told["start"]), int(told["end"])) == (one["start"], one["end"])
        assert (told["period"], told["kind"]) == (one["period"]["label"], one["period"]["kind"])
    assert client.get(path, params={"format": "csv"}, headers={"accept": "application/json"}).content
    assert client.get(path, params={"format": "xml"}).status_code == 422


def test_no_cell_of_a_table_is_a_formula() -> None:
    assert [_disarm(cell) for cell in ("=1+1", "-5", "@a", "增长5%")] == ["'=1+1", "'-5", "'@a", "增长5%"]


@pytest.mark.parametrize("path", ["outline", "glossary", "text", "indicators", ""])
@pytest.mark.parametrize("method", ["TRACE", "POST"])
def test_what_is_read_cannot_be_written(scripted: TestClient, path: str, method: str) -> None:
    response = scripted.request(method, f"/api/documents/trees/{path}".rstrip("/"))
    assert response.status_code == 405
    assert "GET" in response.headers["allow"]
    assert response.headers["content-type"] == "application/problem+json"
