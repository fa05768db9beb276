"""What a language model writes, and what becomes of it."""
