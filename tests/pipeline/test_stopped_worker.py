"""A worker away for ten minutes of stream time comes back and reads what it missed.

Who was served meanwhile, in time or late, pages nobody; who waits to this moment does.
The first worker lives ten minutes ago (its clock is set back), the log carries its own
times, and the second worker lives now.
"""

import time
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest
from msgspec.structs import replace

from schemas.outcomes import AlertMessage
from schemas.topics import ALERTS
from schemas.topics import ALL as DECLARED
from streams.broker import topics
from tests.conftest import Broker
from tests.pipeline.chats import Sent, answered, requested
from tests.pipeline.database import Database
from tests.pipeline.hall import Hall, send
from tests.pipeline.waiting import eventually

AWAY_S = 600
#: Of each kind of chat, so that each partition has some.
EACH = 24


@pytest.fixture(autouse=True)
def _log_keeps_the_times_it_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """In production the broker stamps events when they arrive; here that was minutes ago."""
    given = tuple(replace(topic, broker_time=False) for topic in DECLARED)
    monkeypatch.setattr(topics, "ALL", given)


def set_back(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """What a worker takes for the wall clock."""
    clock = SimpleNamespace(time=lambda: time.time() - seconds, monotonic=time.monotonic)
    monkeypatch.setattr("streams.lane.time", clock)
    monkeypatch.setattr("streams.consumer_thread.time", clock)


class Day:
    """Kinds of chats by when, in seconds around the present, they asked and were answered."""

    def __init__(self, now: float) -> None:
        self._now = now
        self.before: list[Sent] = []  #: the worker was there
        self.meanwhile: list[Sent] = []

    def chats(self, kind: str, asked: float, replied: float | None) -> None:
        for number in range(EACH):
            chat, shift = f"{kind}-{number}", number / 10
            events = [requested(chat, self._now + asked + shift)]
            if replied is not None:
                events.append(answered(chat, self._now + replied + shift))
            for event in events:
                there = event.at < self._now - AWAY_S
                (self.before if there else self.meanwhile).append(event)

    def in_order(self) -> None:
        self.before.sort(key=lambda event: event.at)
        self.meanwhile.sort(key=lambda event: event.at)


def day(now: float) -> Day:
    found = Day(now)
    found.chats("answered-before", -640, -630)
    found.chats("open-then-in-time", -605, -580)
    found.chats("open-then-late", -605, -300)
    found.chats("in-time", -400, -380)
    found.chats("late", -350, -200)
    found.chats("late-just-now", -100, -8)
    found.chats("still-waiting", -120, None)
    # Such a log ends in the present: events come all the time.
    found.chats("just-asked", -3, -2.5)
    found.in_order()
    return found


@pytest.mark.parametrize("slice_", [5_000, 7], ids=["one slice", "many slices"])
async def test_who_was_served_meanwhile_pages_nobody_and_who_still_waits_does(
    broker: Broker,
    database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    slice_: int,
) -> None:
    hall = Hall(broker, database, tmp_path, slice=slice_)
    now = time.time()
    events = day(now)
    with monkeypatch.context() as earlier:
        set_back(earlier, AWAY_S)
        async with hall.working() as worker, hall.producing() as producer:
            ends = await send(hall, producer, events.before, stamped=True)
            await hall.recorded(worker, ends)
    async with hall.producing() as producer:
        ends |= await send(hall, producer, events.meanwhile, stamped=True)

    async with hall.working() as worker:
        await hall.recorded(worker, ends)
        await eventually(
            lambda: states(database).get("still-waiting") == [("breached", "", False, EACH)],
            "who still waits is paged",
        )
        await hall.recorded(worker, ends)
    records = await hall.read(ALERTS, EACH)

    said = [msgspec.json.decode(record.value, type=AlertMessage) for record in records]
    paged = Counter((kind_of(message.data.journey), message.type) for message in said)
    assert paged == {("still-waiting", "hall.alert.breached"): EACH}
    assert all(message.data.breached_at == message.data.started_at + 60 for message in said)
    assert states(database) == {
        "open-then-late": [("closed", "met-late", True, EACH)],
        "late": [("closed", "met-late", True, EACH)],
        "late-just-now": [("closed", "met-late", True, EACH)],
        "still-waiting": [("breached", "", False, EACH)],
    }


def kind_of(chat: str) -> str:
    return chat.rpartition("-")[0]


def states(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Alerts by kind of chat; only breaches, since a warning may or may not have been seen."""
    found: dict[str, list[tuple[object, ...]]] = {}
    for row in database.ask(
        """SELECT replaceRegexpOne(journey, '-[0-9]+$', '') AS kind, state, closed_as, historical,
        count() AS n FROM alerts_now WHERE breached_at IS NOT NULL GROUP BY ALL ORDER BY ALL"""
    ):
        kind = row.pop("kind")
        found.setdefault(kind, []).append(tuple(row.values()))
    return found
