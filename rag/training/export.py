"""Writing the reader as an ONNX graph: embeddings in the encoder's own 4-bit blocks, layers in 8-bit ones."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path

import torch

from index.encoder.export import EXAMPLE_TOKENS, FLOAT_NODES, INT8_ACTIVATIONS, OPSET
from index.encoder.source import BLOCK
from rag.training.model import ReaderModel

# The frozen embeddings lie on the encoder's 4-bit grid already; the trained matrices do not and get 8 bits.
_EMBEDDING_BITS = 4
_LAYER_BITS = 8


def export_reader(model: ReaderModel, path: Path) -> None:
    """Write `model` to `path` as a graph of one window: input_ids in, judged and pointed out."""
    from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer

    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the older exporter writes the nodes the quantiser looks for
        full, half = Path(folder) / "float32.onnx", Path(folder) / "embeddings.onnx"
        model.bert.config._attn_implementation = "eager"
        torch.onnx.export(
            model,
            (torch.ones(1, EXAMPLE_TOKENS, dtype=torch.int64),),
            str(full),
            dynamo=False,
            opset_version=OPSET,
            input_names=["input_ids"],
            output_names=["judged", "pointed"],
            dynamic_axes={"input_ids": {1: "tokens"}, "pointed": {1: "tokens"}},
        )
        for source, target, kind, axis, bits in (
            (full, half, "Gather", 1, _EMBEDDING_BITS),
            (half, path, "MatMul", 0, _LAYER_BITS),
        ):
            quantizer = MatMulNBitsQuantizer(
                str(source),
                bits=bits,
                block_size=BLOCK,
                is_symmetric=True,
                accuracy_level=INT8_ACTIVATIONS,
                nodes_to_exclude=FLOAT_NODES,
                op_types_to_quantize=(kind,),
                quant_axes=((kind, axis),),
            )
            quantizer.process()
            quantizer.model.save_model_to_file(str(target))
