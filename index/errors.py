"""What can go wrong on this floor, split by what the caller does next.

    IndexFloorError
    ├── CorpusError            fix the document or its meta.toml
    │   └── FileError              a file is not taken
    │       ├── UnknownKindError       nobody reads its kind: save its words in another
    │       ├── TooLargeError          it has more bytes than are taken: split it
    │       └── UnreadableError        only reading it shows that there is no text to be had
    ├── EncoderError           choose or install another encoder
    └── GenerationError        rebuild the index
        ├── NoGenerationError      nothing has been built yet
        ├── OutdatedError          built from other documents, by another encoder or in another format
        └── DamagedError           files are missing or changed

Each message is one sentence that names the thing, the value and the remedy.
"""


class IndexFloorError(Exception):
    """Base of every error this floor raises on purpose."""


class CorpusError(IndexFloorError):
    """A document folder cannot be read as one."""


class FileError(CorpusError):
    """A file is not taken as a document.

    `code` says why in a word that stays the same (index.documents.files lists them), for whoever words it in
    another language; `file_name` is the name as it may be shown, `values` what the message names beside.
    """

    def __init__(self, message: str, code: str, file_name: str = "", **values: str) -> None:
        super().__init__(message)
        self.code = code
        self.file_name = file_name
        self.values = values


class UnknownKindError(FileError):
    """Nobody here reads files of this kind, as their first bytes tell it."""


class TooLargeError(FileError):
    """The file has more bytes than are taken."""


class UnreadableError(FileError):
    """The file is of a kind that is read, but no text could be had from it."""


class EncoderError(IndexFloorError):
    """The encoder cannot be loaded."""


class GenerationError(IndexFloorError):
    """No usable generation of the index."""


class NoGenerationError(GenerationError):
    """Nothing has been built yet."""


class OutdatedError(GenerationError):
    """The generation was built from something else than what is asked for now."""


class DamagedError(GenerationError):
    """Files of the generation are missing or do not match its manifest."""
