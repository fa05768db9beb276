"""What reaches /v1 besides questions: what chat interfaces ask on their own, and every kind of error."""

from __future__ import annotations

import json

import pytest
from fastapi.testclient import TestClient

from rag.api.middleware import MAX_BODY_BYTES
from rag.api.openai.chores import chore_rules, reply_to_chore
from rag.service import Readiness

PATH = "/v1/chat/completions"
HISTORY = (
    "<chat_history>\nUSER: 2020年社会消费品零售总额是多少？请说明\nASSISTANT: 194亿元。[1]\n</chat_history>"
)
TITLE = (
    "### Task:\nGenerate a concise, 3-5 word title summarizing the chat history.\n### Guidelines:\n- Keep it "
    'short.\n### Output:\nJSON format: { "title": "your concise title here" }\n### Examples:\n- { "title": '
    '"Stock Trends" }\n### Chat History:\n'
) + HISTORY
TAGS = '### Task:\nGenerate 1-3 broad tags.\n### Output:\nJSON format: { "tags": ["a", "b"] }\n' + HISTORY
FOLLOW_UPS = (
    '### Task:\nSuggest follow-ups.\n### Output:\nJSON format: { "follow_ups": ["A?", "B?"] }\n' + HISTORY
)
QUERIES = (
    '### Task:\nDetermine the necessity of search queries.\nStrictly: {\n  "queries": ["q1"]\n}\n' + HISTORY
)
COMPLETION = '### Task:\nYou are an autocompletion system. Respond: `{ "text": "…" }`.\n<text>今年</text>'
IMAGE = '### Task:\nGenerate a detailed prompt.\n{\n    "prompt": "Your description."\n}\n' + HISTORY
SHORTENED = "2020年社会消费品零售总额是多少？请说明"


def body(content: object, **fields: object) -> dict:
    return {"model": "report-rag", "messages": [{"role": "user", "content": content}], **fields}


def content_of(response) -> str:
    assert response.status_code == 200, response.text
    return response.json()["choices"][0]["message"]["content"]


def error_of(response, status: int, code: str) -> dict:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/json"
    error = response.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert error["code"] == code
    return error


