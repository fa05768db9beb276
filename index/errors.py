"""What can go wrong on this floor, split by what the caller does next.

    IndexFloorError
    ├── CorpusError            fix the document or its meta.toml
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
