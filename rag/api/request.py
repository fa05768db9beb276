"""What the bodies of all requests have in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Request(BaseModel):
    """A body: unknown fields are an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)
