"""REST contract v1, literally, on the real service and the bundled report."""

import json

import pytest
from fastapi.testclient import TestClient

from rag.api import create_api
from rag.service import ReportService
from tests.rag.llm.scripted_endpoint import ScriptedEndpoint
from tests.rag.llm.serving import serve

CITATION = {"n", "document", "start", "end", "quote", "sentence", "section", "period", "score"}
ANSWER = {
    "id",
    "status",
    "answer",
    "mode",
    "model",
    "notices",
    "standalone_question",
    "reason",
    "kind",
    "sentences",
    "groups",
    "coverage",
    "citations",
    "closest",
    "timings_ms",
    "decided_by",
}
TIMINGS = {"retrieve", "read", "write", "total"}
DOCUMENT = {"id", "title", "place", "year", "date", "sha256", "characters", "passages"}
DETAIL = DOCUMENT | {"outline", "glossary"}
SECTION = {"heading", "level", "start", "end", "children"}

REPORT = "saihan-2021"
ANSWERABLE = "2020年社会消费品零售总额是多少？"
UNANSWERABLE = "2035年社会消费品零售总额是多少？"


@pytest.fixture
def text(client: TestClient) -> str:
    return client.get(f"/api/documents/{REPORT}/text").text


def check_citation(citation: dict, text: str) -> None:
    assert set(citation) == CITATION
    assert text[citation["start"] : citation["end"]] == citation["quote"]
    assert citation["sentence"]["start"] <= citation["start"] < citation["end"] <= citation["sentence"]["end"]
    assert set(citation["period"]) == {"label", "kind"}
    assert citation["period"]["kind"] in {"done", "planned", "definition", "other"}
    assert 0 <= citation["score"] <= 1
    assert isinstance(citation["section"], list)


def test_a_question_that_the_report_answers(client: TestClient, text: str) -> None:
    answer = client.post("/api/ask", json={"question": ANSWERABLE}).json()
    assert set(answer) == ANSWER
    assert answer["status"] == "answered"
    assert "194亿元" in answer["answer"]
    assert answer["reason"] is None
    assert answer["closest"] == []
    assert (answer["mode"], answer["model"]) == ("extractive", None)
    assert (answer["kind"], answer["groups"]) == ("fact", [])
    assert set(answer["timings_ms"]) == TIMINGS
    numbers = {citation["n"] for citation in answer["citations"]}
    assert answer["sentences"]
    for sentence in answer["sentences"]:
        assert set(sentence) == {"start", "end", "citations", "state"}
        assert set(sentence["citations"]) <= numbers
        markers = "".join(f"[{n}]" for n in sentence["citations"])
        assert answer["answer"][sentence["end"] :].startswith(markers)
    for citation in answer["citations"]:
        check_citation(citation, text)


def test_a_question_that_the_report_does_not_answer(client: TestClient, text: str) -> None:
    answer = client.post("/api/ask", json={"question": UNANSWERABLE, "documents": [REPORT]}).json()
    assert set(answer) == ANSWER
    assert answer["status"] == "not_found"
    assert answer["kind"] == "fact"  # what was wanted
    assert answer["citations"] == []
    assert set(answer["reason"]) == {"code", "text"}
    for citation in answer["closest"]:
        check_citation(citation, text)


def test_small_talk(client: TestClient) -> None:
    answer = client.post("/api/ask", json={"question": "你好"}).json()
    assert set(answer) == ANSWER
    assert (answer["status"], answer["citations"], answer["closest"]) == ("smalltalk", [], [])
    assert (answer["kind"], answer["groups"], answer["coverage"]) == ("smalltalk", [], None)


def test_a_stream_ends_with_the_whole_answer(client: TestClient) -> None:
    response = client.post("/api/ask", json={"question": ANSWERABLE, "stream": True})
    *_, last, end = response.text.split("\n\n")
    event, data = last.split("\n")
    assert (event, end) == ("event: done", "")
    assert set(json.loads(data.removeprefix("data: "))) == ANSWER


