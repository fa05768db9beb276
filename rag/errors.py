"""What can go wrong on this floor, split by what the caller does next.

    RagError
    ├── SettingsError          fix the setting that the message names
    ├── InputError             fix the request
    │   ├── UnknownDocumentError
    │   ├── ReadOnlyDocumentError
    │   ├── MetadataNeededError
    │   ├── ModeUnavailableError
    │   ├── OverBudgetError
    │   └── QuestionFileError
    ├── BusyError              try again when some of the work is done
    ├── NotReadyError          try again when the index has been loaded
    ├── AbandonedError         nothing: the client has left
    └── ModelError             answer without the language model

Errors of the floor below (index.errors) pass through unchanged. Each message is one sentence that names the
thing, the value and the remedy.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum


class RagError(Exception):
    """Base of every error this floor raises on purpose."""


class SettingsError(RagError):
    """A setting is unknown or out of bounds."""


class InputError(RagError):
    """A request cannot be answered as it stands."""


class UnknownDocumentError(InputError):
    """A request names a document that is not indexed."""


class ReadOnlyDocumentError(InputError):
    """A document that stands in the corpus folder is to be changed."""


class MetadataNeededError(InputError):
    """Nobody knows place or year of a document that is to be added.

    `fields` names what has to be said, `recognised` holds what its text told.
    """

    def __init__(self, file_name: str, fields: Sequence[str], recognised: Mapping[str, str]) -> None:
        wanted = " and its ".join(fields)
        super().__init__(f"{file_name} does not tell its {wanted}: say what is missing, and it is added.")
        self.fields = tuple(fields)
        self.recognised = dict(recognised)


class BusyError(RagError):
    """More work waits than is taken on."""


class ModeUnavailableError(InputError):
    """A request asks for the LLM mode and no model is configured."""


class OverBudgetError(InputError):
    """A request takes more work than any single one may."""


class QuestionFileError(InputError):
    """A file of questions cannot be read as one."""


class NotReadyError(RagError):
    """The index is still being built or loaded, or failed to."""


class AbandonedError(RagError):
    """Nobody waits for the answer any more."""


class ModelFault(StrEnum):
    """What was wrong with a language model's reply."""

    UNREACHABLE = "unreachable"
    TOO_SLOW = "too_slow"
    RATE_LIMITED = "rate_limited"
    REFUSED = "refused"  # the key or the account
    CONTEXT_EXCEEDED = "context_exceeded"
    BROKEN = "broken"  # malformed, cut off, or an error of the endpoint's own
    EMPTY = "empty"
    UNAVAILABLE = "unavailable"  # not asked: it failed several times in a row


class ModelError(RagError):
    """A language model gave no complete reply.

    `temporary`: the same request may well succeed a moment later.
    """

    def __init__(self, message: str, fault: ModelFault, *, temporary: bool = False) -> None:
        super().__init__(message)
        self.fault = fault
        self.temporary = temporary
