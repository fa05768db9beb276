"""Vectors of texts by the encoder that searches the reports, in the shape OpenAI has them."""

from __future__ import annotations

import base64
from collections.abc import Callable
from enum import StrEnum
from functools import cache
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from tokenizers import Tokenizer

from index.encoder import load_tokenizer
from index.types import Vectors
from rag.api.openai.errors import wrong_field
from rag.api.openai.models import EMBEDDING, no_such_model
from rag.api.openai.schemas import MAX_INPUTS, fault
from rag.service import ReportService

BATCH = 16
"""Texts encoded between two looks at whether the client still waits: about a fifth of a second."""
MAX_TOKENS = 504
"""Tokens of one text: what the encoder reads (512) less its prompt and the marks at both ends."""
MAX_TOTAL = 50_000
"""Tokens of one request: about ten seconds of one core."""


class InputType(StrEnum):
    """What texts are to be compared as: what is looked for, or what it is found in."""

    QUERY = "query"
    PASSAGE = "passage"
    DOCUMENT = "document"  # another word for a passage


def _read_input(value: object) -> object:
    if isinstance(value, str):
        return [value]
    if not isinstance(value, list):
        raise fault("This must be a text or a list of texts.")
    if not 1 <= len(value) <= MAX_INPUTS:
        raise fault(f"There are {len(value):,} texts: send 1 to {MAX_INPUTS:,}.")
    for place, text in enumerate(value):
        if isinstance(text, int | list):
            raise fault(
                "Tokens cannot be read: send texts (LangChain does with check_embedding_ctx_length=False)."
            )
        if not isinstance(text, str):
            raise fault(f"Text {place} is no text: send a list of texts.")
    return value


def _check_texts(texts: list[str]) -> list[str]:
    for place, text in enumerate(texts):
        if not text.strip():
            raise fault(f"Text {place} is empty: leave it out, or send words.")
        if any("\ud800" <= char <= "\udfff" for char in text):
            raise fault(f"Text {place} is no valid Unicode text: send it as UTF-8.")
    return texts


def _read_texts(value: object) -> object:
    read = _read_input(value)
    return _check_texts(read) if isinstance(read, list) else read


Texts = Annotated[
    list[str],
    BeforeValidator(_read_texts),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "minLength": 1},
                {
                    "type": "array",
                    "items": {"type": "string", "minLength": 1},
                    "minItems": 1,
                    "maxItems": MAX_INPUTS,
                },
            ]
        }
    ),
]


class EmbeddingRequest(BaseModel):
    """Texts to be turned into vectors."""

    model_config = ConfigDict(
        extra="ignore",
        frozen=True,
        json_schema_extra={
            "examples": [{"model": EMBEDDING, "input": ["老旧小区改造"], "input_type": "query"}]
        },
    )

    model: str
    input: Texts
    input_type: InputType = Field(
        InputType.QUERY,
        description="query for what is looked for and for texts to be compared with each other; passage (or "
        "document) for what is searched",
    )
    encoding_format: Literal["float", "base64"] = "float"
    dimensions: int | None = Field(None, description="none but the encoder's own")


class Embedding(BaseModel):
    """The vector of one text, L2-normalised: numbers, or little-endian float32 in base64."""

    object: Literal["embedding"] = "embedding"
    index: int
    embedding: list[float] | str


class EmbeddingUsage(BaseModel):
    """Tokens of the bundled encoder's vocabulary."""

    prompt_tokens: int
    total_tokens: int


class Embeddings(BaseModel):
    """The vectors, in the order of the texts."""

    object: Literal["list"] = "list"
    data: list[Embedding]
    model: str
    usage: EmbeddingUsage


@cache
def _tokenizer() -> Tokenizer:
    return load_tokenizer()


def embed(
    request: EmbeddingRequest, service: ReportService, is_wanted: Callable[[], bool]
) -> Embeddings | None:
    """Return the vectors that a request asks for, None once nobody waits for them; runs in a worker thread.

    Raises ProblemError for another model, another dimension, or a text that is too long to be read whole.
    """
    if request.model != EMBEDDING:
        raise no_such_model(request.model, f"embeddings are made by {EMBEDDING}")
    tokens = [len(one.ids) for one in _tokenizer().encode_batch(request.input, add_special_tokens=False)]
    for place, count in enumerate(tokens):
        if count > MAX_TOKENS:
            sentence = f"The text has {count:,} tokens: cut it into parts of at most {MAX_TOKENS}."
            raise wrong_field(f"input[{place}]", sentence)
    if sum(tokens) > MAX_TOTAL:
        sentence = f"The texts have {sum(tokens):,} tokens: send at most {MAX_TOTAL:,} at a time."
        raise wrong_field("input", sentence)
    distinct = list(dict.fromkeys(request.input))
    vectors: list[Vectors] = []
    for start in range(0, len(distinct), BATCH):
        if not is_wanted():
            return None
        batch = distinct[start : start + BATCH]
        vectors.extend(service.embed(batch, passages=request.input_type is not InputType.QUERY))
        if request.dimensions not in (None, size := len(vectors[0])):
            sentence = f"Vectors have {size} dimensions: leave the field out, or send {size}."
            raise wrong_field("dimensions", sentence)
    written = {
        text: _write(vector, request.encoding_format) for text, vector in zip(distinct, vectors, strict=True)
    }
    return Embeddings(
        data=[Embedding(index=place, embedding=written[text]) for place, text in enumerate(request.input)],
        model=EMBEDDING,
        usage=EmbeddingUsage(prompt_tokens=sum(tokens), total_tokens=sum(tokens)),
    )


def _write(vector: Vectors, encoding: str) -> list[float] | str:
    if encoding == "base64":
        return base64.b64encode(vector.astype("<f4").tobytes()).decode()
    numbers: list[float] = vector.astype(float).tolist()
    return numbers
