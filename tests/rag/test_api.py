"""REST tells what the service says, whole and in the contract's shape."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pydantic import TypeAdapter

from rag.api import create_api, schemas
from rag.metrics import count_violation
from rag.settings import Settings
from rag.types import Mode, Turn

ASK = {"question": "种了几棵树?"}


def events_of(text: str) -> list[tuple[str, dict]]:
    """Read server-sent events as the standard has it."""
    blocks = [block for block in text.split("\n\n") if block]
    fields = [dict(line.split(": ", 1) for line in block.split("\n")) for block in blocks]
    return [(field["event"], json.loads(field["data"])) for field in fields]


def test_the_whole_request_reaches_the_service(scripted: TestClient, script) -> None:
    history = [{"role": "user", "content": "去年?"}, {"role": "assistant", "content": "两棵。[1]"}]
    scripted.post("/api/ask", json={"question": " 𠀀? ", "history": history, "documents": ["trees", "trees"]})
    (question,) = script.asked
    assert question.text == "𠀀?"
    assert question.history == (Turn("user", "去年?"), Turn("assistant", "两棵。[1]"))
    assert question.documents == ("trees",)
    assert question.mode is Mode.EXTRACTIVE


def test_without_a_mode_the_mode_of_the_settings_is_used(
    make_scripted_service, script, tmp_path: Path
) -> None:
    settings = Settings(data=tmp_path, mode=Mode.LLM, llm_base_url="http://127.0.0.1:9/v1")
    service = make_scripted_service(settings)
    with TestClient(create_api(service), base_url="http://localhost") as client:
        client.post("/api/ask", json=ASK)
        client.post("/api/ask", json=ASK | {"mode": "extractive"})
    assert [question.mode for question in script.asked] == [Mode.LLM, Mode.EXTRACTIVE]


@pytest.mark.parametrize("status", ["answered", "not_found", "smalltalk", "grouped"])
def test_an_answer_survives_the_way_through_json(scripted: TestClient, script, answers, status: str) -> None:
    script.answer = answers[status]
    body = scripted.post("/api/ask", json=ASK).json()
    again = schemas.Answer.model_validate(body)
    assert again.model_dump(mode="json") == body
    assert (again.id, again.status, again.answer) == (
        script.answer.id,
        script.answer.status,
        script.answer.answer,
    )
    assert [c.quote for c in again.citations] == [c.quote for c in script.answer.citations]
    assert [c.quote for c in again.closest] == [c.quote for c in script.answer.closest]
    assert (again.reason and again.reason.code) == (script.answer.reason and script.answer.reason.code)


@pytest.mark.parametrize("status", ["answered", "not_found", "smalltalk", "grouped"])
def test_a_stream_tells_the_same_answer_piece_by_piece(
    scripted: TestClient, script, answers, status: str
) -> None:
    script.answer = answers[status]
    response = scripted.post("/api/ask", json=ASK | {"stream": True})
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.headers["cache-control"] == "no-cache"
    events = events_of(response.text)
    names = [name for name, _ in events]
    assert names[0] == "status"
    assert names[-1] == "done"
    assert "".join(data["text"] for name, data in events if name == "token") == script.answer.answer
    assert events[-1][1] == scripted.post("/api/ask", json=ASK).json()


def test_a_stream_gives_each_citation_once_behind_the_first_sentence_that_rests_on_it(
    scripted: TestClient,
) -> None:
    events = events_of(scripted.post("/api/ask", json=ASK | {"stream": True}).text)
    told = [data.get("text") or data.get("n") for name, data in events if name in ("token", "citation")]
    assert told == ["去年种树两棵。[1]", 1, "今年再种三棵。[1][2]", 2]


def test_a_stream_that_fails_ends_with_an_error_event_that_tells_nothing_of_the_inside(
    scripted: TestClient, script, caplog: pytest.LogCaptureFixture
) -> None:
    script.error = RuntimeError("secret")
    response = scripted.post("/api/ask", json=ASK | {"stream": True})
    name, problem = events_of(response.text)[-1]
    assert (name, problem["status"]) == ("error", 500)
    assert "secret" not in response.text
    assert "secret" in caplog.text


def test_a_line_break_in_an_answer_does_not_break_the_stream(scripted: TestClient, script, answers) -> None:
    script.answer = replace(answers["smalltalk"], answer="一\r\n\r\n二\u2028三")
    events = events_of(scripted.post("/api/ask", json=ASK | {"stream": True}).text)
    assert events[-1][1]["answer"] == "一\r\n\r\n二\u2028三"


def test_offsets_count_code_points_beyond_an_astral_character(scripted: TestClient) -> None:
    text = scripted.get("/api/documents/trees/text").text
    assert "𠀀" in text
    for citation in scripted.post("/api/ask", json=ASK).json()["citations"]:
        assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_the_text_is_served_once_and_then_known_by_its_hash(scripted: TestClient) -> None:
    path = "/api/documents/trees/text"
    first = scripted.get(path)
    etag = first.headers["etag"]
    assert etag == f'"{scripted.get("/api/documents/trees").json()["sha256"]}"'
    assert first.headers["content-type"] == "text/plain; charset=utf-8"
    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        again = scripted.get(path, headers={"if-none-match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    assert scripted.get(path, headers={"if-none-match": '"other"'}).content == first.content


def test_a_search_is_limited(scripted: TestClient) -> None:
    assert len(scripted.post("/api/search", json={"query": "树", "limit": 1}).json()["hits"]) == 1


def test_an_answer_under_leads_says_which_sentences_stand_under_which(scripted, script, answers) -> None:
    script.answer = answers["grouped"]
    body = scripted.post("/api/ask", json=ASK).json()
    assert body["kind"] == "digest"
    assert body["groups"] == [{"label": "2020年", "kind": "done", "document": "trees", "sentences": [0, 1]}]
    assert body["coverage"] == {"shown": 2, "found": 5}
    first = body["sentences"][body["groups"][0]["sentences"][0]]
    assert body["answer"][first["start"] : first["end"]] == "去年种树两棵。"


def test_a_lead_and_a_bullet_come_with_the_sentence_behind_them(scripted, script, answers) -> None:
    script.answer = answers["grouped"]
    events = events_of(scripted.post("/api/ask", json=ASK | {"stream": True}).text)
    assert [data["text"] for name, data in events if name == "token"] == [
        "2020年:\n- 去年种树两棵。[1]",
        "\n- 今年再种三棵。[1][2]",
    ]


def test_the_answer_of_openapi_is_a_valid_one(scripted: TestClient) -> None:
    components = scripted.get("/openapi.json").json()["components"]["schemas"]
    (example,) = components["Answer"]["examples"]
    answer = schemas.Answer.model_validate({"model": None, "reason": None} | example)  # OpenAPI drops null
    for sentence in answer.sentences:
        markers = "".join(f"[{n}]" for n in sentence.citations)
        assert answer.answer[sentence.start : sentence.end].endswith("。")
        assert answer.answer[sentence.end :].startswith(markers)
        assert {answer.citations[n - 1].n for n in sentence.citations} == set(sentence.citations)
    assert [place for group in answer.groups for place in group.sentences] == [0, 1]


def test_the_examples_of_openapi_are_valid_requests(scripted: TestClient, script) -> None:
    components = scripted.get("/openapi.json").json()["components"]["schemas"]
    for name, path in (("AskRequest", "/api/ask"), ("SearchRequest", "/api/search")):
        for example in components[name]["examples"]:
            assert scripted.post(path, json=example).status_code == 200


def test_openapi_describes_every_endpoint_and_its_problems(scripted: TestClient) -> None:
    description = scripted.get("/openapi.json").json()
    assert set(description["paths"]) >= {
        "/api/ask",
        "/api/search",
        "/api/documents",
        "/api/documents/{document_id}",
        "/api/documents/{document_id}/text",
        "/api/documents/{document_id}/indicators",
        "/api/documents/{document_id}/outline",
        "/api/documents/{document_id}/glossary",
        "/api/documents/{document_id}/original",
        "/api/documents/{document_id}/pages/{page}.webp",
        "/api/jobs",
        "/api/jobs/{job_id}",
        "/health/live",
        "/health/ready",
        "/metrics",
        "/v1/chat/completions",
        "/v1/embeddings",
        "/v1/models",
        "/v1/models/{model}",
    }
    references = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(description)))
    assert references <= set(description["components"]["schemas"])
    for path, operations in description["paths"].items():
        error = "application/json" if path.startswith("/v1/") else "application/problem+json"
        for operation in operations.values():
            assert error in operation["responses"]["default"]["content"]


def test_the_page_of_openapi_loads_nothing_from_elsewhere(scripted: TestClient) -> None:
    page = scripted.get("/docs").text
    sources = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert sources
    for source in sources:
        assert source.startswith("/")
        assert scripted.get(source).status_code == 200


def test_the_schema_of_a_problem_accepts_real_problems(scripted: TestClient) -> None:
    problem = scripted.post("/api/ask", json={}).json()
    assert TypeAdapter(schemas.Problem).validate_python(problem).errors


def test_the_documented_example_of_an_error_is_what_the_server_says(scripted: TestClient) -> None:
    text = (Path(__file__).parents[2] / "docs" / "API.md").read_text("utf-8")
    (documented,) = re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    assert scripted.post("/api/ask", json={"question": " ", "mode": "x"}).json() == json.loads(documented)


def test_every_documented_example_names_an_endpoint_that_exists(scripted: TestClient) -> None:
    text = (Path(__file__).parents[2] / "docs" / "API.md").read_text("utf-8")
    joined = text.replace("\\\n ", "")
    asked = re.findall(r"^curl -sN? http://127\.0\.0\.1:7860(\S+)(?:.*? -d '(.*)')?$", joined, re.MULTILINE)
    assert len(asked) >= 9
    for path, body in asked:
        path = path.replace("saihan-2021", "trees")
        response = scripted.post(path, json=json.loads(body)) if body else scripted.get(path)
        assert response.status_code == (422 if '"mode": "x"' in body else 200), path


def test_figures_count_requests_answers_and_violations(scripted: TestClient, script, answers) -> None:
    scripted.post("/api/ask", json=ASK)
    scripted.post("/api/ask", json=ASK | {"stream": True})
    script.answer = answers["not_found"]
    scripted.post("/api/ask", json=ASK)
    scripted.post("/api/ask", json={})
    scripted.get("/api/documents/trees")
    scripted.request("BREW", "/api/documents")
    count_violation("exact_quotes")
    response = scripted.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain")
    lines = dict(line.rsplit(" ", 1) for line in response.text.splitlines() if not line.startswith("#"))
    assert lines['report_rag_requests_total{method="POST",path="/api/ask",status="200"}'] == "3.0"
    assert lines['report_rag_requests_total{method="POST",path="/api/ask",status="422"}'] == "1.0"
    path = "/api/documents/{document_id}"
    assert lines[f'report_rag_requests_total{{method="GET",path="{path}",status="200"}}'] == "1.0"
    assert lines['report_rag_request_seconds_count{path="/api/ask"}'] == "4.0"
    assert lines['report_rag_answers_total{reason="",status="answered"}'] == "2.0"
    assert lines['report_rag_answers_total{reason="other_period",status="not_found"}'] == "1.0"
    assert float(lines['report_rag_invariant_violations_total{invariant="exact_quotes"}']) >= 1
    assert any('method="other"' in line for line in lines)
