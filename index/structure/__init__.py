"""Takes a government work report apart: title block, sections, sentences, glossary, periods."""

from index.structure.parser import parse_document

__all__ = ["parse_document"]
