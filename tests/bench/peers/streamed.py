"""What Kafka Streams has written to its two topics, against what the load comes to.

Owns reading and adding it up. Called by `streams_run`. Invariant: only what is committed is
read, an outcome written twice leaves another unread, and of a minute the last count stands.
"""

from collections import Counter

import msgspec
from aiokafka import AIOKafkaConsumer
from msgspec import Struct

from tests.bench.load import Truth
from tests.bench.recorded import WrongResultError
from tests.bench.worker_run import windows_of

#: No more records for so long: there are no more.
_SILENT_S = 15


class Judged(Struct):
    """Of a visit, what is checked."""

    wait_promise: str
    wait_status: str
    wait_ms: int
    filing_status: str
    filing_ms: int


class Outcome(Struct):
    """An event, and the visit as it then stood."""

    event: str
    journey: str
    visit: Judged


class Streamed:
    """All that was read so far."""

    def __init__(self) -> None:
        self._events: set[str] = set()
        self._visits: dict[str, Judged] = {}
        self._minutes: dict[bytes, int] = {}

    def take(self, outcome: Outcome) -> None:
        self._events.add(outcome.event)
        self._visits[outcome.journey] = outcome.visit

    def take_minute(self, key: bytes, count: int) -> None:
        """`key`: the minute, the partition, and what is counted: section, promise, status."""
        self._minutes[key] = count

    def figures(self) -> Truth:
        found: Counter[str] = Counter(events=len(self._events), journeys=len(self._visits))
        for visit in self._visits.values():
            if visit.wait_status:
                found[f"verdict {visit.wait_promise} {visit.wait_status}"] += 1
                found[f"ms {visit.wait_promise}"] += visit.wait_ms
            if visit.filing_status:
                found[f"verdict counter-filing {visit.filing_status}"] += 1
                found["ms counter-filing"] += visit.filing_ms
        for key, count in self._minutes.items():
            found[f"window {key.split()[3].decode()}"] += count
        return dict(found)


async def streamed(bootstrap: str, outcomes: str, minutes: str, truth: Truth) -> Truth:
    """Raises WrongResultError when there are fewer records than the load comes to."""
    consumer = AIOKafkaConsumer(
        *(outcomes, minutes),
        bootstrap_servers=bootstrap,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        max_partition_fetch_bytes=4 << 20,
    )
    decoder = msgspec.json.Decoder(Outcome)
    read = Streamed()
    left = truth["events"] + sum(windows_of(truth).values())
    await consumer.start()
    try:
        while left > 0:
            found = await consumer.getmany(timeout_ms=_SILENT_S * 1_000)
            if not found:
                raise WrongResultError(f"{left} records of its topics are missing")
            for at, records in found.items():
                left -= len(records)
                for record in records:
                    if at.topic == minutes:
                        read.take_minute(record.key, int.from_bytes(record.value, "big"))
                    else:
                        read.take(decoder.decode(record.value))
    finally:
        await consumer.stop()
    return read.figures()
