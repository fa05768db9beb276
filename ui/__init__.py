"""The top floor: the page, and the composition of the whole server."""

from index.offline import without_proxies  # this goes offline, too

# Importing Gradio makes HTTP clients, which the page never uses.
with without_proxies():
    import gradio  # noqa: F401
