"""What all floors' tests share: the bundled report, and one service that has really loaded it.

The upper floors are imported where they are asked for: tests of a lower floor stand without them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

    from rag.service import ReportService
    from rag.settings import Settings


@pytest.fixture(scope="session")
def corpus_folder() -> Path:
    """The folder of bundled documents."""
    return Path(__file__).parent.parent / "corpus"


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory, corpus_folder: Path) -> Settings:
    """Settings that keep everything written in a folder of the session."""
    from rag.settings import Settings

    return Settings(data=tmp_path_factory.mktemp("data"), corpus=corpus_folder)


@pytest.fixture(scope="session")
def service(settings: Settings) -> ReportService:
    """The real service, its index built once for the session."""
    from rag.service import ReportService

    service = ReportService(settings)
    service.load()
    return service


@pytest.fixture
def client(service: ReportService) -> Iterator[TestClient]:
    """A client of REST on the real service."""
    from fastapi.testclient import TestClient

    from rag.api import create_api

    with TestClient(create_api(service), base_url=f"http://{service.settings.host}") as client:
        yield client
