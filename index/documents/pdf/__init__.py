"""PDF: characters with their places become lines, paragraphs, tables and notes; pages become pictures."""
