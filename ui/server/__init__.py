"""The server around the page: its routes, and what a browser may load."""
