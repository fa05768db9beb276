"""The queue: bounded, fair between clients, and nothing is lost or held by who has left."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from rag.api.security.queue import LONGEST_WAIT, FairQueue, FullError


def play(scene: Callable[[], Awaitable[Any]]) -> Any:
    return asyncio.run(asyncio.wait_for(scene(), 10))


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


class Visitors:
    """Clients that enter a queue, and the order in which their turns came."""

    def __init__(self, queue: FairQueue) -> None:
        self.queue = queue
        self.order: list[str] = []
        self.sent_away: list[str] = []
        self.tasks: dict[str, asyncio.Task[None]] = {}

    async def come(self, *names: str) -> None:
        """Each name is a client and a number: a1, a2, b1."""
        for name in names:
            self.tasks[name] = asyncio.create_task(self._enter(name))
            await settle()

    async def _enter(self, name: str) -> None:
        try:
            await self.queue.enter(name[0])
            self.order.append(name)
        except FullError:
            self.sent_away.append(name)

    async def finish(self, pieces: int = 1) -> None:
        for _ in range(pieces):
            self.queue.leave(0.1)
            await settle()


def test_work_runs_up_to_the_limit_and_the_rest_waits() -> None:
    async def scene() -> None:
        visitors = Visitors(FairQueue(2, 10))
        await visitors.come("a1", "a2", "a3")
        assert visitors.order == ["a1", "a2"]
        assert (visitors.queue.running, visitors.queue.waiting) == (2, 1)
        await visitors.finish()
        assert visitors.order == ["a1", "a2", "a3"]
        await visitors.finish(2)
        assert (visitors.queue.running, visitors.queue.waiting) == (0, 0)

    play(scene)


def test_clients_take_turns_however_many_one_sends() -> None:
    async def scene() -> None:
        visitors = Visitors(FairQueue(1, 10))
        await visitors.come("a1", "a2", "a3", "a4", "b1", "b2", "c1")
        await visitors.finish(7)
        assert visitors.order == ["a1", "a2", "b1", "c1", "a3", "b2", "a4"]

    play(scene)


def test_where_it_is_full_the_greedy_give_way_and_equals_are_refused() -> None:
    async def scene() -> None:
        visitors = Visitors(FairQueue(1, 4))
        await visitors.come("a0", "a1", "a2", "a3", "a4")
        await visitors.come("a5")
        assert visitors.sent_away == ["a5"]
        await visitors.come("b1")
        assert visitors.sent_away == ["a5", "a4"]
        await visitors.come("b2", "b3")
        assert visitors.sent_away == ["a5", "a4", "a3", "b3"]
        await visitors.finish(4)
        assert visitors.order == ["a0", "a1", "b1", "a2", "b2"]

    play(scene)


def test_who_leaves_while_waiting_leaves_no_place_behind() -> None:
    async def scene() -> None:
        visitors = Visitors(FairQueue(1, 2))
        await visitors.come("a1", "a2", "b1")
        visitors.tasks["a2"].cancel()
        await settle()
        assert visitors.queue.waiting == 1
        await visitors.come("c1")
        await visitors.finish(2)
        assert visitors.order == ["a1", "b1", "c1"]

    play(scene)


def test_who_leaves_as_its_turn_comes_passes_it_on() -> None:
    async def scene() -> None:
        visitors = Visitors(FairQueue(1, 3))
        await visitors.come("a1", "a2", "a3")
        visitors.queue.leave(0.1)  # a2's turn, of which it has not heard
        visitors.tasks["a2"].cancel()
        await settle()
        assert visitors.order == ["a1", "a3"]
        await visitors.finish()
        assert (visitors.queue.running, visitors.queue.waiting) == (0, 0)

    play(scene)


@pytest.mark.parametrize(("seconds", "most"), [(0.001, 1), (1e6, LONGEST_WAIT)])
def test_how_long_to_wait_is_told_within_bounds(seconds: float, most: int) -> None:
    async def scene() -> int:
        queue = FairQueue(1, 1)
        for _ in range(200):
            await queue.enter("a")
            queue.leave(seconds)
        return queue.wait

    assert play(scene) == most
