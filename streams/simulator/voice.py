"""One subject's events: frames with ids that count up, said to the agenda.

Owns how simulated events are framed; not when or why they are said. Invariant: an id is
used once in a run, and the same run gives the same ids.
"""

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from msgspec import Struct

from schemas.decode import Event
from streams.simulator.agenda import Agenda

_EPOCH = datetime.fromtimestamp(0, UTC)


class Stage(Struct, frozen=True):
    """What all who speak share: the agenda, the zone times are written in, the run's name."""

    agenda: Agenda
    zone: tzinfo
    run: str
    seed: int


class Voice:
    """Says one subject's events."""

    def __init__(self, stage: Stage, subject: str, source: str, about: str = "") -> None:
        """`about`: put before the ids of a system that speaks of another one's subject."""
        self._stage = stage
        self._source = source
        self._about = about
        self._count = 0
        self.subject = subject

    def say(self, at: int, kind: type[Event], data: Any, source: str = "") -> None:
        """`data` is the kind's own data struct; `source` is another device's, if not mine."""
        self._count += 1
        # Devices keep their names from run to run; only the run makes their ids unique.
        prefix = "" if self.subject.startswith(self._stage.run) else f"{self._stage.run}/"
        event = kind(
            specversion="1.0",
            id=f"{self._about}{prefix}{self.subject}/{self._count}",
            source=source or self._source,
            subject=self.subject,
            time=moment(at, self._stage.zone),
            data=data,
        )
        self._stage.agenda.say(at, event)


def moment(at: int, zone: tzinfo) -> datetime:
    """Epoch milliseconds as a time of `zone`; exact."""
    return (_EPOCH + timedelta(milliseconds=at)).astimezone(zone)
