"""Training: groups of windows through the model, with three losses added up.

judging    is this window an answer (each for itself), and which of the group is (against one another)
pointing   where in it the answer begins and ends
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch.nn import functional

from index.types import Progress
from rag.evidence.reader.pairs import EncodedPair, Pair, encode_pairs
from rag.training.examples import Group, Window
from rag.training.model import ReaderModel

FROZEN_LAYERS = 6
"""Lower layers that keep the encoder's weights: half the time a step, and text is text to them."""
LEARNING_RATE = 1e-4
REFINING_RATE = 6e-5
"""The highest learning rate once the model reads well already."""
WEIGHT_DECAY = 0.01
WARM_UP = 0.06
"""The share of steps in which the learning rate rises."""
WINDOWS_A_STEP = 32
POOL = 40
"""Steps whose windows are sorted by length together, so that little is padded."""
IGNORED = -100


@dataclass(frozen=True, slots=True)
class _Example:
    pair: EncodedPair
    answers: bool
    start: int
    end: int


def train(
    model: ReaderModel,
    groups: Sequence[Group],
    tokenizer: Tokenizer,
    progress: Progress,
    seed: int = 0,
    rate: float = LEARNING_RATE,
) -> None:
    """Train `model` on `groups` in the order given, each once; `rate` is the highest learning rate."""
    for parameter in model.bert.embeddings.parameters():
        parameter.requires_grad = False
    for layer in model.bert.encoder.layer[:FROZEN_LAYERS]:
        for parameter in layer.parameters():
            parameter.requires_grad = False
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(trained, rate, weight_decay=WEIGHT_DECAY)
    batches = list(_batch(groups, tokenizer, random.Random(seed)))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, _rise_and_fall(len(batches)))
    model.train()
    running = math.nan
    for step, batch in enumerate(batches):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            loss = _lose(model, batch)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        value = float(loss.detach())
        running = value if math.isnan(running) else 0.98 * running + 0.02 * value
        progress(f"training, loss {running:.3f}", step + 1, len(batches))
    model.eval()


def _rise_and_fall(steps: int):  # type: ignore[no-untyped-def]
    rising = max(1, round(steps * WARM_UP))
    return lambda step: min((step + 1) / rising, max(0.02, (steps - step) / max(1, steps - rising)))


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


def _encode(group: Group, tokenizer: Tokenizer) -> list[_Example]:
    windows = [*group.positives, *group.negatives]
    pairs = encode_pairs(tokenizer, [Pair(group.question, one.context, one.text) for one in windows])
    return [_mark(pair, window) for pair, window in zip(pairs, windows, strict=True)]


def _mark(pair: EncodedPair, window: Window) -> _Example:
    """Find the tokens where the answer begins and ends; IGNORED where it was cut off."""
    if window.answer is None:
        return _Example(pair, False, IGNORED, IGNORED)
    inside = [
        place
        for place, (start, end) in enumerate(pair.offsets)
        if start < window.answer.end and end > window.answer.start
    ]
    if not inside:
        return _Example(pair, True, IGNORED, IGNORED)
    return _Example(pair, True, pair.first + inside[0], pair.first + inside[-1])


def _lose(model: ReaderModel, batch: Sequence[Sequence[_Example]]) -> torch.Tensor:
    examples = [example for group in batch for example in group]
    longest = max(len(example.pair.ids) for example in examples)
    ids = torch.zeros(len(examples), longest, dtype=torch.long)
    mask = torch.zeros_like(ids)
    for row, example in enumerate(examples):
        ids[row, : len(example.pair.ids)] = torch.tensor(example.pair.ids)
        mask[row, : len(example.pair.ids)] = 1
    judged, pointed = model(ids, mask)
    judged, pointed = judged.float(), pointed.float()
    answers = torch.tensor([float(example.answers) for example in examples])
    loss = functional.binary_cross_entropy_with_logits(judged, answers)
    at = 0
    contests = []
    for group in batch:
        logits = judged[at : at + len(group)]
        right = answers[at : at + len(group)] > 0
        if right.any() and not right.all():
            contests.append(torch.logsumexp(logits, 0) - torch.logsumexp(logits[right], 0))
        at += len(group)
    if contests:
        loss = loss + torch.stack(contests).mean()
    positive = [row for row, example in enumerate(examples) if example.start != IGNORED]
    if positive:
        outside = torch.ones(len(positive), longest, dtype=torch.bool)
        for row, place in enumerate(positive):
            pair = examples[place].pair
            outside[row, pair.first : pair.first + len(pair.offsets)] = False
        logits = pointed[positive].masked_fill(outside.unsqueeze(-1), -1e4)
        starts = torch.tensor([examples[place].start for place in positive])
        ends = torch.tensor([examples[place].end for place in positive])
        loss = (
            loss
            + (
                functional.cross_entropy(logits[:, :, 0], starts)
                + functional.cross_entropy(logits[:, :, 1], ends)
            )
            / 2
        )
    return loss
