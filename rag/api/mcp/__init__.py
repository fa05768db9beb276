"""The Model Context Protocol: what a host of language models may ask of the reports, over HTTP and stdio.

The SDK takes a third of a second to import: nothing here is imported before a server needs it.
"""
