"""The server of the protocol: tools and resources of a ReportService, whatever carries the messages."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

import anyio.to_thread
import mcp_types as types
from anyio import get_cancelled_exc_class
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel.server import Server
from mcp.shared.exceptions import MCPError
from pydantic import BaseModel, ValidationError

from rag.api.mcp import resources
from rag.api.mcp.tools import TOOLS, Tool
from rag.api.problems import describe_errors, from_error
from rag.budget import Budget
from rag.errors import NotReadyError, RagError
from rag.service import ReportService
from rag.version import read_version

_LOG = logging.getLogger(__name__)

INSTRUCTIONS = (
    "Official reports (government work reports), asked with exact citations. Call ask_report for an answer; "
    "search_report and read_passage to look for yourself; list_documents for the ids that `documents` takes. "
    "The same indicator stands in a report for several periods: say which one a figure belongs to, and "
    "whether it was done or planned. Offsets are code points of a document's text."
)

_BY_NAME = {tool.name: tool for tool in TOOLS}
_READ_ONLY = types.ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)


Wait = Callable[[], Awaitable[None]]
"""Returns once the index has been loaded, or could not be."""


async def _not_at_all() -> None:
    return


def create_server(service: ReportService, wait: Wait = _not_at_all) -> Server[Any]:
    """Return the server of `service`, which the caller loads.

    Whatever needs the index waits for `wait` first; while there is none then, it says so.
    """
    return Server(
        "report-rag",
        version=read_version(),
        title="Report Q&A",
        instructions=INSTRUCTIONS,
        on_list_tools=_list_tools,
        on_call_tool=partial(_call_tool, service, wait),
        on_list_resources=partial(_list_resources, service, wait),
        on_list_resource_templates=_list_templates,
        on_read_resource=partial(_read_resource, service, wait),
    )


_Context = ServerRequestContext[Any]
_Page = types.PaginatedRequestParams | None


async def _list_tools(_context: _Context, _page: _Page) -> types.ListToolsResult:
    return types.ListToolsResult(tools=[_describe(tool) for tool in TOOLS])


def _describe(tool: Tool) -> types.Tool:
    return types.Tool(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=tool.arguments.model_json_schema(),
        output_schema=tool.result.model_json_schema(mode="serialization"),
        annotations=_READ_ONLY,
    )


async def _call_tool(
    service: ReportService, wait: Wait, _context: _Context, params: types.CallToolRequestParams
) -> types.CallToolResult:
    tool = _BY_NAME.get(params.name)
    if tool is None:
        raise MCPError(
            types.INVALID_PARAMS, f"There is no tool {params.name!r}: call one of {', '.join(_BY_NAME)}."
        )
    try:
        given = tool.arguments.model_validate(params.arguments or {})
    except ValidationError as error:
        return _refuse(_explain(tool, error))
    await wait()
    try:
        result = await _work(tool, service, given)
    except RagError as error:
        return _refuse(str(error))
    except Exception as error:
        _LOG.exception("The tool %s failed.", tool.name)
        return _refuse(from_error(error).detail)
    content = result.model_dump(mode="json", exclude_unset=True)  # as REST
    text = json.dumps(content, ensure_ascii=False)
    return types.CallToolResult(
        content=[types.TextContent(type="text", text=text)], structured_content=content
    )


async def _work(tool: Tool, service: ReportService, given: BaseModel) -> BaseModel:
    """Do it in a worker thread, and let it stop there once the call was cancelled or its client has left."""
    left = threading.Event()
    budget = Budget(lambda: not left.is_set())
    try:
        return await anyio.to_thread.run_sync(tool.call, service, given, budget, abandon_on_cancel=True)
    except get_cancelled_exc_class():
        left.set()
        raise


def _explain(tool: Tool, error: ValidationError) -> str:
    """Name each argument that is wrong and what to do; the protocol wants them told to the model."""
    told = " ".join(f"{field['field']}: {field['message']}" for field in describe_errors(error.errors()))
    known = ", ".join(_tell_arguments(tool.arguments.model_json_schema()))
    return f"{tool.name} cannot be called like this. {told} It takes {known or 'no arguments'}."


def _tell_arguments(schema: Mapping[str, Any]) -> list[str]:
    required = schema.get("required", ())
    return [name if name in required else f"{name} (optional)" for name in schema.get("properties", {})]


def _refuse(sentence: str) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(type="text", text=sentence)], is_error=True)


async def _list_resources(
    service: ReportService, wait: Wait, _context: _Context, _page: _Page
) -> types.ListResourcesResult:
    await wait()
    try:
        return types.ListResourcesResult(resources=resources.list_resources(service))
    except NotReadyError as error:
        raise MCPError(types.INTERNAL_ERROR, str(error)) from error


async def _list_templates(_context: _Context, _page: _Page) -> types.ListResourceTemplatesResult:
    return types.ListResourceTemplatesResult(resource_templates=[resources.TEMPLATE])


async def _read_resource(
    service: ReportService, wait: Wait, _context: _Context, params: types.ReadResourceRequestParams
) -> types.ReadResourceResult:
    await wait()
    address = str(params.uri)
    try:
        text = resources.find_text(service, address)
    except NotReadyError as error:
        raise MCPError(types.INTERNAL_ERROR, str(error)) from error
    if text is None:
        raise MCPError(
            types.INVALID_PARAMS,
            f"There is no resource {address}: resources/list names those there are.",
            {"uri": address},
        )
    return types.ReadResourceResult(
        contents=[types.TextResourceContents(uri=address, mime_type=resources.MIME_TYPE, text=text)]
    )
