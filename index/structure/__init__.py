"""Takes a government work report apart: title block, sections, sentences, glossary, periods."""

from index.structure.parser import parse_document
from index.structure.sentences import split_clauses, split_sentences

__all__ = ["parse_document", "split_clauses", "split_sentences"]
