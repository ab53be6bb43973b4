"""A partition's inbox: one batch at a time, in order; full, it holds its own fetching only."""

import asyncio
from typing import Any

import faust
import pytest
from faust.types import TP

from streams.inbox import DEPTH, Inbox
from streams.publish import Placed
from streams.transport import BatchTransport

HERE, THERE = TP("hall.events", 0), TP("hall.events", 1)


class Desk:
    """Works batches off one by one, as told."""

    def __init__(self, **options: Any) -> None:
        app = faust.App("inbox-test", broker="kafka://127.0.0.1:1")
        self.transport = BatchTransport(app.conf.broker, app)
        self.begun: list[str] = []
        self.done: list[str] = []
        self.failures: list[BaseException] = []
        self._turns: asyncio.Queue[BaseException | None] = asyncio.Queue()
        self.inbox = Inbox(HERE, self.transport, self._handle, self.failures.append, **options)

    async def _handle(self, records: Any) -> None:
        names = [record.value.decode() for record in records]
        self.begun += names
        error = await self._turns.get()
        if error is not None:
            raise error
        self.done += names

    async def let(self, error: BaseException | None = None) -> None:
        """The batch in hand gets done (or fails)."""
        self._turns.put_nowait(error)
        await settle()

    @property
    def held(self) -> bool:
        return HERE in self.transport.held


async def settle() -> None:
    """Lets every task go as far as it can."""
    for _ in range(10):
        await asyncio.sleep(0)


def records(name: str) -> Any:
    return [Placed(ord(name[0]), None, name.encode(), ())]


async def test_batches_are_handled_one_at_a_time_and_in_order() -> None:
    desk = Desk()
    for name in "abc":
        desk.inbox.put(records(name))
    await settle()
    assert desk.begun == ["a"]
    await desk.let()
    assert (desk.begun, desk.done) == (["a", "b"], ["a"])
    await desk.let()
    await desk.let()
    assert desk.done == ["a", "b", "c"]
    assert not desk.inbox.busy


async def test_it_is_busy_while_there_is_something_in_hand() -> None:
    desk = Desk()
    assert not desk.inbox.busy
    desk.inbox.put(records("a"))
    assert desk.inbox.busy
    await settle()
    await desk.let()
    assert not desk.inbox.busy


async def test_full_it_holds_its_partition_until_there_is_room() -> None:
    desk = Desk()
    desk.transport.held.add(THERE)
    desk.inbox.put(records("in hand"))
    await settle()
    for number in range(DEPTH):
        assert not desk.held
        desk.inbox.put(records(f"waiting {number}"))
    assert desk.held
    await desk.let()
    assert not desk.held
    assert THERE in desk.transport.held
    while desk.inbox.busy:
        await desk.let()
    await desk.inbox.close()


async def test_closing_finishes_the_batch_in_hand_and_drops_the_rest() -> None:
    desk = Desk()
    for name in "abcd":
        desk.inbox.put(records(name))
    await settle()
    assert desk.held
    closing = asyncio.create_task(desk.inbox.close())
    await settle()
    assert not closing.done()
    await desk.let()
    await closing
    assert desk.done == ["a"]
    assert not desk.held
    desk.inbox.put(records("e"))
    assert not desk.inbox.busy


async def test_what_may_be_stopped_midway_is_stopped_on_closing() -> None:
    desk = Desk(can_stop_midway=True)
    desk.inbox.put(records("a"))
    await settle()
    await desk.inbox.close()
    assert (desk.begun, desk.done, desk.failures) == (["a"], [], [])
    assert not desk.inbox.busy


async def test_after_a_failure_nothing_more_is_handled() -> None:
    desk = Desk()
    for name in "ab":
        desk.inbox.put(records(name))
    await settle()
    error = RuntimeError("a bug")
    await desk.let(error)
    desk.inbox.put(records("c"))
    await settle()
    assert desk.failures == [error]
    assert desk.begun == ["a"]


@pytest.mark.parametrize("batches", [0, 1])
async def test_closing_twice_is_closing_once(batches: int) -> None:
    desk = Desk()
    for _ in range(batches):
        desk.inbox.put(records("a"))
    await settle()
    if batches:
        await desk.let()
    await desk.inbox.close()
    await desk.inbox.close()
    assert not desk.inbox.busy


async def test_it_tells_how_far_what_was_put_into_it_reaches() -> None:
    desk = Desk()
    assert desk.inbox.reached == 0
    desk.inbox.put(records("a"))
    desk.inbox.put(records("c"))
    assert desk.inbox.reached == ord("c") + 1
    desk.inbox.shut()
    desk.inbox.put(records("d"))
    assert desk.inbox.reached == ord("c") + 1, "what is dropped does not count"


class TestLittle:
    """What waits is little: it is handled together, once it may be."""

    async def test_it_is_joined_with_what_comes_while_it_waits(self) -> None:
        may = asyncio.Event()
        desk = Desk(first=may.wait)
        for name in "abcd":
            desk.inbox.put(records(name))
            await settle()
        assert desk.begun == []
        assert not desk.held, "four small fetches are not as much as two large ones"
        may.set()
        await settle()
        assert desk.begun == ["a", "b", "c", "d"]

    async def test_much_is_taken_at_once_a_batch_at_a_time(self) -> None:
        desk = Desk(first=asyncio.Event().wait)
        large = [Placed(number, None, b"x", ()) for number in range(1_000)]
        for batch in (large, records("a")):
            desk.inbox.put(batch)
        await settle()
        assert len(desk.begun) == len(large)
        assert not desk.held

    @pytest.mark.parametrize("size", [1_000_000, 10])
    async def test_it_is_bytes_that_fill_it_as_well(self, size: int) -> None:
        desk = Desk(first=asyncio.Event().wait)
        for _ in range(DEPTH + 1):
            desk.inbox.put([Placed(1, None, b"x" * size, ())])
            await settle()
        assert desk.held == (size == 1_000_000)

    async def test_shut_while_it_waits_nothing_is_handled(self) -> None:
        may = asyncio.Event()
        desk = Desk(first=may.wait)
        desk.inbox.put(records("a"))
        await settle()
        closing = asyncio.create_task(desk.inbox.close())
        await settle()
        may.set()
        await closing
        assert (desk.begun, desk.failures) == ([], [])
