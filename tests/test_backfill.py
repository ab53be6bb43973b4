"""Events run through the core once more: looked at seldom, in portions, forgotten in between,
it comes to what a worker found that looked at every moment."""

from collections.abc import Iterator
from datetime import datetime

import msgspec
import pytest
from msgspec.structs import replace

from schemas.decode import Rejected, decode
from schemas.frame import Frame, milliseconds
from schemas.outcomes import Row, Table, VerdictRow, WindowRow
from schemas.recorded import Recorded
from streams.backfill import Rerun, Span, event_of
from streams.core.partition import Limits, Partition
from streams.rules.load import load_rulebook
from streams.simulator import read_hall, simulate
from tests.core.hall import Key, key_of, version

BOOK = load_rulebook()
PARTITIONS = 2
HORIZON_MS = 3_600_000
START = datetime.fromisoformat("2022-10-14T09:00:00+08:00")
END = datetime.fromisoformat("2022-10-14T12:00:00+08:00")
AFTERWARDS = milliseconds(END) + 86_400_000


@pytest.fixture(scope="module")
def recorded() -> list[Recorded]:
    """A morning as the events table has it; the broker had each a second after it happened."""
    found = {}
    for timed in simulate(read_hall(None), 11, START, END):
        event = decode(timed.value, (), timed.key)
        if isinstance(event, Rejected):
            continue
        told = msgspec.json.decode(timed.value)
        if told["type"] in ("terminal.heartbeat", "duty.seen"):
            continue
        found[event.source, event.id] = Recorded(
            source=event.source,
            id=event.id,
            type=told["type"],
            subject=event.subject,
            time=told["time"],
            data=msgspec.json.encode(event.data).decode(),
            partition=sum(event.subject.encode()) % PARTITIONS,
            ingest=milliseconds(event.time) + 1_000,
        )
    return sorted(found.values(), key=lambda one: one.ingest)


def newest(rows: Iterator[Row]) -> dict[tuple[type, Key, int], Row]:
    known: dict[tuple[type, Key, int], Row] = {}
    for row in rows:
        assert isinstance(row, VerdictRow | WindowRow)
        key = (type(row), key_of(row), row.partition)
        if key not in known or version(known[key]) < version(row):
            known[key] = row
    return {
        key: replace(row, version=0)
        for key, row in known.items()
        if not isinstance(row, WindowRow) or row.started
    }


def as_a_worker(recorded: list[Recorded]) -> Iterator[Row]:
    """Looked at after every few events, and at each deadline as it falls due."""
    partitions = [
        Partition(number, BOOK, Limits(horizon_ms=HORIZON_MS)) for number in range(PARTITIONS)
    ]
    for number, each in enumerate(recorded):
        event = event_of(each)
        assert not isinstance(event, Rejected)
        heard = partitions if each.type == "lookup.changed" else [partitions[each.partition]]
        for partition in heard:
            assert partition.take(event, number, each.ingest) is None
        if number % 7 == 0:
            for partition in partitions:
                yield from _said(partition, each.ingest)
    for partition in partitions:
        yield from _said(partition, AFTERWARDS)


def _said(partition: Partition, now: int) -> Iterator[Row]:
    more = True
    while more:
        outcomes = partition.settle(now)
        more = outcomes.more
        for table in (Table.VERDICTS, Table.WINDOWS):
            yield from outcomes.rows.get(table, ())


def rerun(recorded: list[Recorded], portion: int) -> tuple[Rerun, dict[tuple[type, Key, int], Row]]:
    again = Rerun(BOOK, HORIZON_MS)

    def rows() -> Iterator[Row]:
        for first in range(0, len(recorded), portion):
            yield from again.take(recorded[first : first + portion])
        yield from again.end(AFTERWARDS)

    return again, newest(rows())


@pytest.mark.parametrize("portion", [97, 1_000_000])
def test_judged_again_it_is_what_a_worker_found(recorded: list[Recorded], portion: int) -> None:
    worker = newest(as_a_worker(recorded))
    again, found = rerun(recorded, portion)
    assert len(worker) > 3_000
    assert found == worker
    assert again.refused == 0
    opened = len({one.subject for one in recorded})
    assert again.journeys < opened * 0.7, "who left an hour ago is forgotten"


def test_an_event_is_what_it_was_when_it_came(recorded: list[Recorded]) -> None:
    for each in recorded[:500]:
        event = event_of(each)
        assert isinstance(event, Frame)
        assert (event.source, event.id, event.subject) == (each.source, each.id, each.subject)
        assert milliseconds(event.time) == each.ingest - 1_000


def test_what_no_contract_knows_any_more_is_counted_and_passed_over(
    recorded: list[Recorded],
) -> None:
    again = Rerun(BOOK, HORIZON_MS)
    old = replace(recorded[0], type="ticket.printed")
    assert list(again.take([old])) == []
    assert (again.refused, again.events) == (1, 0)


def test_a_span_holds_its_first_moment_and_not_its_last() -> None:
    span = Span(since=60_000, until=120_000)
    window = WindowRow(
        promise="p", minute_at=60.0, section="s", service="", complexity="", channel="",
        partition=0, version=1,
    )  # fmt: skip
    assert [span.holds(replace(window, minute_at=at)) for at in (0.0, 60.0, 119.999, 120.0)] == [
        False,
        True,
        True,
        False,
    ]
