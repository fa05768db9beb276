"""A client of a running server: the answers that a ReportService gives, over REST, in the same types.

    with Client("http://127.0.0.1:7860") as client:
        print(client.ask("2020年社会消费品零售总额是多少？").answer)

`AsyncClient` has the same methods, to be awaited.
"""

from rag.client.asynchronous import AsyncClient
from rag.client.client import Client
from rag.client.errors import (
    AccessError,
    ClientError,
    ReplyError,
    RequestError,
    TryLaterError,
    UnreachableError,
)
from rag.client.types import Event, Indicator, Job, Summary, Token

__all__ = [
    "AccessError",
    "AsyncClient",
    "Client",
    "ClientError",
    "Event",
    "Indicator",
    "Job",
    "ReplyError",
    "RequestError",
    "Summary",
    "Token",
    "TryLaterError",
    "UnreachableError",
]
