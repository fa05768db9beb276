"""A language model's answer as a chat completion: verified sentences as they come, quotes where it lies."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from rag.api import create_api
from rag.service import ReportService
from tests.rag.llm.serving import serve

QUESTION = "2030年社会消费品零售总额是多少?"
TRUE = "2030年社会消费品零售总额为88亿元[1]。"
LIE = "2030年社会消费品零售总额为99亿元[1]。"
PATH = "/v1/chat/completions"


@pytest.fixture
def client(yunxi: ReportService, endpoint) -> Iterator[TestClient]:
    with (
        serve(yunxi, endpoint) as service,
        TestClient(create_api(service), base_url="http://127.0.0.1") as client,
    ):
        yield client


def body(**fields: object) -> dict:
    return {"model": "report-rag-llm", "messages": [{"role": "user", "content": QUESTION}], **fields}


def read_stream(text: str) -> list[dict]:
    *events, done, end = text.split("\n\n")
    assert (done, end) == ("data: [DONE]", "")
    return [json.loads(one.removeprefix("data: ")) for one in events if not one.startswith(":")]


def test_the_model_is_listed_where_one_is_configured(client: TestClient) -> None:
    names = [one["id"] for one in client.get("/v1/models").json()["data"]]
    assert names[:2] == ["report-rag", "report-rag-llm"]
    assert "report-rag-llm:yunxi-2031" in names


@pytest.mark.parametrize("reply", [TRUE, LIE, TRUE + "增长了25%。"])
def test_a_stream_tells_what_the_whole_completion_does(client: TestClient, endpoint, reply: str) -> None:
    endpoint.reply(reply)
    whole = client.post(PATH, json=body()).json()
    endpoint.reply(reply)
    chunks = read_stream(client.post(PATH, json=body(stream=True)).text)
    deltas = [one["choices"][0]["delta"] for one in chunks]
    message = whole["choices"][0]["message"]
    assert "".join(one.get("content", "") for one in deltas) == message["content"]
    assert [one for delta in deltas for one in delta.get("annotations", ())] == message["annotations"]
    assert "99" not in message["content"]
    assert "25%" not in message["content"].partition("\n\n---\n")[0]
    for one in message["annotations"]:
        place = one["url_citation"]
        assert message["content"][place["start_index"] : place["end_index"]].startswith("[")
    assert chunks[-1]["report_rag"]["status"] == whole["report_rag"]["status"] == "answered"
    assert chunks[-1]["report_rag"]["mode"] == whole["report_rag"]["mode"]
