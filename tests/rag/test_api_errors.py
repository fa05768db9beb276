"""Every bad request gets a problem document that names what is wrong and what to do."""

import json
import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from index.errors import DamagedError
from rag.api import create_api
from rag.api.middleware import MAX_BODY_BYTES
from rag.api.problems import PROBLEM_TYPES, URI_PREFIX
from rag.errors import ModeUnavailableError, UnknownDocumentError
from rag.limits import MAX_HISTORY, MAX_QUESTION
from rag.service import Readiness
from rag.settings import Settings

JSON = {"content-type": "application/json"}
ASK = {"question": "种了几棵树?"}


def problem_of(response, status: int, name: str) -> dict:
    """Return the problem document of a response after checking what all of them promise."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert {"type", "title", "status", "detail"} <= problem.keys()
    assert problem["type"] == URI_PREFIX + name
    assert problem["status"] == status
    assert problem["detail"].endswith(".")
    return problem


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        ({}, "question", "required"),
        ({"question": ""}, "question", "is empty"),
        ({"question": " \t\n\u3000"}, "question", "is empty"),
        ({"question": "\u200b\u2060"}, "question", "is empty"),
        ({"question": "树" * (MAX_QUESTION + 1)}, "question", "shorten it to at most 2,000"),
        ({"question": 5}, "question", "valid string, not 5"),
        ({"question": None}, "question", "valid string, not null"),
        ({"question": ["a"]}, "question", "valid string"),
        (ASK | {"questions": "a"}, "questions", "remove it"),
        (ASK | {"mode": "\ud800"}, "mode", 'not "\ud800"'),
        (ASK | {"mode": "abstractive"}, "mode", "'extractive' or 'llm', not \"abstractive\""),
        (ASK | {"stream": "yes"}, "stream", 'valid boolean, not "yes"'),
        (ASK | {"stream": 1}, "stream", "valid boolean"),
        (ASK | {"documents": "trees"}, "documents", "valid list"),
        (ASK | {"documents": []}, "documents", "at least 1 item"),
        (ASK | {"documents": [""]}, "documents[0]", "at least 1 character"),
        (ASK | {"documents": [1]}, "documents[0]", "valid string"),
        (ASK | {"history": {"role": "user"}}, "history", "valid list"),
        (ASK | {"history": [{"role": "system", "content": "a"}]}, "history[0].role", "'user' or 'assistant'"),
        (ASK | {"history": [{"role": "user"}]}, "history[0].content", "required"),
        (ASK | {"history": ["a"]}, "history[0]", "a JSON object"),
        (ASK | {"history": [{"role": "user", "content": "a", "at": 1}]}, "history[0].at", "remove it"),
        (
            ASK | {"history": [{"role": "user", "content": "a"}] * (MAX_HISTORY + 1)},
            "history",
            "at most 40 items",
        ),
        ([ASK], "body", "a JSON object"),
        ("a", "body", "a JSON object"),
        (None, "body", "a JSON object"),
    ],
)
def test_a_question_of_the_wrong_shape_is_refused_naming_field_and_remedy(
    scripted: TestClient, body, field: str, words: str
) -> None:
    problem = problem_of(
        scripted.post("/api/ask", content=json.dumps(body), headers=JSON), 422, "invalid-request"
    )
    assert [error["field"] for error in problem["errors"]] == [field]
    assert words in problem["errors"][0]["message"]
    assert words in problem["detail"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"query": " "}, "query"),
        ({"query": "a", "limit": 0}, "limit"),
        ({"query": "a", "limit": 101}, "limit"),
        ({"query": "a", "limit": "5"}, "limit"),
        ({"query": "a", "limit": True}, "limit"),
        ({"query": "a", "limit": 1.5}, "limit"),
        ({"query": "a", "documents": [None]}, "documents[0]"),
        ({"question": "a"}, "query"),
    ],
)
def test_a_search_of_the_wrong_shape_is_refused_naming_the_field(
    scripted: TestClient, body, field: str
) -> None:
    problem = problem_of(scripted.post("/api/search", json=body), 422, "invalid-request")
    assert problem["errors"][0]["field"] == field


def test_every_wrong_field_is_named(scripted: TestClient) -> None:
    problem = problem_of(
        scripted.post("/api/ask", json={"question": "", "mode": 1, "x": 2}), 422, "invalid-request"
    )
    assert {error["field"] for error in problem["errors"]} == {"question", "mode", "x"}


def test_a_question_may_have_exactly_the_limits_and_white_space_around(scripted: TestClient, script) -> None:
    history = [{"role": "user", "content": ""}] * MAX_HISTORY
    body = {"question": f"\n{'𠀀' * MAX_QUESTION} ", "history": history}
    assert scripted.post("/api/ask", json=body).status_code == 200
    assert script.asked[0].text == "𠀀" * MAX_QUESTION


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"",
        b'{"question": }',
        b"{'question': 'a'}",
        b'{"question": "\xff"}',
        b"[" * 100_000,
        b"1" * 5_000,
    ],
    ids=["cut", "nothing", "no value", "quotes", "no UTF-8", "too deep", "too long a number"],
)
def test_a_body_that_is_not_json_is_refused(scripted: TestClient, body: bytes) -> None:
    response = scripted.post("/api/ask", content=body, headers=JSON)
    if body:
        problem_of(response, 400, "malformed-json")
    else:
        problem_of(response, 422, "invalid-request")


def test_the_place_where_json_breaks_is_named(scripted: TestClient) -> None:
    response = scripted.post("/api/ask", content='{"question" "a"}', headers=JSON)
    assert "at character 12" in problem_of(response, 400, "malformed-json")["detail"]


def test_a_lone_surrogate_is_no_text(scripted: TestClient) -> None:
    problem_of(
        scripted.post("/api/ask", content=r'{"question": "\ud800"}', headers=JSON), 422, "invalid-request"
    )


def test_a_body_declared_as_something_else_is_refused_naming_the_header(scripted: TestClient) -> None:
    response = scripted.post("/api/ask", content=json.dumps(ASK), headers={"content-type": "text/plain"})
    assert "application/json" in problem_of(response, 415, "unsupported-media-type")["detail"]


def test_a_body_without_a_declared_type_is_read_as_json(scripted: TestClient) -> None:
    assert scripted.post("/api/ask", content=json.dumps(ASK).encode()).status_code == 200


@pytest.mark.parametrize("path", ["/api/ask", "/api/search"])
@pytest.mark.parametrize("stream", [False, True])
def test_an_unknown_document_in_a_body_is_named(scripted: TestClient, path: str, stream: bool) -> None:
    body = {"query": "a"} if path == "/api/search" else ASK | {"stream": stream}
    problem = problem_of(
        scripted.post(path, json=body | {"documents": ["trees", "bees"]}), 422, "unknown-document"
    )
    assert "'bees'" in problem["detail"]
    assert "trees" in problem["detail"]


@pytest.mark.parametrize("stream", [False, True])
def test_the_llm_mode_without_a_model_is_refused_naming_the_setting(
    scripted: TestClient, stream: bool
) -> None:
    body = ASK | {"mode": "llm", "stream": stream}
    problem = problem_of(scripted.post("/api/ask", json=body), 422, "mode-unavailable")
    assert "REPORT_RAG_LLM_BASE_URL" in problem["detail"]


@pytest.mark.parametrize(
    ("error", "name"),
    [
        (UnknownDocumentError("No such one."), "unknown-document"),
        (ModeUnavailableError("No llm."), "mode-unavailable"),
    ],
)
def test_what_the_service_refuses_is_told_in_its_words(
    scripted: TestClient, script, error, name: str
) -> None:
    script.error = error
    assert problem_of(scripted.post("/api/ask", json=ASK), 422, name)["detail"] == str(error)


@pytest.mark.parametrize("path", ["/api/documents/bees", "/api/documents/bees/text"])
def test_an_unknown_document_in_a_path_is_not_found(scripted: TestClient, path: str) -> None:
    problem = problem_of(scripted.get(path), 404, "document-not-found")
    assert "'bees'" in problem["detail"]
    assert "/api/documents" in problem["detail"]


@pytest.mark.parametrize(
    "path", ["/nothing", "/api", "/api/", "/api/nothing", "/api/ask/more", "/health", "/health/nothing"]
)
def test_an_unknown_address_is_not_found(scripted: TestClient, path: str) -> None:
    assert path in problem_of(scripted.get(path), 404, "not-found")["detail"]


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("GET", "/api/ask", "POST"),
        ("DELETE", "/api/documents", "GET, POST"),
        ("POST", "/api/documents/trees/text", "GET"),
        ("POST", "/health/ready", "GET"),
        ("PUT", "/metrics", "GET"),
    ],
)
def test_a_wrong_method_is_refused_naming_the_right_one(
    scripted: TestClient, method: str, path: str, allow: str
) -> None:
    response = scripted.request(method, path)
    assert allow in problem_of(response, 405, "method-not-allowed")["detail"]
    assert response.headers["allow"] == allow


@pytest.mark.parametrize("method", ["TRACE", "PROPFIND", "NONSENSE"])
@pytest.mark.parametrize("path", ["/api/ask", "/api/documents", "/health/ready", "/metrics", "/docs"])
def test_a_method_that_nobody_expects_is_refused_like_any_other(
    scripted: TestClient, method: str, path: str
) -> None:
    response = scripted.request(method, path)
    assert method in problem_of(response, 405, "method-not-allowed")["detail"]
    assert response.headers["allow"]


@pytest.mark.parametrize("method", ["TRACE", "NONSENSE"])
def test_at_an_unknown_address_no_method_helps(scripted: TestClient, method: str) -> None:
    for path in ("/nothing", "/api/nothing"):
        problem_of(scripted.request(method, path), 404, "not-found")


def test_a_wrong_method_outside_the_contract_is_a_problem_too(scripted: TestClient) -> None:
    problem_of(scripted.post("/docs"), 405, "method-not-allowed")


@pytest.mark.parametrize("declared", [True, False])
def test_a_body_that_is_too_large_is_refused(scripted: TestClient, declared: bool) -> None:
    body = b'{"question": "' + b"a" * MAX_BODY_BYTES + b'"}'
    content = body if declared else iter([body[: len(body) // 2], body[len(body) // 2 :]])
    problem_of(scripted.post("/api/ask", content=content, headers=JSON), 413, "body-too-large")


@pytest.mark.parametrize(
    "readiness", [Readiness(False, "Encoding passages", 3, 9), Readiness(False, "", error="No.")]
)
def test_until_the_index_is_ready_every_question_is_answered_with_503(
    scripted: TestClient, script, readiness
) -> None:
    script.readiness = readiness
    for response in (
        scripted.post("/api/ask", json=ASK),
        scripted.post("/api/search", json={"query": "a"}),
        scripted.get("/api/documents"),
        scripted.get("/api/documents/trees/text"),
        scripted.get("/health/ready"),
    ):
        problem = problem_of(response, 503, "not-ready")
        assert response.headers["retry-after"] == "1"
    assert (problem["stage"], problem["done"], problem["total"]) == (
        readiness.stage,
        readiness.done,
        readiness.total,
    )


def test_readiness_tells_why_loading_failed(scripted: TestClient, script) -> None:
    script.readiness = Readiness(False, "Loading", error="The corpus folder is missing: create it.")
    assert scripted.get("/health/ready").json()["detail"] == script.readiness.error


@pytest.mark.parametrize("error", [RuntimeError("secret"), DamagedError("/secret/path is damaged.")])
def test_an_unexpected_failure_tells_nothing_of_the_inside(scripted: TestClient, script, error) -> None:
    script.error = error
    assert "secret" not in str(problem_of(scripted.post("/api/ask", json=ASK), 500, "internal-error"))


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.1:7860", "localhost:80", "LOCALHOST", "[::1]", "[::1]:7860"]
)
def test_on_loopback_this_machines_names_are_served(scripted: TestClient, host: str) -> None:
    assert scripted.get("/health/live", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example:7860",
        "127.0.0.1@evil",
        "::1",
        "",
        "[::2]",
    ],
)
def test_on_loopback_a_foreign_host_is_refused(scripted: TestClient, host: str) -> None:
    assert (
        "localhost"
        in problem_of(scripted.get("/health/live", headers={"host": host}), 421, "wrong-host")["detail"]
    )


def test_bound_to_another_address_every_host_is_served(make_scripted_service, tmp_path: Path) -> None:
    app = create_api(make_scripted_service(Settings(host="0.0.0.0", data=tmp_path)))
    with TestClient(app, base_url="http://reports.example") as client:
        assert client.get("/health/live").status_code == 200


def test_the_documented_problem_types_are_those_that_exist() -> None:
    text = (Path(__file__).parents[2] / "docs" / "API.md").read_text("utf-8")
    documented = re.findall(rf"^\| `{URI_PREFIX}([a-z-]+)` \| (\d+) \|", text, re.MULTILINE)
    assert sorted(documented) == sorted((kind.name, str(kind.status)) for kind in PROBLEM_TYPES)
