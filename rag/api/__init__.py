"""REST: the contract v1 over HTTP."""

from rag.api.app import create_api

__all__ = ["create_api"]
