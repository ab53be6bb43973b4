"""The load as it happens: events that carry the moment they are sent at.

Owns what is sent and which record each event has to come to. Does not send (`sending`).
Invariant: the same seed, rate and duration give the same events, but for their times.
"""

from collections.abc import Iterator

import msgspec
from msgspec import Struct

from streams.publish import partition_of
from tests.bench.load import EVENTS_PER_VISIT, Size, Told, make_load
from tests.bench.place import PARTITIONS

#: Open at a time, where so many come in at all.
_OPEN = 3_000

#: One visit in so many is asked for something citizens need not hand in.
_ASKED_EVERY = 10

#: What that breaks at once, whatever the time; the material is one of materials.toml.
ASKED, _MATERIAL = "exempt-materials", "id-card-copy"

#: The section nobody but probes comes to, and those of the visits.
PROBED, _SECTIONS = "S24", 23

_TIME = b'"time":"'
_PASSED = b'"terminal.identity-check-passed"'


class Line(Struct, frozen=True, gc=False):
    """One event but for its moment, and what it has to come to."""

    partition: int
    key: bytes
    head: bytes
    tail: bytes
    verdict: str = ""  #: promise/journey whose last verdict it brings
    alert: str = ""  #: journey it raises an alert of

    def at(self, moment: bytes) -> bytes:
        return self.head + moment + self.tail


def visits(seed: int, events: int) -> list[Line]:
    """As `tests.bench.load` makes them and in their order; of some a request for material."""
    size = Size(
        events=events,
        open_journeys=min(_OPEN, max(1, events // EVENTS_PER_VISIT // 4)),
        sections=_SECTIONS,
        appointments=0,
    )
    partitions: dict[bytes, int] = {}
    lines: list[Line] = []
    for told in make_load(seed, size):
        if told.key not in partitions:
            partitions[told.key] = partition_of(told.key.decode(), PARTITIONS)
        lines += _lines_of(told, partitions[told.key])
    return lines


def chats(count: int) -> list[Line]:
    """Requests for a human that nobody answers."""
    return [
        event("assist.requested", f"chat-{number:06d}", {"section": f"S{number % 23 + 1:02d}"})
        for number in range(count)
    ]


def waiting(count: int) -> Iterator[Line]:
    """Tickets that nobody calls, and nobody promised anything."""
    for number in range(count):
        data = {"section": f"S{number % 23 + 1:02d}", "service": f"item-{number % 3}"}
        yield event("ticket.issued", f"waiting-{number:07d}", data)


def probes(count: int) -> list[Line]:
    """Tickets of one partition and of a section of their own: seen in the order sent."""
    found: list[Line] = []
    number = 0
    while len(found) < count:
        subject = f"probe-{number:06d}"
        number += 1
        if partition_of(subject, PARTITIONS) == 0:
            found.append(event("ticket.issued", subject, {"section": PROBED, "service": "probe"}))
    return found


def event(kind: str, subject: str, data: dict[str, str]) -> Line:
    line = msgspec.json.encode(
        {
            "specversion": "1.0",
            "id": f"{subject}/{kind}",
            "source": f"/hall/{kind.partition('.')[0]}",
            "type": kind,
            "subject": subject,
            "time": "",
            "data": data,
        }
    )
    return _line(line, subject.encode(), partition_of(subject, PARTITIONS))


def _lines_of(told: Told, partition: int) -> Iterator[Line]:
    journey = told.key.decode()
    verdict = "" if told.answer is None else f"{told.answer.promise}/{journey}"
    yield _line(told.line, told.key, partition, verdict)
    if _PASSED in told.line and int(journey[-4:]) % _ASKED_EVERY == 0:
        asked = told.line.replace(b"identity-check-passed", b"material-requested")
        more = f'"item":"an-item","material":"{_MATERIAL}",'.encode()
        asked = asked.replace(b'"data":{', b'"data":{' + more)
        yield _line(asked, told.key, partition, alert=journey)


def _line(line: bytes, key: bytes, partition: int, verdict: str = "", alert: str = "") -> Line:
    before, mark, rest = line.partition(_TIME)
    return Line(partition, key, before + mark, rest[rest.index(b'"') :], verdict, alert)
