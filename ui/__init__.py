"""The top floor: the page, and the composition of the whole server."""
