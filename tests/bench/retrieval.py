"""How often retrieval finds the evidence: each part of it alone and all together, over several passage texts.

    python -m tests.bench.retrieval QUESTIONS.jsonl [--corpus FOLDER] [--document ID]
    python -m tests.bench.retrieval --squad FILE.json

The first form asks the standalone answerable questions and counts those with evidence in the first k passages
(a passage counts when it overlaps an occurrence of any evidence string); the second asks the questions of a
SQuAD-like file for their paragraph. Both print a Markdown table.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index import load_corpus, load_encoder, parse_document
from index.retrieval.fusion import fuse
from index.retrieval.lexical import FIELDS, LexicalIndex
from index.retrieval.passage_text import passage_text
from index.retrieval.search import CANDIDATES, highest
from index.storage.builder import encode_passages
from index.types import Document, Encoder, Passage, Span, Vectors

CUTOFFS = (1, 3, 5, 10)
CORPUS = Path(__file__).parents[2] / "corpus"

Scores = npt.NDArray[np.float64]
"""(n questions, n passages)."""

Relevance = npt.NDArray[np.bool_]
"""(n questions, n passages) True where the passage holds evidence."""

TEXTS: Mapping[str, Callable[[Document, Passage], str]] = {
    "as indexed": passage_text,
    "words alone": lambda document, passage: passage.span.of(document.text),
    "path": lambda document, passage: "\n".join((*passage.section, passage.span.of(document.text))),
    "period": lambda document, passage: f"{passage.period.label}\n{passage.span.of(document.text)}".lstrip(),
}


def read_questions(path: Path) -> list[dict[str, Any]]:
    """Return the standalone answerable questions that name their evidence."""
    questions = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return [one for one in questions if one["answerable"] and one["evidence"] and not one["history"]]


def read_squad(path: Path) -> tuple[list[str], list[str], Relevance]:
    """Return paragraphs, questions, and which paragraph each question was asked of."""
    articles = json.loads(path.read_text("utf-8"))["data"]
    paragraphs = [paragraph for article in articles for paragraph in article["paragraphs"]]
    texts = list(dict.fromkeys(paragraph["context"] for paragraph in paragraphs))
    asked = [(one["question"], paragraph["context"]) for paragraph in paragraphs for one in paragraph["qas"]]
    relevant = np.array([[text == context for text in texts] for _, context in asked])
    return texts, [question for question, _ in asked], relevant


def find_all(text: str, words: str) -> Iterable[Span]:
    """Yield every occurrence of `words`."""
    start = text.find(words)
    while start >= 0:
        yield Span(start, start + len(words))
        start = text.find(words, start + 1)


def judge(questions: Sequence[dict[str, Any]], document: Document, passages: Sequence[Passage]) -> Relevance:
    """Tell which passages hold evidence of which question."""
    relevant = np.zeros((len(questions), len(passages)), dtype=np.bool_)
    for row, question in zip(relevant, questions, strict=True):
        evidence = [span for words in question["evidence"] for span in find_all(document.text, words)]
        row[:] = [any(passage.span.overlaps(span) for span in evidence) for passage in passages]
    return relevant


def score_all(
    texts: Sequence[str], questions: Sequence[str], encoder: Encoder, queries: Vectors
) -> dict[str, Scores]:
    """Score every text for every question by each part of retrieval and by all of it."""
    dense = queries @ encode_passages(texts, encoder).T
    lexical = {}
    for fields in (("words",), ("bigrams",), tuple(FIELDS)):
        index = LexicalIndex.build(texts, fields)
        lexical[" + ".join(fields)] = np.array([index.scores(question) for question in questions])
    fused = {f"dense, {name}": fuse_all(dense, scores) for name, scores in lexical.items()}
    return {**lexical, "dense": dense, **fused}


def fuse_all(dense: Scores, lexical: Scores) -> Scores:
    """Fuse as search does: over the best candidates of both, all others last."""
    fused = np.full(dense.shape, -np.inf)
    for row, near, like in zip(fused, dense, lexical, strict=True):
        candidates = np.union1d(np.argsort(-near)[:CANDIDATES], highest(like, CANDIDATES))
        row[candidates] = fuse(near[candidates], like[candidates])
    return fused


def recalls(scores: Scores, relevant: Relevance) -> list[float]:
    """Return the share of questions with a relevant passage among the first k, for each cutoff k."""
    order = np.argsort(-scores, axis=1, kind="stable")
    ranked = np.take_along_axis(relevant, order, axis=1)
    return [float(ranked[:, :cutoff].any(axis=1).mean()) for cutoff in CUTOFFS]


def print_table(title: str, rows: Mapping[str, list[float]]) -> None:
    """Print one table in Markdown."""
    print(f"\n{title}\n\n| retrieval | {' | '.join(f'first {k}' for k in CUTOFFS)} |")
    print(f"|---|{'---|' * len(CUTOFFS)}")
    for name, values in rows.items():
        print(f"| {name} | {' | '.join(f'{value:.3f}' for value in values)} |")


def main() -> None:
    """Read the command line and print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("questions", type=Path, nargs="?", metavar="QUESTIONS.jsonl")
    parser.add_argument("--squad", type=Path, metavar="FILE.json")
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--document", help="id of the report asked (default: the first)")
    options = parser.parse_args()
    if (options.questions is None) == (options.squad is None):
        parser.error("name either QUESTIONS.jsonl or --squad FILE.json")
    encoder: Encoder = load_encoder()
    if options.squad:
        texts, asked, relevant = read_squad(options.squad)
        scores = score_all(texts, asked, encoder, encoder.encode_query(asked))
        print_table(
            f"{len(asked)} questions, {len(texts)} paragraphs",
            {name: recalls(values, relevant) for name, values in scores.items()},
        )
        return
    documents = {document.id: document for document in load_corpus(options.corpus)}
    document = documents[options.document or next(iter(documents))]
    passages = parse_document(document).passages
    questions = read_questions(options.questions)
    asked = [one["question"] for one in questions]
    relevant = judge(questions, document, passages)
    queries = encoder.encode_query(asked)
    for name, text in TEXTS.items():
        scores = score_all([text(document, passage) for passage in passages], asked, encoder, queries)
        print_table(
            f"{len(asked)} questions, {len(passages)} passages, text: {name}",
            {part: recalls(values, relevant) for part, values in scores.items()},
        )


if __name__ == "__main__":
    main()
