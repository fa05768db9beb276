"""What is shown, as HTML: an answer, a citation, the report and what stands around it."""
