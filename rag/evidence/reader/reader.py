"""The trained reader at work: how likely a window answers a question, and which of its words do."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from index.encoder import load_tokenizer
from index.encoder.provenance import read_verified
from index.errors import EncoderError
from rag.evidence.reader.pairs import EncodedPair, Pair, encode_pairs

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

BUNDLED = Path(__file__).parent / "model"
GRAPH_FILE = "reader.onnx"
REINSTALL = "reinstall report-rag, or train the reader with python -m rag.training"

UNDECIDED = -2.0
"""The logit of a window that nobody read: then only words that cover a question well are likely to answer."""

Probabilities = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the reader makes of one pair.

    `logit` is that of the probability that the window answers, `topical` that it is on the topic of the
    question. `begins` and `ends` are the probabilities,
    (tokens,), that the answer begins or ends with each token of the window; `offsets` say where these stand.
    """

    logit: float
    begins: Probabilities
    ends: Probabilities
    offsets: tuple[tuple[int, int], ...]
    topical: float = 0.0

    def weigh(self, start: int, end: int) -> float:
        """Return how likely the answer lies within the characters from `start` to `end`, in [0, 1]."""
        inside = [start <= (left + right) / 2 < end for left, right in self.offsets]
        return float(self.begins[inside].sum() * self.ends[inside].sum())


class Reader(Protocol):
    """What answering asks of a reader."""

    def judge(self, pairs: Sequence[Pair]) -> list[Judgement]:
        """Read each pair; the judgements are aligned with `pairs`."""


class OnnxReader:
    """A `Reader` over ONNX Runtime, safe from several threads, which reads `threads` windows at a time.

    Each window runs through the graph alone, as each text does in the encoder.
    """

    def __init__(self, session: InferenceSession, tokenizer: Tokenizer, threads: int) -> None:
        self._session = session
        self._tokenizer = tokenizer
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="reader")

    @classmethod
    def load(cls, folder: Path = BUNDLED, *, threads: int | None = None) -> OnnxReader:
        """Load the bundled reader from `folder`; raises EncoderError when a file is missing or changed.

        `threads` defaults to torch's choice, as the encoder's do.
        """
        import onnxruntime
        import torch

        files = read_verified(folder, "reader", REINSTALL)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        session = onnxruntime.InferenceSession(files[GRAPH_FILE], options, providers=["CPUExecutionProvider"])
        return cls(session, load_tokenizer(), threads or torch.get_num_threads())

    def judge(self, pairs: Sequence[Pair]) -> list[Judgement]:
        """Read each pair; the judgements are aligned with `pairs`."""
        return list(self._pool.map(self._judge, encode_pairs(self._tokenizer, pairs)))

    def _judge(self, pair: EncodedPair) -> Judgement:
        logit, points, *topical = self._session.run(None, {"input_ids": np.array([pair.ids], dtype=np.int64)})
        points = points[0, pair.first : pair.first + len(pair.offsets)]
        begins, ends = _softmax(points).T
        # Graphs of before there were topics have no third output.
        return Judgement(
            float(logit[0]), begins, ends, pair.offsets, float(topical[0][0]) if topical else 0.0
        )


class UndecidedReader:
    """Stands in where the trained reader cannot be loaded: no window is likelier to answer than others."""

    def judge(self, pairs: Sequence[Pair]) -> list[Judgement]:
        """Return a judgement a pair that speaks neither for nor against it."""
        nothing = np.zeros(0, dtype=np.float32)
        return [Judgement(UNDECIDED, nothing, nothing, ()) for _ in pairs]


def load_reader(folder: Path = BUNDLED) -> tuple[Reader, tuple[str, ...]]:
    """Return the trained reader; where it is damaged, one that leaves all to the rules, and why."""
    try:
        return OnnxReader.load(folder), ()
    except EncoderError as error:
        return UndecidedReader(), (
            f"{str(error).removesuffix('.')}; until then answers rest on rules alone.",
        )


def _softmax(logits: Probabilities) -> Probabilities:
    """Return the probabilities of `logits`, column by column."""
    raised = np.exp(logits - logits.max(axis=0, initial=-np.inf, keepdims=True))
    probabilities: Probabilities = raised / raised.sum(axis=0, keepdims=True)
    return probabilities
