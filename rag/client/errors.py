"""What can go wrong between a client and a server, split by what the caller does next.

ClientError (a RagError)
├── RequestError       fix the request (also an InputError)
├── AccessError        give a key, or one that may do this (also an InputError)
├── TryLaterError      wait `after` seconds and ask again
├── UnreachableError   start the server, or correct its address
└── ReplyError         the server failed, or its reply is not understood: look into its log, or upgrade
"""

from __future__ import annotations

from rag.errors import InputError, RagError


class ClientError(RagError):
    """Base of all of them.

    `type` is that of the problem document that the server sent (docs/API.md lists them), empty where it sent
    none; `status` is that of HTTP, 0 where there was no response.
    """

    def __init__(self, message: str, *, type: str = "", status: int = 0) -> None:
        super().__init__(message)
        self.type = type
        self.status = status


class RequestError(ClientError, InputError):
    """The server cannot answer the request as it stands."""


class AccessError(ClientError, InputError):
    """The server wants a key, does not know this one, or lets it do other things only."""


class TryLaterError(ClientError):
    """The server is loading or has too much to do; `after` is in seconds."""

    def __init__(self, message: str, *, after: float, type: str = "", status: int = 0) -> None:
        super().__init__(message, type=type, status=status)
        self.after = after


class UnreachableError(ClientError):
    """No server was reached at the address, or it did not answer in time."""


class ReplyError(ClientError):
    """The server failed, or its reply is none that this client understands."""
