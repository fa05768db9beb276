"""What a question takes from the conversation before it: how it leans on it, and what was told already."""
