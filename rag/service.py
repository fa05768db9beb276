"""The one object that REST, terminal and page talk to: it loads the index and answers questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.types import IndexedDocument, Progress
from rag.settings import Settings
from rag.types import Answer, Citation, Question


@dataclass(frozen=True, slots=True)
class Readiness:
    """How far loading has come: `stage` is a sentence for people, `error` one when loading failed."""

    ready: bool
    stage: str
    done: int = 0
    total: int = 0
    error: str | None = None


class ReportService:
    """Answers questions about the indexed reports.

    Until `load` has finished, `documents`, `ask` and `search` raise NotReadyError. All methods may be called
    from several threads at once.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @property
    def readiness(self) -> Readiness:
        """How far loading has come."""
        raise NotImplementedError

    def load(self, progress: Progress | None = None, *, rebuild: bool = False) -> None:
        """Open the index, building it first when it is missing or outdated (or `rebuild` asks for it).

        A failure is recorded in `readiness` and raised; a generation that already serves goes on serving.
        """
        raise NotImplementedError

    @property
    def documents(self) -> Mapping[str, IndexedDocument]:
        """Every indexed document by its id."""
        raise NotImplementedError

    def ask(self, question: Question) -> Answer:
        """Answer `question`; raises UnknownDocumentError or ModeUnavailableError."""
        raise NotImplementedError

    def search(self, query: str, documents: Sequence[str] | None, limit: int) -> list[Citation]:
        """Return up to `limit` passages nearest to `query`, best first, as citations numbered from 1."""
        raise NotImplementedError
