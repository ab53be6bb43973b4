"""An outbox: in order, each message done with once, a dead channel harms only itself."""

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta

import pytest

from sinks.channels import UndeliverableError
from sinks.notice import Notice
from sinks.outbox import Outbox, OutboxSettings
from tests.sinks.samples import notice

HASTY = OutboxSettings(capacity=3, closing=timedelta(milliseconds=20))


class Gate:
    """A channel that takes a message only while it is open."""

    name = "gate"
    trouble = "shut"

    def __init__(self, *refuses: str) -> None:
        self.open = asyncio.Event()
        self.took: list[str] = []
        self.refuses = refuses
        self.waiting = 0

    async def send(self, notice: Notice) -> None:
        self.waiting += 1
        await self.open.wait()
        if notice.id in self.refuses:
            raise UndeliverableError("gate: refused")
        if notice.id == "bug":
            raise KeyError("bug")
        self.took.append(notice.id)


class Book:
    """Which messages are done with, in order."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def of(self, id_: str) -> Callable[[], None]:
        return lambda: self.done.append(id_)


async def put(outbox: Outbox, book: Book, *ids: str) -> None:
    for id_ in ids:
        await outbox.put(notice(id_), book.of(id_))


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not holds():  # noqa: ASYNC110 - there is no event for this
            await asyncio.sleep(0)


async def test_messages_are_delivered_in_order_and_done_once() -> None:
    gate, book = Gate(), Book()
    gate.open.set()
    outbox = Outbox(gate)
    ids = [str(number) for number in range(100)]
    await put(outbox, book, *ids)
    await until(lambda: len(outbox) == 0)
    assert gate.took == book.done == ids


async def test_a_dead_channel_delays_only_its_own() -> None:
    dead, alive = Gate(), Gate()
    alive.open.set()
    of_dead, of_alive = Book(), Book()
    boxes = [Outbox(dead), Outbox(alive)]
    for number in range(5):
        await put(boxes[0], of_dead, str(number))
        await put(boxes[1], of_alive, str(number))
    await until(lambda: len(boxes[1]) == 0)
    assert len(of_alive.done) == 5
    assert of_dead.done == []
    dead.open.set()
    await until(lambda: len(boxes[0]) == 0)
    assert dead.took == alive.took


async def test_a_refused_message_does_not_hold_up_the_next(
    caplog: pytest.LogCaptureFixture,
) -> None:
    gate, book = Gate("1"), Book()
    gate.open.set()
    outbox = Outbox(gate)
    await put(outbox, book, "0", "1", "bug", "2")
    await until(lambda: len(outbox) == 0)
    assert gate.took == ["0", "2"]
    assert book.done == ["0", "1", "bug", "2"]
    lost = [r.getMessage() for r in caplog.records if r.name == "sinks.outbox" and not r.exc_info]
    assert lost == [
        "alert 1 not delivered: gate: refused",
        "alert bug not delivered: gate: KeyError",
    ]


async def test_what_was_given_up_is_told_before_it_is_done_with() -> None:
    gate, book = Gate("1"), Book()
    gate.open.set()
    told: list[tuple[Notice, str, list[str]]] = []

    async def tell(given_up: Notice, why: str) -> None:
        await asyncio.sleep(0)
        told.append((given_up, why, list(book.done)))

    outbox = Outbox(gate, gave_up=tell)
    await put(outbox, book, "0", "1", "2")
    await until(lambda: len(outbox) == 0)
    assert told == [(notice("1"), "gate: refused", ["0"])]
    assert book.done == ["0", "1", "2"]


async def test_the_channel_goes_on_when_nobody_can_be_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    gate, book = Gate("0"), Book()
    gate.open.set()

    async def fail(given_up: Notice, why: str) -> None:
        raise OSError("no broker")

    outbox = Outbox(gate, gave_up=fail)
    await put(outbox, book, "0", "1")
    await until(lambda: len(outbox) == 0)
    assert (gate.took, book.done) == (["1"], ["0", "1"])
    assert "nobody could be told that alert 0 was not delivered" in caplog.text


async def test_what_is_withdrawn_while_it_is_told_of_is_told_of_again() -> None:
    gate, book = Gate("0"), Book()
    gate.open.set()
    telling, held = 0, asyncio.Event()

    async def hold(given_up: Notice, why: str) -> None:
        nonlocal telling
        telling += 1
        await held.wait()

    outbox = Outbox(gate, HASTY, gave_up=hold)
    await put(outbox, book, "0")
    await until(lambda: telling == 1)
    await outbox.withdraw()
    assert book.done == [], "its offset stays where it was"
    held.set()
    await put(outbox, book, "0")
    await until(lambda: len(outbox) == 0)
    assert (telling, book.done) == (2, ["0"])


async def test_a_full_outbox_lets_nothing_in_and_gives_nothing_up() -> None:
    gate, book = Gate(), Book()
    outbox = Outbox(gate, HASTY)
    ids = [str(number) for number in range(10)]
    putting = asyncio.create_task(put(outbox, book, *ids))
    await until(lambda: len(outbox) == 3)
    await until(lambda: gate.waiting == 1)
    assert not putting.done(), "it waits: what does not fit stays in Kafka"
    gate.open.set()
    await putting
    await until(lambda: len(outbox) == 0)
    assert gate.took == book.done == ids


async def test_what_is_put_again_is_sent_once_and_done_with_twice() -> None:
    gate, book = Gate(), Book()
    outbox = Outbox(gate)
    await put(outbox, book, "0", "1", "1")
    await until(lambda: gate.waiting == 1)
    await put(outbox, book, "0")
    assert book.done == []
    gate.open.set()
    await until(lambda: len(outbox) == 0)
    await put(outbox, book, "1")
    assert gate.took == ["0", "1"]
    assert book.done == ["0", "0", "1", "1", "1"]


async def test_what_is_withdrawn_is_not_done_and_is_sent_when_it_is_put_again() -> None:
    gate, book = Gate(), Book()
    outbox = Outbox(gate, HASTY)
    await put(outbox, book, "0", "1", "2")
    waiting = asyncio.create_task(put(outbox, book, "3"))
    await until(lambda: gate.waiting == 1)
    waiting.cancel()
    await outbox.withdraw()
    gate.open.set()
    assert len(outbox) == 0
    assert gate.took == book.done == []
    await put(outbox, book, "0", "1")
    await until(lambda: len(outbox) == 0)
    assert gate.took == book.done == ["0", "1"]


async def test_a_sending_under_way_is_finished_before_the_rest_is_withdrawn() -> None:
    gate, book = Gate(), Book()
    outbox = Outbox(gate, OutboxSettings(closing=timedelta(seconds=30)))
    await put(outbox, book, "0", "1")
    await until(lambda: gate.waiting == 1)
    withdrawing = asyncio.create_task(outbox.withdraw())
    await asyncio.sleep(0)
    gate.open.set()
    await withdrawing
    assert gate.took == book.done == ["0"]


async def test_a_message_is_given_up_when_it_helps_nobody_any_more(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.ERROR)
    gate, book = Gate(), Book()
    outbox = Outbox(gate, OutboxSettings(keep=timedelta(milliseconds=20)))
    await put(outbox, book, "0", "1")
    await until(lambda: len(outbox) == 0)
    assert book.done == ["0", "1"], "else it would hold up those that come after it for ever"
    assert gate.took == []
    assert [record.getMessage() for record in caplog.records] == [
        f"alert {id_} not delivered: gate: not within 0:00:00.020000 (shut)" for id_ in "01"
    ]


async def test_nothing_is_put_into_a_closed_outbox() -> None:
    gate, book = Gate(), Book()
    outbox = Outbox(gate, HASTY)
    await put(outbox, book, "0")
    await outbox.close()
    assert book.done == []
    with pytest.raises(RuntimeError, match="after close"):
        await put(outbox, book, "1")


async def test_a_message_may_have_less_time_than_others() -> None:
    gate, book = Gate(), Book()
    outbox = Outbox(gate)
    await outbox.put(notice("0"), book.of("0"), timedelta(milliseconds=20))
    await until(lambda: len(outbox) == 0)
    assert (gate.took, book.done) == ([], ["0"])


async def test_what_was_given_up_may_be_put_again() -> None:
    gate, book = Gate("0"), Book()
    gate.open.set()
    outbox = Outbox(gate)
    await put(outbox, book, "0")
    await until(lambda: len(outbox) == 0)
    gate.refuses = ()
    await put(outbox, book, "0")
    await until(lambda: len(outbox) == 0)
    assert (gate.took, book.done) == (["0"], ["0", "0"])
