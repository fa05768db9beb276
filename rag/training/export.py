"""Writing the reader as an ONNX graph: embeddings in the encoder's own 4-bit blocks, matrices in 8 bits.

Activations are rounded to 8 bits too, one scale for all tokens of a window. A few channels of this encoder
are many times larger than the others and would take that scale for themselves; what is fed to a matrix is
therefore evened out first, channel by channel, and the matrix takes up the difference (SmoothQuant, Xiao et
al. 2022, https://arxiv.org/abs/2211.10438).
"""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import nn

from index.encoder.export import EXAMPLE_TOKENS, FLOAT_NODES, OPSET
from index.encoder.source import BLOCK
from rag.evidence.reader.pairs import EncodedPair
from rag.training.model import Heads, ReaderModel

SMOOTHING = 0.7
"""How far the ranges of channels are evened out, from 0 to 1: what is left to the weights grows with it."""
LEAST_RANGE = 1e-5
_EMBEDDING_BITS = 4
# The heads are as good as free, and a logit of theirs is not to be rounded.
_HEAD_NODES = [f"/{head}/MatMul" for head in ("weigh", "weigh_topic", "point")]


def export_reader(model: ReaderModel, path: Path, calibration: Sequence[EncodedPair]) -> None:
    """Write `model` to `path` as a graph of one window: input_ids in, the heads' logits out.

    What `calibration` reads tells the ranges of channels. The model itself is changed, not what it computes.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer

    smooth(model, calibration)
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the older exporter writes the nodes the quantiser looks for
        full, half = Path(folder) / "float32.onnx", Path(folder) / "matrices.onnx"
        model.bert.config._attn_implementation = "eager"
        torch.onnx.export(
            model,
            (torch.ones(1, EXAMPLE_TOKENS, dtype=torch.int64),),
            str(full),
            dynamo=False,
            opset_version=OPSET,
            input_names=["input_ids"],
            output_names=list(Heads._fields),
            dynamic_axes={"input_ids": {1: "tokens"}, "pointed": {1: "tokens"}},
        )
        quantize_dynamic(
            full,
            half,
            per_channel=True,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul"],
            nodes_to_exclude=_HEAD_NODES,
        )
        quantizer = MatMulNBitsQuantizer(
            str(half),
            bits=_EMBEDDING_BITS,
            block_size=BLOCK,
            is_symmetric=True,
            nodes_to_exclude=FLOAT_NODES,
            op_types_to_quantize=("Gather",),
            quant_axes=(("Gather", 1),),
        )
        quantizer.process()
        quantizer.model.save_model_to_file(str(path))


class _Smoothed(nn.Module):
    """A matrix whose input is divided by `scale`, channel by channel, and which makes up for it."""

    def __init__(self, matrix: nn.Linear, scale: torch.Tensor) -> None:
        super().__init__()
        self.matrix = matrix
        self.shrink = nn.Parameter(1 / scale, requires_grad=False)
        matrix.weight.data.mul_(scale)

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        output: torch.Tensor = self.matrix(states * self.shrink)
        return output


def smooth(model: ReaderModel, calibration: Sequence[EncodedPair]) -> None:
    """Even out what is fed to the matrices of `model` over `calibration`; it computes the same as before."""
    ranges = _measure_ranges(model, calibration)
    layer: Any  # torch's types know no attributes of modules
    for layer, (queried, mixed, normed, raised) in zip(model.bert.encoder.layer, ranges, strict=True):
        heads, output = layer.attention.self, layer.attention.output.dense
        scale = _scale(queried, heads.query, heads.key, heads.value)
        for name in ("query", "key", "value"):
            setattr(heads, name, _Smoothed(getattr(heads, name), scale))
        scale = _scale(mixed, output)
        output.weight.data.mul_(scale)
        heads.value.matrix.weight.data.div_(scale[:, None])  # values are mixed channel by channel
        heads.value.matrix.bias.data.div_(scale)
        layer.intermediate.dense = _Smoothed(
            layer.intermediate.dense, _scale(normed, layer.intermediate.dense)
        )
        layer.output.dense = _Smoothed(layer.output.dense, _scale(raised, layer.output.dense))


def _scale(largest: torch.Tensor, *matrices: nn.Linear) -> torch.Tensor:
    """Return by how much each channel is shrunk, with a mean of 1 in logarithms."""
    weights = torch.stack([matrix.weight.detach().abs().amax(0) for matrix in matrices]).amax(0)
    scale = largest.clamp(min=LEAST_RANGE) ** SMOOTHING / weights.clamp(min=LEAST_RANGE) ** (1 - SMOOTHING)
    return scale / scale.log().mean().exp()


def _measure_ranges(model: ReaderModel, calibration: Sequence[EncodedPair]) -> list[list[torch.Tensor]]:
    """Return the largest absolute value of each channel that is fed to the matrices of each layer."""
    layers: list[Any] = list(model.bert.encoder.layer)
    fed = [
        [
            layer.attention.self.query,
            layer.attention.output.dense,
            layer.intermediate.dense,
            layer.output.dense,
        ]
        for layer in layers
    ]
    ranges = [[torch.zeros(matrix.in_features) for matrix in matrices] for matrices in fed]

    def listen(kept: torch.Tensor) -> Callable[[nn.Module, tuple[Any, ...]], None]:
        def hear(_: nn.Module, inputs: tuple[Any, ...]) -> None:
            torch.maximum(kept, inputs[0].abs().amax(dim=(0, 1)), out=kept)

        return hear

    hooks = [
        matrix.register_forward_pre_hook(listen(kept))
        for matrices, several in zip(fed, ranges, strict=True)
        for matrix, kept in zip(matrices, several, strict=True)
    ]
    with torch.no_grad():
        for pair in calibration:
            model(torch.tensor([pair.ids]))
    for hook in hooks:
        hook.remove()
    return ranges
