"""The resources: the canonical text of every document, under an address of its own."""

from __future__ import annotations

from urllib.parse import quote, unquote

from mcp_types import Annotations, Resource, ResourceTemplate

from index.types import IndexedDocument
from rag.service import ReportService

MIME_TYPE = "text/plain"
_BEFORE, _AFTER = "report-rag://documents/", "/text"


def name_address(document: str) -> str:
    """Return the address of a document's text."""
    return f"{_BEFORE}{quote(document, safe='')}{_AFTER}"


def find_text(service: ReportService, address: str) -> str | None:
    """Return the canonical text at `address`, or None where nothing stands."""
    if not (address.startswith(_BEFORE) and address.endswith(_AFTER)):
        return None
    indexed = service.documents.get(unquote(address[len(_BEFORE) : -len(_AFTER)]))
    return indexed.document.text if indexed else None


def list_resources(service: ReportService) -> list[Resource]:
    """Return every document's text as a resource."""
    return [_describe(indexed) for indexed in service.documents.values()]


TEMPLATE = ResourceTemplate(
    name="text",
    title="The text of a report",
    uri_template=f"{_BEFORE}{{document}}{_AFTER}",
    description="The canonical text, to which every offset refers (in code points).",
    mime_type=MIME_TYPE,
)


def _describe(indexed: IndexedDocument) -> Resource:
    document = indexed.document
    told = document.meta.date_text or document.meta.year
    return Resource(
        uri=name_address(document.id),
        name=document.id,
        title=document.meta.title,
        description=f"{document.meta.place}, {told}; {len(document.text):,} characters.",
        mime_type=MIME_TYPE,
        size=len(document.text.encode()),
        annotations=Annotations(audience=["user", "assistant"]),
    )
