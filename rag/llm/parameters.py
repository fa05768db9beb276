"""The parameters of a request for a reply, and which of them an endpoint says that it does not take."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from typing import TYPE_CHECKING, Any

from rag.llm.faults import OVERFLOW

if TYPE_CHECKING:
    import openai

LIMIT, NEWER_LIMIT = "max_tokens", "max_completion_tokens"
REFUSING = frozenset({400, 422})
"""Statuses under which servers refuse a parameter."""

# As OpenAI, Azure, LiteLLM, Mistral, Fireworks, Groq, pydantic, serde and TGI put it. A model that takes one
# temperature only, or none of 0, does not take ours.
_REFUSED = re.compile(
    r"unsupported|unknown|unrecogni[sz]ed|unexpected|extra_forbidden|deprecated|不支持"
    r"|(?:extra|additional) (?:input|field|param|propert|argument)"
    r"|(?:\bnot|n['’]t) (?:\w+ )?(?:support|permit|allow|accept|recogni[sz]|known)"
    r"|strictly positive|only \S+ is (?:allowed|supported)",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.;!?]\s|\}\s*,\s*\{|\n(?=\S)")
_ADVICE = re.compile(
    r"\b(?:expected|did you mean|use(?! of)|supported (?:are|param|field))\b.*", re.IGNORECASE | re.DOTALL
)


def build_parameters(max_tokens: int, refused: Set[str]) -> dict[str, Any]:
    """Return what a request says besides model and messages, without what was `refused`."""
    wanted = {LIMIT: max_tokens, "temperature": 0, "stream_options": {"include_usage": True}}
    parameters = {name: value for name, value in wanted.items() if name not in refused}
    return parameters if LIMIT in parameters else parameters | {NEWER_LIMIT: max_tokens}


def find_refused(error: openai.APIStatusError, refused: Set[str]) -> set[str]:
    """Return the parameters that `error` calls unknown or unsupported, besides those `refused` before."""
    told = list(_list_sentences(error.body))
    refusals = [sentence for sentence in told if _REFUSED.search(sentence)]
    if error.status_code not in REFUSING or not refusals or OVERFLOW.search(" ".join(told)):
        return set()
    left = build_parameters(0, refused).keys() - {NEWER_LIMIT}
    named = {str(error.param).partition(".")[0]}
    for refusal in refusals:
        named.update(re.findall(r"[a-z_]+", _ADVICE.sub("", refusal)))
    return left & named


def _list_sentences(told: object) -> Iterator[str]:
    """Yield what an error says, each with the labels it has, but not what it repeats of the request."""
    if isinstance(told, Mapping):
        labels = " ".join(str(told[key]) for key in ("code", "type", "loc", "msg") if key in told)
        yield labels
        for key in ("message", "detail", "error", "errors"):
            if isinstance(told.get(key), str):
                yield from _list_sentences(f"{labels} {told[key]}")
            else:
                yield from _list_sentences(told.get(key))
    elif isinstance(told, list):
        for one in told:
            yield from _list_sentences(one)
    elif isinstance(told, str):
        yield from _SENTENCE_END.split(told)