def test_an_answer_that_a_language_model_words(service: ReportService, text: str) -> None:
    with ScriptedEndpoint.run() as endpoint, serve(service, endpoint) as worded:
        endpoint.reply("2020年社会消费品零售总额为194亿元[1]。增长了25%。")
        with TestClient(create_api(worded), base_url="http://127.0.0.1") as client:
            answer = client.post("/api/ask", json={"question": ANSWERABLE, "mode": "llm"}).json()
    assert set(answer) == ANSWER
    assert answer["answer"] == "2020年社会消费品零售总额为194亿元。[1]"
    assert (answer["mode"], answer["model"], len(answer["notices"])) == ("llm", "scripted", 1)
    assert set(answer["timings_ms"]) == TIMINGS
    verified, left_out = answer["sentences"]
    assert verified == {"start": 0, "end": 21, "citations": [1], "state": "verified"}
    assert left_out == {"start": 24, "end": 24, "citations": [], "state": "left_out"}
    for citation in answer["citations"]:
        check_citation(citation, text)


def test_the_list_of_documents(client: TestClient, service: ReportService) -> None:
    body = client.get("/api/documents").json()
    assert set(body) == {"documents"}
    assert [document["id"] for document in body["documents"]] == list(service.documents)
    for document in body["documents"]:
        assert set(document) == DOCUMENT


def test_a_document_with_outline_and_glossary(client: TestClient, text: str) -> None:
    document = client.get(f"/api/documents/{REPORT}").json()
    assert set(document) >= DETAIL
    assert document["characters"] == len(text)

    def check(sections: list[dict], start: int, end: int) -> None:
        for section in sections:
            assert set(section) == SECTION
            assert start <= section["start"] < section["end"] <= end
            assert text[section["start"] :].startswith(section["heading"])
            check(section["children"], section["start"], section["end"])

    assert len(document["outline"]) == 4
    check(document["outline"], 0, len(text))
    assert len(document["glossary"]) == 19
    for entry in document["glossary"]:
        definition = entry["definition"]
        assert text[definition["start"] : definition["end"]] == definition["text"]


def test_the_text_is_the_published_one(client: TestClient, corpus_folder) -> None:
    response = client.get(f"/api/documents/{REPORT}/text")
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.content == (corpus_folder / REPORT / "report.txt").read_bytes()
    assert response.headers["etag"] == f'"{client.get(f"/api/documents/{REPORT}").json()["sha256"]}"'


def test_a_search(client: TestClient, text: str) -> None:
    body = client.post(
        "/api/search", json={"query": "社会消费品零售总额", "documents": [REPORT], "limit": 3}
    ).json()
    assert set(body) == {"hits"}
    assert [hit["n"] for hit in body["hits"]] == [1, 2, 3]
    for hit in body["hits"]:
        check_citation(hit, text)


def test_health(client: TestClient) -> None:
    assert client.get("/health/live").json() == {"status": "live"}
    assert client.get("/health/ready").json() == {"status": "ready"}


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/api/ask", "{", 400),
        ("POST", "/api/ask", "{}", 422),
        ("POST", "/api/ask", '{"question": "a", "mode": "b"}', 422),
        ("POST", "/api/ask", '{"question": "a", "mode": "llm"}', 422),
        ("POST", "/api/ask", '{"question": "a", "documents": ["b"]}', 422),
        ("POST", "/api/search", '{"query": "a", "documents": ["b"]}', 422),
        ("GET", "/api/documents/b", None, 404),
        ("GET", "/api/documents/b/text", None, 404),
    ],
)
def test_errors_are_problem_documents(
    client: TestClient, method: str, path: str, body: str, status: int
) -> None:
    response = client.request(method, path, content=body, headers={"content-type": "application/json"})
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert {"type", "title", "status", "detail"} <= set(response.json())
