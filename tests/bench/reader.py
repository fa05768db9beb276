"""How well the reader reads: `python -m tests.bench.reader FILE.json`, a SQuAD-like file such as CMRC 2018's.

Exact match and F1 with the paragraph given, as CMRC 2018 counts them (punctuation left out; F1 over the
longest common substring), and how often the right paragraph comes first of all, before and after the reader
has read the first few.
"""

from __future__ import annotations

import argparse
import difflib
import json
import re
from pathlib import Path

import numpy as np

from index import load_encoder
from index.language.text import normalise_question, to_simplified
from rag.evidence.reader import Judgement, OnnxReader, Pair
from rag.terminal import ProgressBar
from rag.training.examples import cut_windows
from tests.bench.retrieval import read_squad, score_all

REREAD = 3
"""Paragraphs that the reader reads of each question's first."""
JUDGED_WEIGHT = 0.1
"""What a logit counts beside a standard deviation of the fused scores."""
MAX_ANSWER_TOKENS = 40
_MARKS = re.compile(r"[^\w]|_")


def best_span(judgement: Judgement) -> tuple[float, tuple[int, int]]:
    """Return the most likely span of characters, and how likely it is."""
    together = np.triu(np.outer(judgement.begins, judgement.ends))
    together = together - np.triu(together, MAX_ANSWER_TOKENS)
    first, last = np.unravel_index(int(np.argmax(together)), together.shape)
    return float(together[first, last]), (judgement.offsets[first][0], judgement.offsets[last][1])


def read_paragraph(question: str, title: str, text: str, reader: OnnxReader) -> tuple[float, str]:
    """Return the best window's logit and the words it points at."""
    windows = list(cut_windows(text, title))
    judgements = reader.judge([Pair(question, title, window.text) for window in windows])
    scored = []
    for window, judgement in zip(windows, judgements, strict=True):
        likely, (start, end) = best_span(judgement)
        scored.append(
            (judgement.logit + float(np.log(likely + 1e-9)), judgement.logit, window.text[start:end])
        )
    _, _, words = max(scored)
    return max(logit for _, logit, _ in scored), words


def match(said: str, truths: list[str]) -> tuple[bool, float]:
    """Return whether `said` is one of the right answers, and its best F1 with any."""
    bare = _MARKS.sub("", said.lower())
    best = 0.0
    for truth in (_MARKS.sub("", truth.lower()) for truth in truths):
        common = difflib.SequenceMatcher(None, bare, truth, autojunk=False).find_longest_match().size
        best = max(best, 2 * common / (len(bare) + len(truth) or 1))
    return bare in [_MARKS.sub("", truth.lower()) for truth in truths], best


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, metavar="FILE.json")
    options = parser.parse_args()
    reader = OnnxReader.load()
    articles = json.loads(options.file.read_text("utf-8"))["data"]
    cases = [
        (
            normalise_question(one["question"]),
            article.get("title", ""),
            to_simplified(paragraph["context"]),
            one,
        )
        for article in articles
        for paragraph in article["paragraphs"]
        for one in paragraph["qas"]
    ]
    titles = {
        paragraph["context"]: article.get("title", "")
        for article in articles
        for paragraph in article["paragraphs"]
    }
    texts, asked, relevant = read_squad(options.file)
    encoder = load_encoder()
    fused = score_all(texts, asked, encoder, encoder.encode_query(asked))["dense, bigrams + words"]
    exact, overlap, first, reread = [], [], [], []
    with ProgressBar() as progress:
        for row, (question, title, text, case) in enumerate(cases):
            _, words = read_paragraph(question, title, text, reader)
            right, f1 = match(words, [to_simplified(answer["text"]) for answer in case["answers"]])
            exact.append(right)
            overlap.append(f1)
            order = np.argsort(-fused[row])[:REREAD]
            first.append(bool(relevant[row, order[0]]))
            scores = [
                fused[row, at]
                + JUDGED_WEIGHT
                * read_paragraph(question, titles[texts[at]], to_simplified(texts[at]), reader)[0]
                for at in order
            ]
            reread.append(bool(relevant[row, order[int(np.argmax(scores))]]))
            progress("reading", row + 1, len(cases))
    print(f"{len(cases)} questions, {len(texts)} paragraphs")
    print(f"paragraph given: exact match {np.mean(exact):.3f}, F1 {np.mean(overlap):.3f}")
    print(f"right paragraph first: {np.mean(first):.4f}; after reading {REREAD}: {np.mean(reread):.4f}")


if __name__ == "__main__":
    main()
