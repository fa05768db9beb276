"""Documents: a folder becomes canonical text with what is known of it."""
