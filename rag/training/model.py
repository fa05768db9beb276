"""The reader as a torch module: the encoder's transformer with a head that judges and one that points."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from transformers import BertModel


class ReaderModel(torch.nn.Module):
    """Judges whether a window answers a question, and points at the words that do."""

    def __init__(self, bert: BertModel) -> None:
        super().__init__()
        hidden = bert.config.hidden_size
        self.bert = bert
        self.weigh = torch.nn.Linear(hidden, 1)
        self.judge = torch.nn.Linear(hidden, 1)
        self.point = torch.nn.Linear(hidden, 2)

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor | None = None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return each window's logit, (windows,), and the logits of begin and end, (windows, tokens, 2)."""
        states = self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        weights = self.weigh(states).squeeze(-1)
        if attention_mask is not None:
            weights = weights.masked_fill(attention_mask == 0, -1e4)
        pooled = (torch.softmax(weights, dim=-1).unsqueeze(-1) * states).sum(dim=1)
        return self.judge(pooled).squeeze(-1), self.point(states)
