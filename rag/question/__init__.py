"""Step 1: what is asked. A string and its history become a question that is understood."""
