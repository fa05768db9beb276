"""What stands between the network and the routes: who asks, whether they may, how much, and from where.

guard.py      all of it in its order
origins.py    pages of other sites; headers.py: what a browser is told
asker.py      who a request comes from
access.py     which key a request shows and which scope it needs; login.py: the page that takes a key
description.py  what the description of the server says of keys
keys.py       keys in the data folder, hashed; sessions.py: cookies that stand for one of them
attempts.py   wrong keys are slowed down; rates.py: how often one client may ask
arrival.py    bodies keep arriving; admission.py, queue.py: questions wait for their turn
"""

from rag.api.security.guard import add_headers, guard, needs_keys, trust_proxies

__all__ = ["add_headers", "guard", "needs_keys", "trust_proxies"]
