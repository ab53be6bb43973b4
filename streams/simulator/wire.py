"""Between the hall and the broker: bytes, keys, small delays, and a share of faults.

Owns what a bad network and bad producers do to events. Invariant: no good event is lost; a
broken message goes out beside the good one it was made from, so that what the good ones
add up to stays known.
"""

import heapq
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random
from typing import get_args

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from schemas.assist import AssistEvent
from schemas.decode import Event
from schemas.everywhere import EVERYWHERE
from schemas.source import SourceHeartbeat
from schemas.terminal import TerminalEvent
from schemas.ticket import TicketEvent
from streams.simulator.rhythm import source

_HEADERS: tuple[tuple[str, bytes], ...] = (("content-type", b"application/cloudevents+json"),)

#: Fixed, so that heartbeats change nothing about the random fate of other events.
_BEAT_DELAY = timedelta(milliseconds=20)


#: What happens to visits and chats on the way does not depend on what else is said.
_JOURNEYS = (*get_args(TicketEvent), *get_args(TerminalEvent), *get_args(AssistEvent))


class Fault(StrEnum):
    """What was done to a message."""

    LATE = "late"  #: 10 s to 3 min
    OUT_OF_ORDER = "out-of-order"  #: 1 to 10 s: overtaken by its followers
    DUPLICATE = "duplicate"  #: the second copy
    BROKEN = "broken"  #: one of `BREAKS`


class Timed(Struct, frozen=True):
    """One message: when it reaches the broker, and what. `fault` is None on a good one."""

    emit_at: datetime
    key: bytes
    value: bytes
    headers: tuple[tuple[str, bytes], ...] = _HEADERS
    fault: Fault | None = None
    everywhere: bool = False  #: into each partition, whatever the key


def send(events: Iterator[tuple[int, Event]], faults: float, seed: int) -> Iterator[Timed]:
    """Messages in the order in which they reach the broker.

    `faults` is the share of events that something happens to, the kinds of fault alike.
    """
    journeys, office = source(seed, "wire"), source(seed, "wire", "office")
    under_way: list[tuple[datetime, int, Timed]] = []
    count = 0
    for _, event in events:
        random = journeys if isinstance(event, _JOURNEYS) else office
        for timed in _messages(event, faults, random):
            count += 1
            heapq.heappush(under_way, (timed.emit_at, count, timed))
        while under_way[0][0] <= event.time:
            yield heapq.heappop(under_way)[2]
            if not under_way:
                break
    while under_way:
        yield heapq.heappop(under_way)[2]


def _messages(event: Event, faults: float, random: Random) -> Iterator[Timed]:
    value = msgspec.json.encode(event)
    key = event.subject.encode()
    if isinstance(event, SourceHeartbeat):
        yield Timed(event.time + _BEAT_DELAY, key, value, everywhere=True)
        return
    # Of a service all partitions hear, of its faults as well.
    everywhere = isinstance(event, EVERYWHERE)
    for timed in _by_chance(event, key, value, faults, random):
        yield replace(timed, everywhere=True) if everywhere else timed


def _by_chance(
    event: Event, key: bytes, value: bytes, faults: float, random: Random
) -> Iterator[Timed]:
    emit_at = event.time + timedelta(milliseconds=random.randrange(15, 250))
    if random.random() >= faults:
        yield Timed(emit_at, key, value)
        return
    fault = random.choice(tuple(Fault))
    match fault:
        case Fault.LATE:
            late = timedelta(seconds=random.uniform(10, 180))
            yield Timed(emit_at + late, key, value, fault=fault)
        case Fault.OUT_OF_ORDER:
            late = timedelta(seconds=random.uniform(1, 10))
            yield Timed(emit_at + late, key, value, fault=fault)
        case Fault.DUPLICATE:
            yield Timed(emit_at, key, value)
            later = timedelta(seconds=random.uniform(0, 20))
            yield Timed(emit_at + later, key, value, fault=fault)
        case Fault.BROKEN:
            yield Timed(emit_at, key, value)
            broken = random.choice(BREAKS)(value, random)
            yield Timed(emit_at, key, broken, fault=fault)


def _cut_off(value: bytes, random: Random) -> bytes:
    return value[: random.randrange(1, len(value) - 1)]


def _naive_time(value: bytes, random: Random) -> bytes:
    event = msgspec.json.decode(value)
    event["time"] = event["time"][:19]
    return msgspec.json.encode(event)


def _phone_number(value: bytes, random: Random) -> bytes:
    """Made up; the kind of thing a clerk types into the wrong box."""
    event = msgspec.json.decode(value)
    event["data"]["section"] = f"139{random.randrange(10**8):08d}"
    return msgspec.json.encode(event)


def _unknown_type(value: bytes, random: Random) -> bytes:
    event = msgspec.json.decode(value)
    event["type"] = "hall.lights-switched-on"
    return msgspec.json.encode(event)


#: Ways to break a message, each refused by the contract.
BREAKS: tuple[Callable[[bytes, Random], bytes], ...] = (
    _cut_off,
    _naive_time,
    _phone_number,
    _unknown_type,
)
