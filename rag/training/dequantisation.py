"""The bundled reader's weights as torch tensors again: training goes on from what was learned before."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch

from rag.training.model import ReaderModel

if TYPE_CHECKING:
    from transformers import BertModel

EIGHT_BIT_ZERO = 128
FOUR_BIT_ZERO = 8
HEADS_OF_A_LAYER = 12
EPSILON = 1e-12
"""What the encoder adds to variances; the graph does not say how many heads there are."""

Array = npt.NDArray[np.float32]


def load_reader(path: Path) -> ReaderModel:
    """Return the reader of an ONNX graph that rag.training.export wrote, in float32.

    Heads that the graph lacks are new. Raises ValueError for a graph with matrices in other blocks.
    """
    import onnx

    graph = onnx.load(str(path)).graph
    stored = {
        one.name: onnx.numpy_helper.to_array(one) for one in graph.initializer if one.data_type != _INT4
    }
    packed = {one.name: one for one in graph.initializer if one.data_type == _INT4}
    state: dict[str, Array] = {name: values for name, values in stored.items() if values.dtype == np.float32}
    for node in graph.node:
        name = node.name.removeprefix("/").rpartition("/")[0].replace("/", ".") + ".weight"
        if node.op_type == "MatMulNBits":
            state[name] = _from_blocks(stored[node.input[1]], stored[node.input[2]], _bits_of(node))
        elif node.op_type == "GatherBlockQuantized":
            state[name] = _from_nibbles(packed[node.input[0]], stored[node.input[2]])
    bert = _make_bert(state)
    model = ReaderModel(bert)
    known = model.state_dict()
    fitting = {name: torch.from_numpy(np.array(state[name])) for name in known if name in state}
    if "weigh_topic.weight" not in state:  # what tells words that answer is a start for what tells the topic
        fitting |= {f"weigh_topic.{part}": fitting[f"weigh.{part}"].clone() for part in ("weight", "bias")}
    missing, _ = model.load_state_dict(fitting, strict=False)
    if unknown := [name for name in missing if name.startswith("bert")]:
        raise ValueError(f"{path} does not hold {unknown[0]}: it is no reader of rag.training.export.")
    return model


_INT4 = 22  # onnx.TensorProto.INT4


def _bits_of(node: Any) -> int:
    return int(next(one.i for one in node.attribute if one.name == "bits"))


def _from_blocks(blocks: npt.NDArray[np.uint8], scales: Array, bits: int) -> Array:
    """Turn (out, blocks, 32) 8-bit weights into (out, in) ones."""
    if bits != 8:
        raise ValueError(f"The graph's matrices have {bits} bits; only those of 8 bits can be read.")
    values = (blocks.astype(np.float32) - EIGHT_BIT_ZERO) * scales.reshape(*blocks.shape[:2], 1)
    return values.reshape(blocks.shape[0], -1)


def _from_nibbles(packed: Any, scales: Array) -> Array:
    """Turn signed 4-bit rows, two to a byte, low nibble first, into (rows, columns) weights."""
    rows, columns = packed.dims
    raw = np.frombuffer(packed.raw_data, np.uint8)
    nibbles = np.stack([raw & 15, raw >> 4], axis=1).reshape(rows, columns).astype(np.int8)
    signed = np.where(nibbles >= FOUR_BIT_ZERO, nibbles - 2 * FOUR_BIT_ZERO, nibbles).astype(np.float32)
    return (signed.reshape(rows, scales.shape[1], -1) * scales[:, :, None]).reshape(rows, columns)


def _make_bert(state: dict[str, Array]) -> BertModel:
    from transformers import BertConfig, BertModel

    words = state["bert.embeddings.word_embeddings.weight"]
    feed_forward = state["bert.encoder.layer.0.intermediate.dense.weight"]
    layers = 1 + max(int(name.split(".")[3]) for name in state if name.startswith("bert.encoder.layer."))
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=words.shape[1],
        num_hidden_layers=layers,
        num_attention_heads=HEADS_OF_A_LAYER,
        intermediate_size=len(feed_forward),
        max_position_embeddings=len(state["bert.embeddings.position_embeddings.weight"]),
        layer_norm_eps=EPSILON,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    config._attn_implementation = "eager"
    return BertModel(config, add_pooling_layer=False)
