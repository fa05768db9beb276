"""Writing the model: as torch module in float32, and as an ONNX graph in 4-bit blocks."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from index.encoder.source import BLOCK, Source

if TYPE_CHECKING:
    from transformers import BertModel

OPSET = 17
INT8_ACTIVATIONS = 4  # MatMulNBits' accuracy level for 8-bit arithmetic
# Small tables that the source holds in float32.
FLOAT_NODES = [f"/bert/embeddings/{table}_embeddings/Gather" for table in ("position", "token_type")]
EXAMPLE_TOKENS = 8  # any number does: the axis is dynamic
# Where the wheel's names for the matrices and norms of a layer stand in transformers' BertModel.
LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def make_bert(source: Source, kept: Sequence[int] | None = None) -> BertModel:
    """Return the float32 torch model over the pieces `kept` (None: all of them)."""
    from transformers import BertConfig, BertModel

    rows = list(range(len(source.pieces))) if kept is None else list(kept)
    config = BertConfig(
        vocab_size=len(rows),
        hidden_size=source.hidden,
        num_hidden_layers=source.layers,
        num_attention_heads=source.heads,
        intermediate_size=source.feed_forward,
        max_position_embeddings=source.positions,
        layer_norm_eps=source.epsilon,
        pad_token_id=rows.index(source.padding),
    )
    tensors = source.tensors
    state = {
        "embeddings.word_embeddings": tensors["emb.word"][rows],
        "embeddings.position_embeddings": tensors["emb.pos"],
        "embeddings.token_type_embeddings": tensors["emb.type"],
    }
    state = {f"{name}.weight": values for name, values in state.items()}
    for ours, theirs in (("emb.ln", "embeddings.LayerNorm"), *_layer_names(source.layers)):
        state[f"{theirs}.weight"] = tensors[f"{ours}.w"]
        state[f"{theirs}.bias"] = tensors[f"{ours}.b"]
    # Plain attention exports to a plain graph; the fused one adds guards against rows that are masked wholly.
    config._attn_implementation = "eager"  # noqa: SLF001
    model = BertModel(config, add_pooling_layer=False)
    model.load_state_dict({name: torch.from_numpy(values.copy()) for name, values in state.items()})
    model.eval()  # type: ignore[no-untyped-call]
    return model


def _layer_names(layers: int) -> list[tuple[str, str]]:
    return [
        (f"l{layer}.{ours}", f"encoder.layer.{layer}.{theirs}")
        for layer in range(layers)
        for ours, theirs in LAYER_NAMES.items()
    ]


class _TokenEmbeddings(torch.nn.Module):
    """The model as the graph has it: the token ids of one text in, one vector a token out."""

    def __init__(self, bert: BertModel) -> None:
        super().__init__()
        self.bert = bert

    def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
        output: torch.Tensor = self.bert(input_ids=input_ids).last_hidden_state
        return output


def export_graph(bert: BertModel, path: Path) -> None:
    """Write `bert` to `path` as an ONNX graph of one text that keeps the 4-bit blocks.

    Requantising in the source's own blocks finds its scales again, so that the graph's weights are the
    source's. Activations are rounded to 8 bits, each block of a token's vector with a scale of its own.
    """
    from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer

    axes = {1: "tokens"}
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # the older exporter writes the plain MatMul nodes the quantiser looks for
        full = Path(folder) / "float32.onnx"
        torch.onnx.export(
            _TokenEmbeddings(bert),
            (torch.ones(1, EXAMPLE_TOKENS, dtype=torch.int64),),
            str(full),
            dynamo=False,
            opset_version=OPSET,
            input_names=["input_ids"],
            output_names=["token_embeddings"],
            dynamic_axes={"input_ids": axes, "token_embeddings": axes},
        )
        quantizer = MatMulNBitsQuantizer(
            str(full),
            bits=4,
            block_size=BLOCK,
            is_symmetric=True,
            accuracy_level=INT8_ACTIVATIONS,
            nodes_to_exclude=FLOAT_NODES,
            op_types_to_quantize=("MatMul", "Gather"),
            quant_axes=(("MatMul", 0), ("Gather", 1)),
        )
        quantizer.process()
        quantizer.model.save_model_to_file(str(path))
