"""Step 2: what the report says on it. Passages, the words in them that may answer, and how likely they do."""
