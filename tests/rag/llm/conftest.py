"""A scripted endpoint, and a client of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import stamina

from rag.llm.client import ChatClient
from tests.rag.llm.scripted_endpoint import ScriptedEndpoint


@pytest.fixture
def endpoint() -> Iterator[ScriptedEndpoint]:
    """A scripted endpoint."""
    with ScriptedEndpoint.run() as endpoint:
        yield endpoint


@pytest.fixture
def model(endpoint: ScriptedEndpoint) -> Iterator[ChatClient]:
    """A client of the scripted endpoint."""
    client = ChatClient(endpoint.settings())
    yield client
    client.close()


@pytest.fixture(autouse=True)
def no_waiting() -> Iterator[None]:
    """Requests are sent again at once."""
    with stamina.set_testing(True, attempts=10, cap=True):
        yield