@pytest.mark.parametrize(
    ("prompt", "reply"),
    [
        (TITLE, {"title": SHORTENED}),
        (TAGS, {"tags": ["General"]}),
        (FOLLOW_UPS, {"follow_ups": []}),
        (QUERIES, {"queries": []}),
        (COMPLETION, {"text": ""}),
        (IMAGE, {"prompt": ""}),
        (TITLE + "题" * 3_000, {"title": SHORTENED}),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_what_a_chat_interface_asks_on_its_own_gets_the_json_it_wants_without_a_search(
    scripted: TestClient, script, prompt: str, reply: dict, stream: bool
) -> None:
    response = scripted.post(PATH, json=body(prompt, stream=stream))
    if stream:
        chunks = [json.loads(line[6:]) for line in response.text.split("\n\n")[:-2]]
        content = "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks)
        assert response.text.endswith("data: [DONE]\n\n")
    else:
        content = content_of(response)
        assert response.json()["report_rag"] is None
    assert json.loads(content) == reply
    assert script.asked == []


@pytest.mark.parametrize(("kind", "rule"), chore_rules(), ids=lambda one: getattr(one, "id", ""))
def test_every_entry_of_chores_takes_its_examples_and_no_question(kind: str, rule) -> None:
    assert kind in {"json", "title", "emoji"}
    for example in rule.yes:
        assert rule.applies(example)
        assert reply_to_chore(example)
    for example in rule.no:
        assert reply_to_chore(example) is None


def test_a_title_without_a_shape_is_the_first_question_shortened() -> None:
    asked = "Provide a concise, 5-word-or-less title for the conversation."
    assert reply_to_chore(asked, ["去年 种了\n几棵树?", "今年呢?"]) == "去年 种了 几棵树?"
    assert reply_to_chore(asked, ["树" * 30]) == "树" * 23 + "…"
    assert reply_to_chore(asked) == "Report Q&A"


@pytest.mark.parametrize(
    "wrapped",
    [
        '### Task:\nUse the context.\n<context>\n<source id="1">…</source>\n</context>\n\n种了几棵树?',
        "### Task:\n<context>…</context>\n<user_query>\n种了几棵树?\n</user_query>\n",
    ],
)
def test_pages_that_a_chat_interface_puts_around_a_question_are_not_searched_for(
    scripted: TestClient, script, wrapped: str
) -> None:
    scripted.post(PATH, json=body(wrapped))
    assert [one.text for one in script.asked] == ["种了几棵树?"]


def test_the_conversation_reaches_the_service_without_system_messages_and_footnotes(
    scripted: TestClient, script
) -> None:
    first = content_of(scripted.post(PATH, json=body("种了几棵树?")))
    assert "\n\n---\n- [1] “种树两棵” (2020年 · 一、𠀀年回顾 · 种树报告) http://" in first
    said = [("system", "a"), ("user", "种了几棵树?"), ("assistant", first), ("user", "今年呢?")]
    messages = [{"role": role, "content": text} for role, text in said]
    scripted.post(PATH, json={"model": "report-rag:trees", "messages": messages})
    question = script.asked[-1]
    assert (question.text, question.documents) == ("今年呢?", ("trees",))
    assert [(turn.role, turn.content) for turn in question.history] == [
        ("user", "种了几棵树?"),
        ("assistant", "去年种树两棵。[1]今年再种三棵。[1][2]"),
    ]


def test_a_refusal_shows_the_nearest_passages_and_no_marker(scripted: TestClient, script, answers) -> None:
    script.answer = answers["not_found"]
    content = content_of(scripted.post(PATH, json=body("2030年种几棵树?")))
    assert content.startswith("报告没有提到2030年。\n\n---\n报告中最接近的内容：\n\n- “种树两棵” (2020年")
    assert "[1]" not in content


# Errors.


def test_a_body_that_is_no_utf8_is_an_error_of_the_protocol(scripted: TestClient) -> None:
    sent = b'{"model": "report-rag", "messages": [{"role": "user", "content": "\xff"}]}'
    response = scripted.post(PATH, content=sent, headers={"content-type": "application/json"})
    assert "UTF-8" in error_of(response, 400, "malformed_json")["message"]
    surrogate = scripted.post(PATH, content=json.dumps(body("\ud800")))
    assert error_of(surrogate, 400, "invalid_request")["param"] == "messages[0].content"


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1", 404, "not_found"),
        ("POST", "/v1/completions", 404, "not_found"),
        ("TRACE", "/v1/nothing", 404, "not_found"),
        ("GET", PATH, 405, "method_not_allowed"),
        ("TRACE", PATH, 405, "method_not_allowed"),
        ("DELETE", "/v1/models", 405, "method_not_allowed"),
        ("GET", "/v1/models/gpt-4o", 404, "model_not_found"),
    ],
)
def test_what_is_not_there_is_an_error_of_the_protocol(
    scripted: TestClient, method: str, path: str, status: int, code: str
) -> None:
    response = scripted.request(method, path)
    assert error_of(response, status, code)["type"] == "invalid_request_error"
    assert ("allow" in response.headers) is (status == 405)


def test_a_head_is_refused_without_a_body(scripted: TestClient) -> None:
    response = scripted.head(PATH)
    assert (response.status_code, response.content) == (405, b"")


def test_a_failure_of_the_server_tells_nothing_of_the_inside(scripted: TestClient, script) -> None:
    script.error = RuntimeError("secret")
    error = error_of(scripted.post(PATH, json=body("a")), 500, "internal_error")
    assert error["type"] == "server_error"
    assert "secret" not in error["message"]
    streamed = scripted.post(PATH, json=body("a", stream=True)).text
    assert json.loads(streamed.split("\n\n")[-2][6:])["error"] == error


def test_until_the_index_is_ready_clients_are_told_when_to_come_again(scripted: TestClient, script) -> None:
    script.readiness = Readiness(False, "Encoding passages", 3, 9)
    for response in (scripted.post(PATH, json=body("a")), scripted.get("/v1/models")):
        error_of(response, 503, "not_ready")
        assert response.headers["retry-after"] == "1"


def test_a_body_that_is_too_large_and_a_foreign_host_are_refused_in_the_same_shape(
    scripted: TestClient,
) -> None:
    error_of(scripted.post(PATH, json=body("a" * MAX_BODY_BYTES)), 413, "body_too_large")
    error_of(scripted.get("/v1/models", headers={"host": "evil.example"}), 421, "wrong_host")


def test_errors_elsewhere_stay_problem_documents(scripted: TestClient) -> None:
    assert scripted.get("/v1x").headers["content-type"] == "application/problem+json"
