"""Choosing the pieces of the vocabulary that Chinese and English text needs, and the tokenizer over them.

The original vocabulary serves a hundred languages with 250,002 pieces: 82 % of the model's weights. A piece
is kept when it is written with Chinese characters, digits, punctuation and symbols alone, when it is a single
Latin or Greek letter (units, names), or when one of the most frequent English words needs it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

SPACE_MARK = "▁"
MAX_TOKENS = 512
IDEOGRAPHIC = frozenset("〇々〆")
# Words are split with this many texts at a time, to bound memory.
CHUNK = 10_000


def make_tokenizer(pieces: Sequence[str], scores: Sequence[float], unknown: int) -> Tokenizer:
    """Return the XLM-RoBERTa tokenizer over `pieces`: <s> text </s>, at most 512 tokens.

    NMT and NFKC rules reproduce the original's normalisation of every code point but ～ (here ~).
    """
    tokenizer = Tokenizer(models.Unigram(list(zip(pieces, scores, strict=True)), unk_id=unknown))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Nmt(), normalizers.NFKC()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(SPACE_MARK, prepend_scheme="always")]
    )
    ends = [(name, pieces.index(name)) for name in ("<s>", "</s>")]
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A </s>", special_tokens=ends)
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.enable_padding(pad_id=pieces.index("<pad>"), pad_token="<pad>")
    return tokenizer


def choose_pieces(
    pieces: Sequence[str], tokenizer: Tokenizer, specials: int, words: Iterable[str]
) -> list[int]:
    """Return the ids to keep, ascending: the first `specials`, the common ones, those of `words`."""
    kept = set(range(specials))
    kept.update(id_ for id_, piece in enumerate(pieces) if id_ >= specials and is_common(piece))
    kept.update(_used(tokenizer, words))
    return sorted(kept)


def is_common(piece: str) -> bool:
    """Tell whether `piece` is kept for its characters alone."""
    text = piece.removeprefix(SPACE_MARK)
    if unicodedata.normalize("NFKC", text) != text:
        return False  # normalisation rewrites it before it could match
    return all(map(_is_chinese_or_sign, text)) or (len(text) == 1 and _is_western_letter(text))


def spellings(word: str) -> Iterable[str]:
    """Yield `word` as it may be written: as it is, Capitalised, IN CAPITALS."""
    return dict.fromkeys((word, word.capitalize(), word.upper()))


def _is_chinese_or_sign(char: str) -> bool:
    name = unicodedata.name(char, "")
    if name.startswith("CJK UNIFIED IDEOGRAPH") or char in IDEOGRAPHIC:
        return True
    return unicodedata.category(char)[0] in "PS" or (char.isascii() and char.isdigit())


def _is_western_letter(char: str) -> bool:
    return char.isalpha() and unicodedata.name(char, "").startswith(("LATIN", "GREEK"))


def _used(tokenizer: Tokenizer, words: Iterable[str]) -> set[int]:
    """Return the ids that the words need after a space, and within unspaced text (as in 全年GDP增长)."""
    used: set[int] = set()
    texts = list(words)
    for start in range(0, len(texts), CHUNK):
        chunk = texts[start : start + CHUNK]
        for encoding in tokenizer.encode_batch(chunk, add_special_tokens=False):
            used.update(encoding.ids)
        for text in chunk:
            used.update(token.id for token in tokenizer.model.tokenize(text))
    return used
