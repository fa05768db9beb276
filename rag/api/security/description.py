"""What the description of the server says of keys, for whoever makes a client out of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rag.api.security.access import OPEN, find_need
from rag.api.security.keys import Scope

SCHEME = "key"
MANAGED = "Needs a key of the scope `manage`."


def describe_keys(describe_routes: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Add to what `describe_routes` returns that requests show a key, and which of them need none."""
    description = describe_routes()
    description["components"]["securitySchemes"] = {
        SCHEME: {"type": "http", "scheme": "bearer", "description": "A key of `report-rag keys create`."}
    }
    description["security"] = [{SCHEME: []}]
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            if path in OPEN:
                operation["security"] = []
            elif find_need(method.upper(), path) is Scope.MANAGE:
                told = operation.get("description", "")
                if MANAGED not in told:  # the description is made once and kept
                    operation["description"] = f"{told}\n\n{MANAGED}".strip()
    return description
