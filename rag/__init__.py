"""The middle floor: questions become cited answers, over REST and in the terminal."""

import index  # noqa: F401 (goes offline before any other library is imported)
