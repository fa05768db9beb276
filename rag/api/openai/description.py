"""What /openapi.json says of /v1: the chunks of a stream, and errors."""

from __future__ import annotations

from typing import Any

from rag.api.description import describe_json, refer
from rag.api.openai.schemas import Chunk, ErrorBody

CHUNKS: dict[str, Any] = {
    "itemSchema": {
        "type": "object",
        "required": ["data"],
        "properties": {
            "data": {"anyOf": [{"const": "[DONE]"}, describe_json(Chunk), describe_json(ErrorBody)]}
        },
    }
}
"""A chat completion as a stream: events without names."""
ERROR = {"description": "An error", "content": {"application/json": {"schema": refer(ErrorBody)}}}
"""Every answer that is not the one described."""
MODELS = (Chunk, ErrorBody)
"""What no route returns as its own."""
