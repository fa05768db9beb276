"""Building the bundled encoder: reading blocks, choosing pieces, refusing another wheel."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.encoder.pruning import choose_pieces, is_common, make_tokenizer, spellings
from index.encoder.source import dequantise, read_wheel
from index.errors import EncoderError

SPECIALS = ["<s>", "<pad>", "</s>", "<unk>"]


def test_block_is_scale_times_nibbles_minus_eight() -> None:
    weights = np.arange(32) % 16 - 8
    packed = (weights[:16] + 8) | (weights[16:] + 8) << 4
    block = np.concatenate([np.array([0.5], "<f2").view(np.uint8), packed.astype(np.uint8)])
    assert np.array_equal(dequantise(block[None]), weights * np.float32(0.5))


@pytest.mark.parametrize("piece", ["经济", "▁", "▁(1)", "2020", "。", "%", "▁é", "μ", "〇"])
def test_chinese_digits_signs_and_single_letters_are_kept(piece: str) -> None:
    assert is_common(piece)


@pytest.mark.parametrize("piece", ["the", "▁на", "の", "自分の", "１", "été"])
def test_words_other_scripts_and_unreachable_pieces_are_not(piece: str) -> None:
    assert not is_common(piece)


def test_words_keep_the_pieces_they_need_after_a_space_and_within_text() -> None:
    pieces = [*SPECIALS, "▁", "▁the", "the", "t", "h", "e", "▁thee", "年"]
    tokenizer = make_tokenizer(pieces, [0.0] * 4 + [-9.0, -1.0, -1.0, -5.0, -5.0, -5.0, -1.0, -1.0], 3)
    kept = choose_pieces(pieces, tokenizer, len(SPECIALS), ["the"])
    assert [pieces[id_] for id_ in kept] == [*SPECIALS, "▁", "▁the", "the", "t", "h", "e", "年"]


def test_word_is_spelt_in_three_ways_at_most() -> None:
    assert list(spellings("gdp")) == ["gdp", "Gdp", "GDP"]
    assert list(spellings("5")) == ["5"]


def test_another_wheel_is_refused(tmp_path: Path) -> None:
    wheel = tmp_path / "other.whl"
    wheel.write_bytes(b"")
    with pytest.raises(EncoderError, match=r"other\.whl has the SHA-256 e3b0c442.*unchanged wheel"):
        read_wheel(wheel)
