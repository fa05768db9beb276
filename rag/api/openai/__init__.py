"""The server as OpenAI's clients know one: chat completions, models and embeddings under /v1.

models.py      which ids there are, and what each asks
dialogue.py    the messages of a request as one question; chores.py: what programs ask for on their own
completion.py  an answer as a message: footnotes, annotations, usage; streaming.py: the same in chunks
errors.py      every error under /v1 in OpenAI's shape
"""

from rag.api.openai.description import ERROR, MODELS
from rag.api.openai.errors import PREFIX, OpenAIErrors
from rag.api.openai.routes import router

__all__ = ["ERROR", "MODELS", "PREFIX", "OpenAIErrors", "router"]
