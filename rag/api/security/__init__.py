"""What stands between the network and the routes: who asks, whether they may, how much, and from where.

keys.py      keys in the data folder, hashed; sessions.py: cookies that stand for one of them
access.py    which key a request shows and which scope it needs; login.py: the page that takes a key
attempts.py  wrong keys are slowed down
"""

from rag.api.security.guard import guard, needs_keys

__all__ = ["guard", "needs_keys"]
