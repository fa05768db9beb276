"""Training: groups of windows through the model, with four losses added up.

judging    is this window an answer (each for itself), and which of the group is (against one another)
pointing   where in it the answer begins and ends
topic      is it on the topic of the question
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch.nn import functional

from index.types import Progress
from rag.evidence.reader.pairs import EncodedPair, Pair, encode_pairs
from rag.training.examples import Group, Window
from rag.training.model import MASKED, ReaderModel

FROZEN_LAYERS = 6
"""Lower layers that keep the encoder's weights: text is text to them, and a step takes a third less."""
LEARNING_RATE = 7e-5
WEIGHT_DECAY = 0.01
WARM_UP = 0.04
"""The share of steps in which the learning rate rises."""
LEAST_RATE = 0.02
"""The share of the learning rate that is left at the end."""
WINDOWS_A_STEP = 32
POOL = 40
"""Steps whose windows are sorted by length together, so that little is padded."""
TOPIC_WEIGHT = 0.5
"""Of the loss of topics beside that of answers: fewer windows tell, and fewer questions ask."""
STEPS_A_CHECKPOINT = 200
IGNORED = -100


@dataclass(frozen=True, slots=True)
class _Example:
    """A window as the model takes it; `answers` and `on_topic` are None where nobody knows."""

    pair: EncodedPair
    answers: bool | None
    on_topic: bool | None
    start: int = IGNORED
    end: int = IGNORED


def train(
    model: ReaderModel,
    groups: Sequence[Group],
    tokenizer: Tokenizer,
    progress: Progress,
    seed: int = 0,
    checkpoint: Path | None = None,
    steps: int | None = None,
) -> None:
    """Train `model` on `groups` in about the order given, each once.

    What `checkpoint` holds is gone on with, and written again every STEPS_A_CHECKPOINT steps; the same groups
    and seed give the same steps. `steps` ends training early, the learning rate falling to its least by then.
    """
    for parameter in model.bert.embeddings.parameters():
        parameter.requires_grad = False
    for layer in model.bert.encoder.layer[:FROZEN_LAYERS]:
        for parameter in layer.parameters():
            parameter.requires_grad = False
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(trained, LEARNING_RATE, weight_decay=WEIGHT_DECAY, fused=True)
    batches = list(_batch(groups, tokenizer, random.Random(seed)))
    last = min(steps or len(batches), len(batches))
    share = _rise_and_fall(last)
    first = _resume(checkpoint, model, optimizer)
    model.train()
    running = math.nan
    for step in range(first, last):
        for settings in optimizer.param_groups:
            settings["lr"] = LEARNING_RATE * share(step)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            loss = _lose(model, batches[step])
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        value = float(loss.detach())
        running = value if math.isnan(running) else 0.98 * running + 0.02 * value
        progress(f"training, loss {running:.3f}", step + 1, last)
        if checkpoint is not None and ((step + 1) % STEPS_A_CHECKPOINT == 0 or step + 1 == last):
            state = {"step": step + 1, "model": model.state_dict(), "optimizer": optimizer.state_dict()}
            torch.save(state, checkpoint.with_suffix(".new"))
            checkpoint.with_suffix(".new").replace(checkpoint)  # whole or not at all
    model.eval()


def _resume(checkpoint: Path | None, model: ReaderModel, optimizer: torch.optim.Optimizer) -> int:
    """Load what `checkpoint` holds and return the step it was written after; 0 where there is none."""
    if checkpoint is None or not checkpoint.exists():
        return 0
    state: dict[str, Any] = torch.load(checkpoint, weights_only=True)
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    return int(state["step"])


def _rise_and_fall(steps: int) -> Callable[[int], float]:
    rising = max(1, round(steps * WARM_UP))
    return lambda step: min((step + 1) / rising, max(LEAST_RATE, (steps - step) / max(1, steps - rising)))


def _batch(
    groups: Sequence[Group], tokenizer: Tokenizer, chooser: random.Random
) -> Iterator[list[list[_Example]]]:
    """Yield steps of about WINDOWS_A_STEP windows, whole groups each."""
    pool: list[list[_Example]] = []
    size = 0
    for group in groups:
        encoded = _encode(group, tokenizer)
        if encoded:
            pool.append(encoded)
            size += len(encoded)
        if size >= POOL * WINDOWS_A_STEP:
            yield from _cut(pool, chooser)
            pool, size = [], 0
    yield from _cut(pool, chooser)


