"""Whether the configured language model works and how fast: what `report-rag check-llm` prints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.errors import ModelError, ModelFault
from rag.llm.client import ChatClient, Message
from rag.llm.endpoint import ListedModel
from rag.llm.faults import make_plain
from rag.llm.reply import Reply
from rag.settings import MIN_LLM_CONTEXT

QUESTION = (
    Message("system", "根据资料用一句话回答，不要解释。"),
    Message("user", "资料：2019年植树180万棵，2020年植树194万棵。\n问题：2020年植树多少棵？"),
)
ANSWER = "194"
MAX_TOKENS = 512
"""Tokens of the reply: a sentence, and before it the thoughts of a model that thinks."""
USUAL_REPLY = 300
"""Tokens of an answer of a few sentences."""
SHOWN_MODELS = 8
"""Models named of those listed: what a local server has, and a few lines of the hundreds of a large one."""
LONGEST_SHOWN = 80
"""Characters shown of a reply: one line of a terminal."""


def check_model(client: ChatClient) -> Iterator[str]:
    """Yield what is found out, a line at a time; raises ModelError where the model does not work."""
    settings = client.settings
    yield _line("address", client.address)
    listed = _list_models(client)
    yield _line("listed", _name_models(listed))
    named = make_plain(client.name)
    yield _line("model", named + _say_where_from(named, settings.llm_model, listed))
    reply = client.complete(QUESTION, MAX_TOKENS)
    said = make_plain(reply.text.rpartition("</think>")[2])
    yield _line("reply", said if len(said) <= LONGEST_SHOWN else said[: LONGEST_SHOWN - 1] + "…")
    if ANSWER not in said:
        yield _line("", f"that is not {ANSWER}, which stood in the prompt: a better model is advisable")
    tokens, first = _count(reply, client), reply.first or 0.0
    speed = tokens / max(reply.seconds - first, reply.seconds / tokens)
    yield _line("first words", f"after {first:.2f} seconds")
    yield _line("speed", f"{speed:.1f} tokens a second ({tokens} tokens, {reply.seconds:.2f} seconds in all)")
    yield _line("usage", "reported" if reply.usage else "not reported: tokens and cost are estimated")
    yield _line("context", _judge_context(settings.llm_context, named, listed))
    yield _line("timeout", _judge_timeout(settings.llm_timeout, first, speed))


def _line(label: str, text: str) -> str:
    return f"{label:<12}{text}"


def _list_models(client: ChatClient) -> list[ListedModel]:
    try:
        return [ListedModel(make_plain(model.name), model.context) for model in client.list_models()]
    except ModelError as error:
        # An endpoint need not list its models where the settings name one.
        if client.settings.llm_model is None or error.fault is not ModelFault.BROKEN:
            raise
        return []


def _name_models(listed: Sequence[ListedModel]) -> str:
    more = f" and {len(listed) - SHOWN_MODELS} more" if len(listed) > SHOWN_MODELS else ""
    return (", ".join(model.name for model in listed[:SHOWN_MODELS]) or "no models") + more


def _say_where_from(named: str, wanted: str | None, listed: Sequence[ListedModel]) -> str:
    if wanted is None:
        return " (the first one listed; REPORT_RAG_LLM_MODEL names another)"
    return "" if not listed or any(model.name == named for model in listed) else " (not one of those listed)"


def _count(reply: Reply, client: ChatClient) -> int:
    """Return the tokens of what can be read: what is reported may include thoughts."""
    estimated = client.count_tokens(reply.text)
    return max(1, min(estimated, reply.usage[1]) if reply.usage else estimated)


def _judge_context(context: int, named: str, listed: Sequence[ListedModel]) -> str:
    held = next((model.context for model in listed if model.name == named), None)
    if held is None:
        return f"{context:,} tokens (the endpoint does not say how many the model holds)"
    if held < MIN_LLM_CONTEXT:
        return f"the model holds {held:,} tokens, and {MIN_LLM_CONTEXT:,} are needed: choose another model"
    if held < context:
        return f"{context:,} tokens, but the model holds {held:,}: set REPORT_RAG_LLM_CONTEXT={held}"
    return f"{context:,} of the {held:,} tokens that the model holds"


def _judge_timeout(timeout: float, first: float, speed: float) -> str:
    needed = first + USUAL_REPLY / speed
    if needed > timeout:
        return (
            f"{timeout:g} seconds, but {USUAL_REPLY} tokens take about {needed:.0f}: "
            "raise REPORT_RAG_LLM_TIMEOUT, or choose a faster model"
        )
    return f"{timeout:g} seconds, and {USUAL_REPLY} tokens take about {needed:.0f}"
