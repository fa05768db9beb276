"""Step 5: the invariants, checked on every answer, and the claims of a language model."""
