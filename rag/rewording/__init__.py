"""What a language model is asked to word anew, and what becomes of it."""
