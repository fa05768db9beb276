"""The bundled encoder's transformer: ONNX Runtime as the first module of a SentenceTransformer."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NoReturn

import numpy as np
import onnxruntime as ort
import torch
from sentence_transformers.base.modules import InputModule
from tokenizers import Tokenizer


class OnnxTransformer(InputModule):  # type: ignore[misc]
    """Turns texts into one vector a token; `threads` is how many texts it works on at a time.

    Each text runs through the graph alone: padding costs nothing then, however unequal the lengths, and a
    text's vector is the same to the last bit whatever its neighbours. Batches would be no faster on CPUs:
    measured with an 8-bit graph that takes them, 54 sentences a second alone, 34 by eights, 8 by 32.
    """

    def __init__(self, graph: bytes, tokenizer: Tokenizer, sha256: str, threads: int) -> None:
        super().__init__()
        options = ort.SessionOptions()
        # One thread a text: a sentence is too little work to be divided, several sentences are not.
        options.intra_op_num_threads = 1
        self.threads = threads
        self.session = ort.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        self.tokenizer = tokenizer
        self._max_seq_length = int((tokenizer.truncation or {})["max_length"])
        # A buffer, so that the weights are part of state_dict() although torch does not hold them.
        self.register_buffer("sha256", torch.tensor(list(bytes.fromhex(sha256)), dtype=torch.uint8))

    @property
    def max_seq_length(self) -> int:
        """How many tokens of a text are read, prompt and ends included."""
        return self._max_seq_length

    def get_embedding_dimension(self) -> int:
        """Return the length of a token's vector."""
        return int(self.session.get_outputs()[0].shape[-1])

    def preprocess(
        self, inputs: Sequence[str], prompt: str | None = None, **_options: Any
    ) -> dict[str, torch.Tensor]:
        """Split texts into tokens: input_ids and attention_mask, both (texts, longest) int64."""
        encodings = self.tokenizer.encode_batch([(prompt or "") + text for text in inputs])
        return {
            "input_ids": torch.tensor([encoding.ids for encoding in encodings]),
            "attention_mask": torch.tensor([encoding.attention_mask for encoding in encodings]),
        }

    def forward(self, features: dict[str, torch.Tensor], **_options: Any) -> dict[str, torch.Tensor]:
        """Add token_embeddings, (texts, longest, dimension) float32, zero where padded."""
        ids = features["input_ids"].cpu().numpy()
        lengths = features["attention_mask"].sum(dim=1).tolist()
        vectors = np.zeros((*ids.shape, self.get_embedding_dimension()), dtype=np.float32)

        def run(row: int) -> None:
            length = lengths[row]
            (found,) = self.session.run(None, {"input_ids": ids[row : row + 1, :length]})
            vectors[row, :length] = found[0]

        if len(lengths) == 1:
            run(0)
        else:
            with ThreadPoolExecutor(self.threads) as pool:  # ONNX Runtime lets go of the interpreter's lock
                list(pool.map(run, range(len(lengths))))
        features["token_embeddings"] = torch.from_numpy(vectors)
        return features

    def save(self, output_path: str, *_args: Any, **_options: Any) -> NoReturn:
        """Refuse: the files are in the package already."""
        raise NotImplementedError(
            f"The bundled encoder cannot be saved to {output_path}; copy its folder instead."
        )
