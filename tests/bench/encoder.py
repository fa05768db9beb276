"""How fast the bundled encoder is, beside the same weights run by torch in float32."""

from __future__ import annotations

import re
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from sentence_transformers import SentenceTransformer
from tokenizers import Tokenizer
from transformers import BertConfig, BertModel

from index import load_encoder
from index.encoder.build import save_torch
from index.encoder.loading import BUNDLED, GRAPH_FILE, TOKENIZER_FILE
from index.encoder.source import NIBBLE_ZERO
from index.types import Vectors

REPORT = next((Path(__file__).parents[2] / "corpus").glob("*/report.txt"))
SENTENCE = re.compile(r"[^。!?！？\n]{8,}[。!?！？]?")
PASSAGES = 40  # enough to even out lengths, few enough for torch on a busy laptop
QUERY_LENGTH = 20  # characters: a question's
ROUNDS = 3  # both encoders take turns, so that other work on the machine slows both
HEADS = 12  # the graph does not say into how many heads its matrices are divided


@dataclass(frozen=True, slots=True)
class Speed:
    """Medians over the rounds."""

    queries_per_second: float
    passages_per_second: float


@dataclass(frozen=True, slots=True)
class EncoderFigures:
    """The bundled encoder, and the same weights in torch; `cosine` is the least between their passages."""

    bundled: Speed
    torch: Speed
    cosine: float


def measure_encoder() -> EncoderFigures:
    """Encode sentences of the bundled report, and their beginnings as queries one at a time."""
    sentences = SENTENCE.findall(REPORT.read_text("utf-8"))
    passages = sentences[:: len(sentences) // PASSAGES][:PASSAGES]
    queries = [passage[:QUERY_LENGTH] for passage in passages]
    with tempfile.TemporaryDirectory() as folder:
        tokenizer = Tokenizer.from_file(str(BUNDLED / TOKENIZER_FILE))
        twin = save_torch(make_torch_twin(BUNDLED / GRAPH_FILE), tokenizer, Path(folder))
    encoders = (load_encoder(), twin)
    first, second = (encoder.encode_document(passages, show_progress_bar=False) for encoder in encoders)
    rounds = [[_speed(encoder, queries, passages) for encoder in encoders] for _ in range(ROUNDS)]
    ours, theirs = (_median(speeds) for speeds in zip(*rounds, strict=True))
    return EncoderFigures(ours, theirs, cosine=float((first * second).sum(axis=1).min()))


def make_torch_twin(graph_file: Path) -> BertModel:
    """Return a float32 torch model with the weights that the graph holds as 4-bit blocks."""
    weights = read_weights(graph_file)
    feed_forward, hidden = weights["encoder.layer.0.intermediate.dense.weight"].shape
    config = BertConfig(
        vocab_size=len(weights["embeddings.word_embeddings.weight"]),
        hidden_size=hidden,
        num_hidden_layers=len({name.split(".")[2] for name in weights if name.startswith("encoder.layer.")}),
        num_attention_heads=HEADS,
        intermediate_size=feed_forward,
    )
    bert = BertModel(config, add_pooling_layer=False)
    bert.load_state_dict({name: torch.from_numpy(values) for name, values in weights.items()})
    return bert


def read_weights(graph_file: Path) -> dict[str, Vectors]:
    """Return every weight of the graph in float32, by its name in BertModel."""
    graph = onnx.load(graph_file).graph
    tensors = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    prefix = "bert."
    weights = {
        name.removeprefix(prefix): values.copy()
        for name, values in tensors.items()
        if name.startswith(prefix) and values.dtype == np.float32 and not name.endswith("_scales")
    }
    for node in graph.node:
        if node.op_type == "MatMulNBits":
            blocks, scales = tensors[node.input[1]], tensors[node.input[2]]
            # Low nibbles are the even weights, high nibbles the odd ones, each minus 8.
            codes = np.stack([blocks & 15, blocks >> 4], axis=-1).astype(np.float32) - NIBBLE_ZERO
            name = node.name.removeprefix("/bert/").rpartition("/")[0].replace("/", ".")
        elif node.op_type == "GatherBlockQuantized":
            codes, scales = tensors[node.input[0]].astype(np.float32), tensors[node.input[2]]
            name = node.input[0].removeprefix(prefix).removesuffix(".weight_Q4")
        else:
            continue
        rows, blocks_a_row = scales.shape
        weights[f"{name}.weight"] = (codes.reshape(rows, blocks_a_row, -1) * scales[..., None]).reshape(
            rows, -1
        )
    return weights


def _speed(encoder: SentenceTransformer, queries: Sequence[str], passages: Sequence[str]) -> Speed:
    start = time.perf_counter()
    for query in queries:
        encoder.encode_query([query], show_progress_bar=False)
    between = time.perf_counter()
    encoder.encode_document(list(passages), show_progress_bar=False)
    end = time.perf_counter()
    return Speed(len(queries) / (between - start), len(passages) / (end - between))


def _median(speeds: Sequence[Speed]) -> Speed:
    return Speed(
        statistics.median(speed.queries_per_second for speed in speeds),
        statistics.median(speed.passages_per_second for speed in speeds),
    )


if __name__ == "__main__":
    print(measure_encoder())
