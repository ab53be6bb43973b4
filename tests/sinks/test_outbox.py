"""An outbox: in order, each message settled once, a dead channel harms only itself."""

import asyncio
from datetime import timedelta

import pytest

from schemas.outcomes import AlertMessage
from sinks.channels import UndeliverableError
from sinks.outbox import Outbox, OutboxSettings, Settled
from tests.sinks.samples import message

HASTY = OutboxSettings(capacity=3, closing=timedelta(milliseconds=20))


class Gate:
    """A channel that takes a message only while it is open."""

    name = "gate"

    def __init__(self, *refuses: str) -> None:
        self.open = asyncio.Event()
        self.took: list[str] = []
        self.refuses = refuses

    async def send(self, message: AlertMessage, text: str) -> None:
        await self.open.wait()
        if message.id in self.refuses:
            raise UndeliverableError("gate: refused")
        if message.id == "bug":
            raise KeyError("bug")
        self.took.append(message.id)


class Book:
    """What became of the messages, in order."""

    def __init__(self) -> None:
        self.settled: list[tuple[str, str]] = []

    def __call__(self, settled: Settled) -> None:
        self.settled.append((settled.message.id, settled.given_up))


async def test_messages_are_delivered_in_order_and_settled_once() -> None:
    gate, book = Gate(), Book()
    gate.open.set()
    outbox = Outbox(gate, book)
    for number in range(100):
        await outbox.put(message(str(number)), "x")
    await outbox.close()
    assert gate.took == [str(number) for number in range(100)]
    assert book.settled == [(str(number), "") for number in range(100)]


async def test_a_dead_channel_delays_only_its_own() -> None:
    dead, alive = Gate(), Gate()
    alive.open.set()
    of_dead, of_alive = Book(), Book()
    boxes = [Outbox(dead, of_dead), Outbox(alive, of_alive)]
    for number in range(5):
        for box in boxes:
            await box.put(message(str(number)), "x")
    await boxes[1].close()
    assert len(of_alive.settled) == 5
    assert of_dead.settled == []
    dead.open.set()
    await boxes[0].close()
    assert dead.took == alive.took


async def test_a_refused_message_does_not_hold_up_the_next() -> None:
    gate, book = Gate("1"), Book()
    gate.open.set()
    outbox = Outbox(gate, book)
    for id_ in ("0", "1", "bug", "2"):
        await outbox.put(message(id_), "x")
    await outbox.close()
    assert gate.took == ["0", "2"]
    assert book.settled == [
        ("0", ""),
        ("1", "gate: refused"),
        ("bug", "gate: KeyError"),
        ("2", ""),
    ]


async def test_the_bound_holds_and_the_oldest_is_given_up() -> None:
    gate, book = Gate(), Book()
    outbox = Outbox(gate, book, HASTY)
    await outbox.put(message("sending"), "x")
    async with asyncio.timeout(10):
        while len(outbox):  # noqa: ASYNC110 - it has no event for this
            await asyncio.sleep(0)
    for number in range(5):
        await outbox.put(message(str(number)), "x")
        assert len(outbox) <= 3
    assert [id_ for id_, _ in book.settled] == ["0", "1"]
    gate.open.set()
    await outbox.close()
    assert gate.took == ["sending", "2", "3", "4"]


async def test_closing_gives_up_what_a_dead_channel_left() -> None:
    gate, book = Gate(), Book()
    outbox = Outbox(gate, book, HASTY)
    await outbox.put(message("0"), "x")
    await outbox.put(message("1"), "x")
    await outbox.close()
    assert sorted(id_ for id_, why in book.settled if "stopped" in why) == ["0", "1"]
    with pytest.raises(RuntimeError, match="after close"):
        await outbox.put(message("2"), "x")
