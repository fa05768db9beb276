"""What /openapi.json says beyond the routes themselves: streams event by event, and the shapes of errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from rag.api import schemas
from rag.api.problems import MEDIA_TYPE

EVENT_STREAM = "text/event-stream"
_REFERENCE = "#/components/schemas/{model}"
_NAMED_HERE = (schemas.Problem, schemas.StageEvent, schemas.TokenEvent)
"""Models that no route returns as its own."""


def refer(model: type[BaseModel]) -> dict[str, str]:
    """Return a reference to the schema of `model`."""
    return {"$ref": _REFERENCE.format(model=model.__name__)}


def describe_json(model: type[BaseModel]) -> dict[str, Any]:
    """Return what a text is that holds `model` as JSON."""
    return {"type": "string", "contentMediaType": "application/json", "contentSchema": refer(model)}


def describe_events(shapes: Mapping[str, type[BaseModel]]) -> dict[str, Any]:
    """Return what a stream of server-sent events is made of: for each event the shape of its data.

    `itemSchema` describes one event (OpenAPI 3.2); in 3.1, tools that do not know it pass it over.
    """
    return {"itemSchema": {"oneOf": [_describe_event(name, shape) for name, shape in shapes.items()]}}


def _describe_event(name: str, shape: type[BaseModel]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["event", "data"],
        "properties": {"event": {"const": name}, "data": describe_json(shape)},
    }


PROBLEM = {"description": "A problem document", "content": {MEDIA_TYPE: {"schema": refer(schemas.Problem)}}}
"""Every answer that is not the one described."""


def complete_description(
    describe_routes: Callable[[], dict[str, Any]],
    models: tuple[type[BaseModel], ...],
    errors: Mapping[str, Any],
) -> dict[str, Any]:
    """Return what `describe_routes` does, with `models` that it only refers to.

    `errors` has, by the beginning of a path, what every other answer is there in place of a problem document.
    """
    description = describe_routes()
    named = [(one, "serialization") for one in (*_NAMED_HERE, *models)]
    _, shapes = models_json_schema(named, ref_template=_REFERENCE)  # type: ignore[arg-type]
    for name, shape in shapes["$defs"].items():
        description["components"]["schemas"].setdefault(name, shape)
    for path, operations in description["paths"].items():
        for prefix, error in errors.items():
            if path.startswith(prefix):
                for operation in operations.values():
                    operation["responses"]["default"] = error
    return description
