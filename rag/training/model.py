"""The reader as a torch module: the encoder's transformer with heads that judge, point and tell the topic."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import torch

if TYPE_CHECKING:
    from transformers import BertModel

MASKED = -1e4


class Heads(NamedTuple):
    """What the heads make of each window, as logits.

    `judged`, (windows,): it answers. `pointed`, (windows, tokens, 2): the answer begins and ends here.
    `topical`, (windows,): it is on the topic of the question, whether it answers or not.
    """

    judged: torch.Tensor
    pointed: torch.Tensor
    topical: torch.Tensor


class ReaderModel(torch.nn.Module):
    """Judges whether a window answers, points at the words that do, and tells whether it is on topic.

    Another head, say for what follows from a window, is one more pair of `weigh_` and a linear layer.
    """

    def __init__(self, bert: BertModel) -> None:
        super().__init__()
        hidden = bert.config.hidden_size
        self.bert = bert
        self.weigh = torch.nn.Linear(hidden, 1)
        self.judge = torch.nn.Linear(hidden, 1)
        self.point = torch.nn.Linear(hidden, 2)
        self.weigh_topic = torch.nn.Linear(hidden, 1)
        self.topic = torch.nn.Linear(hidden, 1)

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor | None = None) -> Heads:
        """Return what the heads make of each window; token 0 begins it, masked tokens are no part of it."""
        states = self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        judged, topical = (
            head(_pool(states, weigh(states), attention_mask)).squeeze(-1)
            for weigh, head in ((self.weigh, self.judge), (self.weigh_topic, self.topic))
        )
        return Heads(judged, self.point(states), topical)


def _pool(states: torch.Tensor, weights: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
    """Return the mean of each window's token vectors, (windows, hidden), each weighed as it deserves."""
    weights = weights.squeeze(-1)
    if mask is not None:
        weights = weights.masked_fill(mask == 0, MASKED)
    return (torch.softmax(weights, dim=-1).unsqueeze(-1) * states).sum(dim=1)
