"""The Model Context Protocol, spoken by the official client: over HTTP as over stdio."""

import json
import os
import socket
import sys
import threading
from collections.abc import Awaitable, Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import anyio
import jsonschema
import pytest
from fastapi.testclient import TestClient
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.shared.exceptions import MCPError

from rag.api import create_api
from rag.api.middleware import MAX_BODY_BYTES
from rag.errors import AbandonedError, NotReadyError
from rag.service import Readiness
from rag.settings import Settings
from rag.types import Answer, Question, Stage
from tests.rag.conftest import ANSWERED, TEXT, Script, ScriptedService
from tests.rag.serving import running

NAMES = ["ask_report", "search_report", "read_passage", "list_documents", "list_indicators"]
MODES = ["auto", "legacy"]
"""The protocol of 2026-07-28, and the handshake of 2025-11-25 that clients before 2.0 begin with."""


@pytest.fixture(scope="module")
def script() -> Script:
    return Script()


@pytest.fixture(scope="module")
def address(script: Script, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    service = ScriptedService(Settings(data=tmp_path_factory.mktemp("data")), script)
    with running(create_api(service)) as base:
        yield f"{base}/mcp"


def visit(target: Any, do: Callable[[Client], Awaitable[Any]], mode: str = "auto") -> Any:
    """Connect the official client, and return what `do` makes of it."""

    async def connect() -> Any:
        async with Client(target, mode=mode) as client:
            try:
                return await do(client)
            except MCPError as error:  # to be raised where no group of tasks wraps it
                return error

    result = anyio.run(connect)
    if isinstance(result, MCPError):
        raise result
    return result


def call(address: str, name: str, arguments: dict[str, Any], mode: str = "auto") -> Any:
    return visit(address, lambda client: client.call_tool(name, arguments), mode)


@pytest.mark.parametrize("mode", MODES)
def test_every_tool_is_listed_with_schemas_of_what_it_takes_and_gives(address: str, mode: str) -> None:
    tools = visit(address, lambda client: client.list_tools(), mode).tools
    assert [tool.name for tool in tools] == NAMES
    for tool in tools:
        assert tool.input_schema["additionalProperties"] is False
        jsonschema.Draft202012Validator.check_schema(tool.output_schema)
        assert tool.output_schema["type"] == "object"


@pytest.mark.parametrize("mode", MODES)
def test_ask_report_gives_what_rest_gives(address: str, scripted: TestClient, mode: str) -> None:
    result = call(address, "ask_report", {"question": "种了几棵树?", "documents": ["trees"]}, mode)
    assert not result.is_error
    assert result.structured_content == scripted.post("/api/ask", json={"question": "种了几棵树?"}).json()
    assert json.loads(result.content[0].text) == result.structured_content


def test_search_report_gives_what_rest_gives(address: str, scripted: TestClient) -> None:
    result = call(address, "search_report", {"query": "种树", "limit": 1})
    assert (
        result.structured_content == scripted.post("/api/search", json={"query": "种树", "limit": 1}).json()
    )


def test_read_passage_gives_the_characters_of_a_citation_and_what_stands_around_them(address: str) -> None:
    cited = ANSWERED.citations[0]
    start, end = cited.span.start, cited.span.end
    read = call(address, "read_passage", {"document": "trees", "start": start, "end": end}).structured_content
    assert read["text"] == cited.quote
    assert read["before"] + read["text"] + read["after"] == TEXT
    assert read["section"] == ["一、𠀀年回顾", "去年种树"]


def test_documents_and_indicators_are_those_of_rest(address: str, scripted: TestClient) -> None:
    listed = call(address, "list_documents", {}).structured_content
    assert listed == scripted.get("/api/documents").json()
    rest = scripted.get("/api/documents/trees/indicators").json()["indicators"]
    for arguments in ({}, {"document": "trees"}):
        rows = call(address, "list_indicators", arguments).structured_content
        assert rows["total"] == len(rest)
        assert rows["indicators"] == [row | {"document": "trees"} for row in rest]


@pytest.mark.parametrize("mode", MODES)
def test_the_text_of_every_document_is_a_resource(address: str, mode: str) -> None:
    async def read(client: Client) -> list[str]:
        listed = (await client.list_resources()).resources
        return [(await client.read_resource(one.uri)).contents[0].text for one in listed]

    assert visit(address, read, mode) == [TEXT]


@pytest.mark.parametrize(
    ("name", "arguments", "field", "remedy"),
    [
        ("ask_report", {"question": "树?", "documnets": ["trees"]}, "documnets", "remove it"),
        ("ask_report", {}, "question", "add it"),
        ("ask_report", {"question": " "}, "question", "ask something"),
        ("ask_report", {"question": "树?", "documents": ["no"]}, "'no'", "choose from trees"),
        ("search_report", {"query": "树", "limit": 101}, "limit", "less than or equal to 100"),
        ("search_report", {"query": "树", "limit": "3"}, "limit", "valid integer"),
        ("read_passage", {"document": "no", "start": 0, "end": 1}, "'no'", "choose from trees"),
        ("read_passage", {"document": "trees", "start": 3, "end": 3}, "3–3", "choose 0 <= start < end"),
        ("read_passage", {"document": "trees", "start": -1, "end": 3}, "start", "greater than or equal"),
        ("list_documents", {"limit": 3}, "limit", "remove it"),
        ("list_indicators", {"document": "no"}, "'no'", "choose from trees"),
    ],
)
def test_wrong_arguments_are_told_to_the_model_naming_field_and_remedy(
    address: str, name: str, arguments: dict[str, Any], field: str, remedy: str
) -> None:
    result = call(address, name, arguments)
    assert result.is_error
    assert field in result.content[0].text
    assert remedy in result.content[0].text


@pytest.mark.parametrize("mode", MODES)
def test_an_unknown_tool_or_resource_is_an_error_of_the_protocol(address: str, mode: str) -> None:
    with pytest.raises(MCPError, match=r"no tool 'ask': call one of ask_report"):
        call(address, "ask", {}, mode)
    with pytest.raises(MCPError, match=r"no resource report-rag://documents/no/text"):
        visit(address, lambda client: client.read_resource("report-rag://documents/no/text"), mode)


def test_a_failure_is_told_without_its_details(
    address: str, script: Script, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(script, "error", RuntimeError("secret"))
    result = call(address, "ask_report", {"question": "种了几棵树?"})
    assert result.is_error
    assert "secret" not in result.content[0].text
    assert "secret" in caplog.text


def test_while_the_index_is_loaded_a_call_says_so(
    address: str, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(script, "readiness", Readiness(False, "loading"))
    monkeypatch.setattr(script, "error", NotReadyError("The index is not ready yet."))
    assert "not ready" in call(address, "ask_report", {"question": "种了几棵树?"}).content[0].text
    with pytest.raises(MCPError, match="try again"):
        visit(address, lambda client: client.list_resources())


HEADERS = {"accept": "application/json, text/event-stream"}
LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}


def test_a_foreign_host_a_long_body_and_another_method_are_refused_as_everywhere(
    scripted: TestClient,
) -> None:
    def send(**more: Any) -> Any:
        return scripted.post("/mcp", **({"json": LIST, "headers": HEADERS} | more))

    assert send().json()["result"]["tools"]
    assert send(headers=HEADERS | {"host": "evil.example"}).status_code == 421
    assert send(json=LIST | {"params": {"a": "a" * MAX_BODY_BYTES}}).status_code == 413
    refused = scripted.get("/mcp", headers=HEADERS)
    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")


def test_work_stops_when_the_client_has_left(tmp_path: Path) -> None:
    begun, abandoned = threading.Event(), threading.Event()

    class Slow(ScriptedService):
        def stream(self, question: Question) -> Generator[Stage | Answer]:
            yield Stage.SEARCHING
            begun.set()
            try:
                while True:
                    question.budget.check()
            except AbandonedError:
                abandoned.set()
                raise

    body = LIST | {"method": "tools/call", "params": {"name": "ask_report", "arguments": {"question": "树?"}}}
    with running(create_api(Slow(Settings(data=tmp_path), Script()))) as base:
        host, _, port = base.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port))) as connection:
            sent = json.dumps(body).encode()
            head = f"POST /mcp HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
            head += f"Accept: {HEADERS['accept']}\r\nContent-Length: {len(sent)}\r\n\r\n"
            connection.sendall(head.encode() + sent)
            assert begun.wait(30)
        assert abandoned.wait(30)


def run_mcp(data: Path) -> Any:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("REPORT_RAG_")}
    return stdio_client(
        StdioServerParameters(
            command=sys.executable,
            args=["-m", "rag", "mcp"],
            env=environment | {"REPORT_RAG_DATA": str(data)},
            cwd=Path(__file__).parents[2],
        )
    )


def test_over_stdio_the_tools_are_there_before_the_index_is(tmp_path: Path) -> None:
    async def look(client: Client) -> tuple[list[str], Any]:
        tools = (await client.list_tools()).tools
        return [tool.name for tool in tools], await client.call_tool("ask_report", {"where": "树"})

    names, refused = visit(run_mcp(tmp_path), look)
    assert names == NAMES
    assert refused.is_error
    assert "where: This field is not known: remove it." in refused.content[0].text


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
def test_over_stdio_a_question_waits_for_the_index(service, mode: str) -> None:
    result = visit(
        run_mcp(service.settings.data),
        lambda client: client.call_tool("ask_report", {"question": "2020年社会消费品零售总额是多少？"}),
        mode,
    )
    assert "194亿元" in result.structured_content["answer"]
