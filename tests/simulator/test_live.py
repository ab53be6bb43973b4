"""The simulation's shell: history at once, then the wall clock, and a clean stop."""

import argparse
import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from schemas.decode import Rejected, decode
from schemas.lookup import LookupChanged
from schemas.source import SourceHeartbeat
from schemas.ticket import TicketServed
from streams.cli_simulate import add_arguments, run_simulate
from streams.simulator import Timed, read_hall, run_live
from streams.simulator.heartbeats import DESK_SYSTEM, QUEUE_SYSTEM


class Sink:
    """Keeps what was sent; sets `stop` at the message asked for."""

    def __init__(self, stop_after: int = 0) -> None:
        self.sent: list[bytes] = []
        self.everywhere: list[bytes] = []
        self.stop = asyncio.Event()
        self._stop_after = stop_after

    async def send(self, timed: Timed) -> None:
        self.sent.append(timed.value)
        if timed.everywhere:
            self.everywhere.append(timed.value)
        if len(self.sent) == self._stop_after:
            self.stop.set()


async def test_a_busy_morning_lies_behind_the_present_at_once() -> None:
    sink = Sink()
    began = datetime.now(UTC)
    sent = await run_live(sink.send, read_hall(), 21, faults=0.0, hours=0.0)
    assert sent == len(sink.sent) > 5_000
    events = [decode(value) for value in sink.sent]
    times = [event.time for event in events if not isinstance(event, Rejected)]
    assert len(times) == len(events)
    assert min(times) < began - timedelta(minutes=79)
    assert max(times) > began - timedelta(minutes=1)
    assert max(times) <= datetime.now(UTC)
    assert sum(isinstance(event, TicketServed) for event in events) > 100


async def test_both_systems_of_the_hall_say_everywhere_that_they_are_there() -> None:
    sink = Sink()
    await run_live(sink.send, read_hall(), 21, hours=0.0, warm_up=timedelta(minutes=5))
    told = [decode(value) for value in sink.everywhere]
    by_source = Counter(beat.source for beat in told if isinstance(beat, SourceHeartbeat))
    assert by_source == {QUEUE_SYSTEM: 30, DESK_SYSTEM: 30}


async def test_every_look_up_service_says_everywhere_that_it_is_up() -> None:
    sink = Sink()
    hall = read_hall()
    await run_live(sink.send, hall, 21, faults=0.0, hours=0.0, warm_up=timedelta(seconds=5))
    told = [decode(value) for value in sink.everywhere]
    changes = [event for event in told if isinstance(event, LookupChanged)]
    assert {event.subject for event in changes} == {service.code for service in hall.lookup}
    assert all(event.data.available for event in changes)


async def test_it_stops_when_told_to() -> None:
    sink = Sink(stop_after=100)
    assert await run_live(sink.send, read_hall(), 21, stop=sink.stop) == 100


async def test_after_the_history_it_goes_on_in_real_time() -> None:
    """At a hundred times the speed, so that a second holds more than a minute of events."""
    sink = Sink()
    hall = read_hall()
    history = await run_live(Sink().send, hall, 21, faults=0.0, hours=0.0)
    sent = await run_live(sink.send, hall, 21, 100.0, faults=0.0, hours=0.02)
    assert sent > history


def test_a_file_holds_the_same_day_every_time(tmp_path: Path) -> None:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    contents = []
    for name in ("one.ndjson", "two.ndjson"):
        words = ["-o", str(tmp_path / name), "--hours", "1", "--faults", "0", "--seed", "5"]
        assert run_simulate(parser.parse_args(words)) == 0
        contents.append((tmp_path / name).read_bytes())
    assert contents[0] == contents[1]
    lines = contents[0].splitlines()
    assert len(lines) > 3_000
    assert not any(isinstance(decode(line), Rejected) for line in lines)
