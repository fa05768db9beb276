"""Loading an encoder, the bundled one or any other, and telling encoders apart."""

from __future__ import annotations

import contextlib
import hashlib
import json
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from index.encoder.provenance import PROVENANCE_FILE, read_verified
from index.errors import EncoderError
from index.offline import with_downloads

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

BUNDLED = Path(__file__).parent / "multilingual-e5-small-zh-en"
GRAPH_FILE = "model.onnx"
TOKENIZER_FILE = "tokenizer.json"
# The model was trained with these; sentence-transformers asks for the second under the name “document”.
PROMPTS = {"query": "query: ", "document": "passage: "}
# Tells tokenizers apart: both languages, both widths, figures.
PROBE = "2020年GDP增长6.1%，Hello world！"


# Where a checkpoint lacks BERT's pooler, transformers makes up another at every start; no vector passes it.
INVENTED = ".pooler.dense."
REINSTALL = "reinstall report-rag, or rebuild the encoder with python -m index.encoder.build"


def load_encoder(
    name_or_path: str | None = None, *, allow_downloads: bool = False, threads: int | None = None
) -> SentenceTransformer:
    """Load an encoder whose encode_query and encode_document return (n, dimension) float32, L2-normalised.

    None is the bundled multilingual-e5-small; anything else is the name or the folder of a
    sentence-transformers model, from the local cache unless `allow_downloads`. `threads` defaults to torch's
    choice: the physical cores, or OMP_NUM_THREADS. Raises EncoderError.
    """
    if name_or_path is None:
        return load_bundled(threads=threads)
    return _load_other(name_or_path, allow_downloads, threads)


def load_bundled(folder: Path = BUNDLED, *, threads: int | None = None) -> SentenceTransformer:
    """Load the bundled encoder from `folder`; raises EncoderError when a file is missing or changed."""
    files = read_verified(folder, "encoder", REINSTALL)
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling
    from tokenizers import Tokenizer

    from index.encoder.onnx_module import OnnxTransformer

    transformer = OnnxTransformer(
        files[GRAPH_FILE],
        Tokenizer.from_buffer(files[TOKENIZER_FILE]),
        sha256=hashlib.sha256(files[GRAPH_FILE]).hexdigest(),
        threads=threads or torch.get_num_threads(),
    )
    pooling = Pooling(transformer.get_embedding_dimension(), pooling_mode="mean")
    return SentenceTransformer(modules=[transformer, pooling, Normalize()], prompts=PROMPTS, device="cpu")


def is_bundled(encoder: object) -> bool:
    """Tell whether an encoder runs the bundled model's graph."""
    modules = encoder.children() if hasattr(encoder, "children") else ()
    digests = (module.sha256 for module in modules if hasattr(module, "sha256"))
    return any(bytes(digest.tolist()).hex() == _bundled_digest() for digest in digests)


@cache
def _bundled_digest() -> str:
    """Return the SHA-256 of the bundled graph, as its provenance states it."""
    digest: str = tomllib.loads((BUNDLED / PROVENANCE_FILE).read_text("utf-8"))["files"][GRAPH_FILE]
    return digest


def load_tokenizer(folder: Path = BUNDLED) -> Tokenizer:
    """Load the tokenizer of the bundled encoder, which cuts and pads nothing; raises EncoderError."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_buffer(read_verified(folder, "encoder", REINSTALL)[TOKENIZER_FILE])
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def fingerprint(encoder: SentenceTransformer) -> str:
    """Return a SHA-256 over what decides an encoder's vectors: weights, tokens, pooling and prompts."""
    import torch

    first, *others = encoder
    settings = [encoder.prompts, encoder.max_seq_length, type(first).__name__]
    settings += [[type(module).__name__, module.get_config_dict()] for module in others]
    settings.append(encoder.preprocess([PROBE])["input_ids"].tolist())
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True).encode())
    for name, weights in sorted(encoder.state_dict().items()):
        if INVENTED in name:
            continue
        digest.update(name.encode())
        digest.update(weights.cpu().flatten().view(torch.uint8).numpy())
    return digest.hexdigest()


def _load_other(name: str, allow_downloads: bool, threads: int | None) -> SentenceTransformer:
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize

    try:
        with with_downloads() if allow_downloads else contextlib.nullcontext():
            encoder = SentenceTransformer(name, local_files_only=not allow_downloads)
    except (ImportError, OSError, ValueError) as error:  # the first of a proxy that needs a package
        remedy = (
            "check the name and the connection"
            if allow_downloads
            else "name a folder, or set REPORT_RAG_ALLOW_DOWNLOADS=true to download it"
        )
        raise EncoderError(f"The encoder {name!r} cannot be loaded: {remedy}.") from error
    if threads is not None:
        torch.set_num_threads(threads)
    if not any(isinstance(module, Normalize) for module in encoder):
        encoder.append(Normalize())
    # Older models call the prompt of documents “passage”, which encode_document passes over.
    if not encoder.prompts["document"]:
        encoder.prompts["document"] = encoder.prompts.get("passage", "")
    return encoder
