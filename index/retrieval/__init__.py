"""Retrieval: dense and lexical scores of every passage, fused into one order."""
