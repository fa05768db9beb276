"""A file that is sent to REST, with what its sender says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from rag.api.library_schemas import DocumentDetails
from rag.api.problems import INVALID_REQUEST, NOT_A_FORM, Problem, ProblemError
from rag.library.job import Details

FILE = "file"
_MAX_FIELDS = 20
_MAX_FIELD_BYTES = 16 * 1024

BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": [FILE],
                    "properties": {
                        FILE: {"type": "string", "format": "binary"},
                        **{
                            name: {"type": "integer" if name == "year" else "string"}
                            for name in DocumentDetails.model_fields
                        },
                    },
                }
            }
        },
    }
}
"""How the description shows the form: its endpoint reads it itself, once it is known who sends it."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was sent."""

    data: bytes
    file_name: str
    details: Details


async def read_upload(request: Request) -> Upload:
    """Read the form of a request; raises ProblemError where it is none, and RequestValidationError."""
    sent = request.headers.get("content-type", "")
    if not sent.startswith("multipart/form-data"):
        raise ProblemError(
            Problem(NOT_A_FORM, f"The body is declared as {sent!r}: send the file as multipart/form-data.")
        )
    try:
        async with request.form(max_files=1, max_fields=_MAX_FIELDS, max_part_size=_MAX_FIELD_BYTES) as form:
            fields = dict(form)
            _refuse_repeats(form)
            file = fields.pop(FILE, None)
            data = await run_in_threadpool(_open(file).file.read)
            return Upload(data, _open(file).filename or "", to_details(fields))
    except ProblemError:
        raise
    except HTTPException as error:  # what Starlette makes of a form that is none
        raise ProblemError(Problem(INVALID_REQUEST, f"The form cannot be read: {error.detail}")) from error


def _refuse_repeats(form: FormData) -> None:
    if len(set(form.keys())) < len(form.multi_items()):
        raise ProblemError(Problem(INVALID_REQUEST, "A field of the form is there twice: send it once."))


def _open(field: object) -> UploadFile:
    if not isinstance(field, UploadFile):
        raise ProblemError(Problem(INVALID_REQUEST, f"{FILE}: This field is required: send the file in it."))
    return field


def to_details(fields: Mapping[str, Any]) -> Details:
    """Return what the fields of a form say; raises RequestValidationError."""
    try:
        return from_model(DocumentDetails.model_validate(dict(fields)))
    except ValidationError as error:
        errors = [{**one, "loc": ("body", *one["loc"])} for one in error.errors(include_url=False)]
        raise RequestValidationError(errors) from error


def from_model(details: DocumentDetails) -> Details:
    """Return what a request says of a document."""
    return Details(**details.model_dump())