def _cut(pool: list[list[_Example]], chooser: random.Random) -> list[list[list[_Example]]]:
    pool = sorted(pool, key=lambda group: max(len(example.pair.ids) for example in group))
    batches: list[list[list[_Example]]] = [[]]
    for group in pool:
        if sum(map(len, batches[-1])) >= WINDOWS_A_STEP:
            batches.append([])
        batches[-1].append(group)
    chooser.shuffle(batches)
    return [batch for batch in batches if batch]


def encode_groups(groups: Sequence[Group], tokenizer: Tokenizer) -> list[EncodedPair]:
    """Return the windows of `groups` as the model takes them."""
    return [example.pair for group in groups for example in _encode(group, tokenizer)]


def _encode(group: Group, tokenizer: Tokenizer) -> list[_Example]:
    windows = [*group.positives, *group.negatives, *group.others]
    pairs = encode_pairs(tokenizer, [Pair(group.question, one.context, one.text) for one in windows])
    answers = [True] * len(group.positives) + [False] * len(group.negatives) + [None] * len(group.others)
    return [_mark(*each) for each in zip(pairs, windows, answers, strict=True)]


def _mark(pair: EncodedPair, window: Window, answers: bool | None) -> _Example:
    """Find the tokens where the answer begins and ends; IGNORED where there is none, or it was cut off."""
    inside = [
        place
        for place, (start, end) in enumerate(pair.offsets)
        if window.answer is not None and start < window.answer.end and end > window.answer.start
    ]
    places = (pair.first + inside[0], pair.first + inside[-1]) if inside else (IGNORED, IGNORED)
    return _Example(pair, answers, window.on_topic, *places)


def _lose(model: ReaderModel, batch: Sequence[Sequence[_Example]]) -> torch.Tensor:
    examples = [example for group in batch for example in group]
    longest = max(len(example.pair.ids) for example in examples)
    ids = torch.zeros(len(examples), longest, dtype=torch.long)
    mask = torch.zeros_like(ids)
    for row, example in enumerate(examples):
        ids[row, : len(example.pair.ids)] = torch.tensor(example.pair.ids)
        mask[row, : len(example.pair.ids)] = 1
    judged, pointed, topical = (logits.float() for logits in model(ids, mask))
    loss = _lose_binary(judged, [example.answers for example in examples])
    loss = loss + TOPIC_WEIGHT * _lose_binary(topical, [example.on_topic for example in examples])
    at = 0
    contests = []
    for group in batch:
        logits = judged[at : at + len(group)]
        known = torch.tensor([example.answers is not None for example in group])
        right = torch.tensor([example.answers is True for example in group])
        if right.any() and not right.all():
            contests.append(torch.logsumexp(logits[known], 0) - torch.logsumexp(logits[right], 0))
        at += len(group)
    if contests:
        loss = loss + torch.stack(contests).mean()
    return loss + _lose_spans(pointed, examples)


def _lose_binary(logits: torch.Tensor, truths: Sequence[bool | None]) -> torch.Tensor:
    known = [row for row, truth in enumerate(truths) if truth is not None]
    if not known:
        return logits.sum() * 0
    right = torch.tensor([float(bool(truths[row])) for row in known])
    return functional.binary_cross_entropy_with_logits(logits[known], right)


def _lose_spans(pointed: torch.Tensor, examples: Sequence[_Example]) -> torch.Tensor:
    rows = [row for row, example in enumerate(examples) if example.start != IGNORED]
    if not rows:
        return pointed.sum() * 0
    outside = torch.ones(len(rows), pointed.shape[1], dtype=torch.bool)
    for row, place in enumerate(rows):
        pair = examples[place].pair
        outside[row, pair.first : pair.first + len(pair.offsets)] = False
    logits = pointed[rows].masked_fill(outside.unsqueeze(-1), MASKED)
    starts = torch.tensor([examples[place].start for place in rows])
    ends = torch.tensor([examples[place].end for place in rows])
    begun = functional.cross_entropy(logits[:, :, 0], starts)
    return (begun + functional.cross_entropy(logits[:, :, 1], ends)) / 2
