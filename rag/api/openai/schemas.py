"""The shapes of /v1 as OpenAI has them, as far as they mean something here.

What only steers a language model (temperature, seed …) is checked and changes nothing; a field that is not
known is passed over, for clients send many. What would be silently wrong to pass over is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from rag.api import schemas

MAX_TOKENS = 131_072
"""Tokens of one reply: the largest context that clients assume of a model. No answer comes near."""
MAX_INPUTS = 1_000
"""Texts of one request for embeddings: what its clients send at a time, about five seconds of one core."""

_TEXT_PARTS = ("text", "input_text")


def fault(sentence: str) -> PydanticCustomError:
    """Return the error of a field, in the words of `sentence`."""
    return PydanticCustomError("question", "{sentence}", {"sentence": sentence})


def _only(accept: Callable[[Any], bool], sentence: str) -> AfterValidator:
    """Return what takes null and what `accept` says, and refuses the rest in one sentence."""

    def check(value: Any) -> Any:
        if value is None or accept(value):
            return value
        raise fault(sentence)

    return AfterValidator(check)


def _refuse_other_than_number(value: object) -> object:
    if isinstance(value, bool | str):  # to pydantic, "1" and true are fine numbers
        raise fault("This must be a number.")
    return value


def _read_content(value: object) -> object:
    """Return the text of a message that may come in parts."""
    if not isinstance(value, list):
        return value
    texts = []
    for place, part in enumerate(value):
        kind = part.get("type") if isinstance(part, dict) else None
        if kind not in _TEXT_PARTS or not isinstance(part.get("text"), str):
            what = f"is of type {kind!r}" if isinstance(kind, str) else "has no type"
            raise fault(
                f'Part {place} {what}: only text can be read, send parts as {{"type": "text", "text": "…"}}.'
            )
        texts.append(part["text"])
    return "\n".join(texts)


def _refuse_surrogates(text: str) -> str:
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise fault("This is no valid Unicode text: send it as UTF-8.")
    return text


Number = Annotated[float, BeforeValidator(_refuse_other_than_number)]
Tokens = Annotated[int, BeforeValidator(_refuse_other_than_number), Field(ge=1, le=MAX_TOKENS)]
Content = Annotated[
    str | None,
    AfterValidator(lambda text: text and _refuse_surrogates(text)),
    BeforeValidator(_read_content),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string"},
                {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {"type": {"const": "text"}, "text": {"type": "string"}},
                        "required": ["type", "text"],
                    },
                },
                {"type": "null"},
            ]
        }
    ),
]
Tools = Annotated[
    Any,
    _only(
        lambda value: value == [], "Tools are not offered here: leave the field out, or send an empty list."
    ),
    WithJsonSchema({"type": ["array", "null"], "maxItems": 0}),
]
OneChoice = Annotated[
    Any,
    _only(
        lambda value: type(value) in (int, float) and value == 1,
        "There is one answer to a question: leave the field out, or send 1.",
    ),
    WithJsonSchema({"enum": [1, None]}),
]
PlainText = Annotated[
    Any,
    _only(
        lambda value: value == {"type": "text"},
        'Answers are text: leave the field out, or send {"type": "text"}; report_rag has them as JSON.',
    ),
    WithJsonSchema({"enum": [{"type": "text"}, None]}),
]
TextOnly = Annotated[
    Any,
    _only(lambda value: value == ["text"], 'Answers are text: leave the field out, or send ["text"].'),
    WithJsonSchema({"enum": [["text"], None]}),
]
No = Annotated[
    Any,
    _only(lambda value: value is False, "This is not offered: leave the field out."),
    WithJsonSchema({"enum": [False, None]}),
]


class _Request(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class ChatMessage(_Request):
    """One message; those of `system` and `developer` are read and change nothing."""

    role: Literal["developer", "system", "user", "assistant"]
    content: Content = None
    tool_calls: Tools = None


class StreamOptions(_Request):
    """What a stream tells besides."""

    include_usage: StrictBool = False


class ChatRequest(_Request):
    """A conversation; its last message, the user's, is the question."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "model": "report-rag",
                    "messages": [{"role": "user", "content": "2020年社会消费品零售总额是多少？"}],
                }
            ]
        }
    )

    model: Annotated[str, StringConstraints(min_length=1)]
    messages: list[ChatMessage] = Field(min_length=1)
    stream: StrictBool | None = False
    stream_options: StreamOptions | None = None
    max_tokens: Tokens | None = Field(None, description="whole sentences only; then finish_reason is length")
    max_completion_tokens: Tokens | None = None
    temperature: Annotated[Number, Field(ge=0, le=2)] | None = None
    top_p: Annotated[Number, Field(ge=0, le=1)] | None = None
    frequency_penalty: Annotated[Number, Field(ge=-2, le=2)] | None = None
    presence_penalty: Annotated[Number, Field(ge=-2, le=2)] | None = None
    n: OneChoice = None
    tools: Tools = None
    functions: Tools = None
    response_format: PlainText = None
    logprobs: No = None
    modalities: TextOnly = None

    @property
    def limit(self) -> int | None:
        """How many tokens the reply may have; None: as many as it needs."""
        given = [one for one in (self.max_tokens, self.max_completion_tokens) if one is not None]
        return min(given, default=None)


class UrlCitation(BaseModel):
    """Where a marker stands in the message, and where its words are read."""

    start_index: int
    end_index: int
    title: str
    url: str


class Annotation(BaseModel):
    """A citation: characters `start` to `end` of the document's text are exactly `quote`."""

    type: Literal["url_citation"] = "url_citation"
    url_citation: UrlCitation
    document: str
    start: int
    end: int
    quote: str
    permalink: str = Field(description="opens the report's page at these words")


class Reply(BaseModel):
    """The answer as a message, sources as footnotes below it."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None
    annotations: list[Annotation]


class Choice(BaseModel):
    """The one answer."""

    index: Literal[0] = 0
    message: Reply
    logprobs: None = None
    finish_reason: Literal["stop", "length"]


class Usage(BaseModel):
    """Tokens of the bundled encoder's vocabulary."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class Completion(BaseModel):
    """A chat completion; `report_rag` is what POST /api/ask answers, null for what is no question."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str
    choices: list[Choice]
    usage: Usage
    report_rag: schemas.Answer | None


class Delta(BaseModel):
    """What is new of the message."""

    role: Literal["assistant"] | None = None
    content: str | None = None
    annotations: list[Annotation] | None = None


class ChunkChoice(BaseModel):
    """The one answer, as it grows."""

    index: Literal[0] = 0
    delta: Delta
    logprobs: None = None
    finish_reason: Literal["stop", "length"] | None = None


class Chunk(BaseModel):
    """A piece of a chat completion; the last one but for usage carries `report_rag`."""

    id: str
    object: Literal["chat.completion.chunk"] = "chat.completion.chunk"
    created: int
    model: str
    choices: list[ChunkChoice]
    usage: Usage | None = None
    report_rag: schemas.Answer | None = None


class ErrorMember(BaseModel):
    """What is wrong, and what to do."""

    message: str
    type: str
    param: str | None
    code: str


class ErrorBody(BaseModel):
    """An error as OpenAI has them."""

    error: ErrorMember


class Model(BaseModel):
    """An id that can be named as `model`."""

    id: str
    object: Literal["model"] = "model"
    created: int
    owned_by: str
    name: str


class ModelList(BaseModel):
    """Every model."""

    object: Literal["list"] = "list"
    data: list[Model]
