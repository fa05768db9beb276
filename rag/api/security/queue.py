"""A bounded queue in front of work that takes long: fair between clients, and full sooner than too late."""

from __future__ import annotations

import asyncio
import math
from collections import OrderedDict, deque

_ADAPTING = 0.1
"""How much the last piece of work counts in the estimate of how long one takes."""
FIRST_ESTIMATE = 0.2
"""Seconds: what one question takes on two busy cores."""
LONGEST_WAIT = 60
"""Seconds that anybody is told to wait at most."""


class FullError(Exception):
    """There is no place; `after` is in how many seconds there will probably be one."""

    def __init__(self, after: int) -> None:
        super().__init__(f"The queue is full for {after} seconds.")
        self.after = after


class FairQueue:
    """Lets `running` pieces of work run at once and `waiting` more wait, client by client in turn.

    Where it is full, the client with most waiting gives way to one with fewer. For one event loop.
    """

    def __init__(self, running: int, waiting: int) -> None:
        self._most_running = running
        self._most_waiting = waiting
        self.running = 0
        self.waiting = 0
        self._queues: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()
        self._estimate = FIRST_ESTIMATE

    async def enter(self, client: str) -> None:
        """Return when the work of `client` may begin; raises FullError at once where it cannot wait."""
        if self.running < self._most_running and not self.waiting:
            self.running += 1
            return
        if self.waiting >= self._most_waiting:
            self._make_room(client)
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queues.setdefault(client, deque()).append(turn)
        self.waiting += 1
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self._pass_on()  # its turn had just come
            else:
                self._forget(client, turn)
            raise

    def leave(self, seconds: float) -> None:
        """Have the next one begin: a piece of work is done, which took so long."""
        self._estimate += _ADAPTING * (seconds - self._estimate)
        self._pass_on()

    @property
    def wait(self) -> int:
        """In how many whole seconds a place is to be expected."""
        expected = self._estimate * (self.waiting + 1) / self._most_running
        return min(LONGEST_WAIT, max(1, math.ceil(expected)))

    def _pass_on(self) -> None:
        self.running -= 1
        while self._queues:
            client, turns = self._queues.popitem(last=False)
            turn = turns.popleft()
            self.waiting -= 1
            if turns:
                self._queues[client] = turns  # at the end: the others first
            if not turn.done():
                self.running += 1
                turn.set_result(None)
                return

    def _make_room(self, client: str) -> None:
        """Send away the latest of whoever has most waiting, or refuse `client`."""
        greediest = max(self._queues, key=lambda name: len(self._queues[name]), default=client)
        own = len(self._queues.get(client, ()))
        if len(self._queues.get(greediest, ())) <= own + 1:
            raise FullError(self.wait)
        sent_away = self._queues[greediest][-1]
        self._forget(greediest, sent_away)
        if not sent_away.done():  # else its client has just left
            sent_away.set_exception(FullError(self.wait))

    def _forget(self, client: str, turn: asyncio.Future[None]) -> None:
        turns = self._queues.get(client)
        if turns is None or turn not in turns:
            return
        turns.remove(turn)
        self.waiting -= 1
        if not turns:
            del self._queues[client]
