"""The endpoints under /v1; plain functions, which FastAPI runs in its thread pool."""

from __future__ import annotations

import time
import uuid
from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from rag.api.conversion import from_answer
from rag.api.dependencies import Figures, Service
from rag.api.description import EVENT_STREAM
from rag.api.openai import schemas
from rag.api.openai.completion import Writer, count_usage
from rag.api.openai.description import CHUNKS
from rag.api.openai.dialogue import Dialogue
from rag.api.openai.embeddings import EmbeddingRequest, Embeddings, embed
from rag.api.openai.models import EMBEDDING, OWNER, ChatModel, find_model, list_models, no_such_model
from rag.api.openai.streaming import ChunkWriter, write_answers, write_reply
from rag.api.streaming import EventStream
from rag.api.waiting import CLIENT_LEFT, is_waiting, wait_for
from rag.budget import Budget
from rag.question.understanding import read_language
from rag.types import Answer, Question

_STARTED = int(time.time())
"""What a model's `created` says: they come to be with the server."""

router = APIRouter(prefix="/v1", tags=["OpenAI"])


@router.post(
    "/chat/completions",
    response_model=schemas.Completion,
    responses={200: {"content": {EVENT_STREAM: CHUNKS}}},
    summary="Answer the last message of a conversation",
)
def complete(
    request: schemas.ChatRequest, connection: Request, service: Service, metrics: Figures
) -> schemas.Completion | Response:
    """Answer as POST /api/ask does, in the shape of a chat completion.

    Sources stand as footnotes in the message and as `annotations`; what is not found is told in an ordinary
    message. With `stream`, chunks come as server-sent events, `[DONE]` last.
    """
    model = find_model(request.model, service)
    dialogue = Dialogue.from_messages(request.messages)
    prompt = "\n".join(message.content or "" for message in request.messages)
    name, created = f"chatcmpl-{uuid.uuid4().hex}", int(time.time())
    wants_usage = request.stream_options is not None and request.stream_options.include_usage
    chunks = ChunkWriter(name, created, model.id, prompt if wants_usage else None)
    if dialogue.reply is not None:
        if request.stream:
            return EventStream(write_reply(dialogue.reply, chunks))
        return _wrap(schemas.Reply(content=dialogue.reply, annotations=[]), "stop", chunks, prompt)
    question = Question(
        dialogue.question,
        dialogue.history,
        model.documents,
        model.mode,
        Budget(partial(is_waiting, connection)),
    )
    writer = Writer(service, str(connection.base_url), read_language(question), request.limit)
    if request.stream:
        return EventStream(write_answers(service.stream(question), chunks, writer, metrics.count_answer))
    answer = wait_for(service.stream(question), connection)
    if answer is None:
        return Response(status_code=CLIENT_LEFT)
    metrics.count_answer(answer)
    shown = writer.fit(answer)
    reply = schemas.Reply(
        content=shown + (writer.write_notes(answer, shown) if shown else ""),
        annotations=writer.annotate(answer, shown),
    )
    return _wrap(reply, "stop" if shown == answer.answer else "length", chunks, prompt, answer)


def _wrap(
    reply: schemas.Reply,
    finish: Literal["stop", "length"],
    chunks: ChunkWriter,
    prompt: str,
    answer: Answer | None = None,
) -> schemas.Completion:
    return schemas.Completion(
        id=chunks.id,
        created=chunks.created,
        model=chunks.model,
        choices=[schemas.Choice(message=reply, finish_reason=finish)],
        usage=count_usage(prompt, reply.content),
        report_rag=None if answer is None else from_answer(answer),
    )


@router.get("/models", summary="List the models")
def read_models(service: Service) -> schemas.ModelList:
    """Return every id that can be named as `model`: for all documents, for each, and for embeddings."""
    embedding = _describe(EMBEDDING, "Report Q&A (embeddings)")
    return schemas.ModelList(data=[*map(_describe_chat, list_models(service)), embedding])


@router.get("/models/{model:path}", summary="Describe a model")
def read_model(
    model: Annotated[str, Path(description="an id as GET /v1/models lists them")], service: Service
) -> schemas.Model:
    """Return one of the models that GET /v1/models lists."""
    for one in read_models(service).data:
        if one.id == model:
            return one
    raise no_such_model(model, "GET /v1/models lists the ids")


def _describe_chat(model: ChatModel) -> schemas.Model:
    return _describe(model.id, model.name)


def _describe(name: str, title: str) -> schemas.Model:
    return schemas.Model(id=name, created=_STARTED, owned_by=OWNER, name=title)


@router.post("/embeddings", response_model=Embeddings, summary="Turn texts into vectors")
def create_embeddings(
    request: EmbeddingRequest, connection: Request, service: Service
) -> Embeddings | Response:
    """Return a vector for each text by the encoder that searches the reports."""
    made = embed(request, service, partial(is_waiting, connection))
    return Response(status_code=CLIENT_LEFT) if made is None else made
